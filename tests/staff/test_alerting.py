"""What administrators are told by mail at once: each of them, once, and not without end."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff import alerting, emails, second_factor
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, SecondFactor, User
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def ada() -> User:
    return UserFactory(name="Ada Administrator", email="ada@example.org", is_administrator=True)


@pytest.fixture
def told(ada: User) -> User:
    """Another administrator, and one who has left."""
    UserFactory(name="Left", is_administrator=True, is_active=False)
    return UserFactory(name="Tama Told", email="tama@example.org", is_administrator=True)


def alerts(message: str = "alert") -> list[str]:
    return sorted(OutgoingMail.objects.filter(message=message).values_list("to", flat=True))


def words(message: mail.Message) -> str:
    return str(message.body).split("\n\n")[2]


def test_a_second_factor_that_is_reset_is_told(ada: User, told: User) -> None:
    mere = UserFactory(name="Mere Staff")
    SecondFactor.objects.create(user=mere, secret="sealed", last_step=1)
    second_factor.reset(account=mere, by=ada)
    assert alerts() == ["ada@example.org", "tama@example.org"]
    line = LogLine.objects.get(act="factor_reset")
    message = emails.alert(told.pk, line.pk)
    assert words(message) == (
        "Ada Administrator reset the second factor of Mere Staff, on 16 November 2026, 12:00pm."
    )


def test_a_contact_list_that_is_downloaded_is_told(client: Client, told: User) -> None:
    client.force_login(UserFactory(name="Mere Staff", is_triage_officer=True))
    assert client.get(reverse("admin:responses_contact_export")).status_code == 200
    assert alerts() == []
    assert client.post(reverse("admin:responses_contact_export")).status_code == 200
    assert alerts() == ["ada@example.org", "tama@example.org"]
    message = emails.alert(told.pk, LogLine.objects.get(act="exported").pk)
    assert words(message) == "Mere Staff downloaded contacts, on 16 November 2026, 12:00pm."


@pytest.mark.parametrize(
    ("said", "told_of"),
    [({"is_editor": "on"}, True), ({"name": "Mere Other"}, False), ({"is_reader": ""}, False)],
)
def test_a_role_that_is_given_is_told_and_no_other_change(
    client: Client, told: User, said: dict[str, str], told_of: bool
) -> None:
    zoe = UserFactory(email="zoe@example.org", is_superuser=True)
    mere = UserFactory(name="Mere Staff", is_reader=True)
    client.force_login(zoe)
    as_it_is = {
        "email": mere.email,
        "name": mere.name,
        "is_active": "on",
        "is_staff": "on",
        "is_reader": "on",
    }
    page = f"/staff/staff/user/{mere.pk}/change/"
    posted = {name: value for name, value in {**as_it_is, **said}.items() if value}
    assert client.post(page, posted).status_code == 302
    assert alerts() == (["ada@example.org", "tama@example.org", "zoe@example.org"] if told_of else [])


def test_the_tenth_failure_within_an_hour_is_told_once(
    client: Client, told: User, clock: time_machine.Traveller
) -> None:
    def fail(number: int) -> None:
        for _ in range(number):
            log(LogLine.Act.NOT_SIGNED_IN, "staff.user", by=None)
            alerting.tell_of_many_failures()

    fail(9)
    assert alerts("many_failures") == []
    fail(1)
    assert alerts("many_failures") == ["ada@example.org", "tama@example.org"]
    fail(30)
    assert len(alerts("many_failures")) == 2
    clock.shift(dt.timedelta(hours=1))
    fail(9)
    assert len(alerts("many_failures")) == 2
    fail(1)
    assert len(alerts("many_failures")) == 4
    assert emails.many_failures(told.pk).to == ["tama@example.org"]


def test_a_wrong_passphrase_counts_as_a_failure(client: Client, told: User) -> None:
    for number in range(10):
        typed = {"username": f"nobody{number}@example.org", "password": "x"}
        client.post("/staff/login/", typed, REMOTE_ADDR=f"192.0.2.{number}")
    assert alerts("many_failures") == ["ada@example.org", "tama@example.org"]


def test_who_is_no_administrator_any_more_and_what_is_forgotten_are_told_of_nothing(told: User) -> None:
    line = log(LogLine.Act.EXPORTED, "responses.contact", by=told)
    with pytest.raises(mail.NoLongerWanted):
        emails.alert(told.pk, line.pk + 1)
    User.objects.filter(pk=told.pk).update(is_administrator=False)
    for make in (lambda: emails.alert(told.pk, line.pk), lambda: emails.many_failures(told.pk)):
        with pytest.raises(mail.NoLongerWanted):
            make()
