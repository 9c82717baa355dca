"""Every message about an account can be made, and says no more than it has to."""

import inspect
import re
from typing import Any

import pytest

from accord_portal.foundation import mail
from accord_portal.staff import emails
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MAKERS = {
    name: make
    for name, make in inspect.getmembers(emails, inspect.isfunction)
    if make.__module__ == emails.__name__ and not name.startswith("_")
}
FACTS: dict[str, dict[str, Any]] = {
    "set_passphrase": {},
    "address_changed": {"old": "old@example.org"},
    "second_factor_reset": {},
    "alert": {"line_id": 0},
    "many_failures": {},
}


@pytest.mark.parametrize("name", MAKERS)
def test_each_greets_by_the_first_name_and_shows_nothing_else_of_the_account(name: str) -> None:
    user = UserFactory(email="hone@example.org", name="Hōne <b>Staff</b>", is_administrator=True)
    line = log(LogLine.Act.EXPORTED, "responses.contact", by=UserFactory(name="Mere"))
    facts = {**FACTS[name], "line_id": line.pk} if "line_id" in FACTS[name] else FACTS[name]
    message = MAKERS[name](user.pk, **facts)
    html = str(message.alternatives[0][0])
    for body in (str(message.body), html):
        assert re.search(r"Tēnā koe(</span>)? Hōne\n|Tēnā koe(</span>)? Hōne</p>", body)
        for private in ("Staff", user.email):
            assert private not in body
    assert message.to == [FACTS[name].get("old", user.email)]


def test_who_has_left_is_sent_no_link() -> None:
    with pytest.raises(mail.NoLongerWanted):
        emails.set_passphrase(UserFactory(is_active=False).pk)
