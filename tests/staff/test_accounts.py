"""Who changes whose account, and what that means for acts that take two people."""

from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse

from accord_portal.foundation import mail
from accord_portal.staff.models import LogLine, SecondFactor, User
from responses.models import Erasure
from responses.privacy import erasing
from tests.factories import ContactFactory, UserFactory
from tests.html import read
from tests.powers import give, named
from tests.staff.accounts import ask, link, set_passphrase, sign_in
from tests.staff.second_factors import set_up

pytestmark = pytest.mark.django_db

PASSPHRASE, NEW = "stand together by the sea", "stand together on the hill"


def officer(*powers: str, **fields: Any) -> User:
    user = UserFactory(**fields)
    give(user, *named(*powers))
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change(user: User, **fields: Any) -> dict[str, Any]:
    return {"email": user.email, "name": user.name, "is_active": "on", "is_staff": "on", **fields}


@pytest.mark.parametrize("has_every_role", [True, False])
def test_nobody_sets_anothers_passphrase(has_every_role: bool) -> None:
    by = officer("change_user", "view_user", every_role=has_every_role)
    other = UserFactory()
    client, before = signed_in(by), other.password
    url = f"/staff/staff/user/{other.pk}/password/"
    typed = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert [client.get(url).status_code, client.post(url, typed).status_code] == [404, 404]
    page = reverse("admin:staff_user_change", args=[other.pk])
    assert "password" not in read(client.get(page)).one("form", class_="sheet").text.lower()
    client.post(page, change(other, password="!", password1=NEW, password2=NEW))
    other.refresh_from_db()
    assert other.password == before


def test_who_is_added_sets_their_own(mere: User) -> None:
    client = signed_in(mere)
    client.post(
        reverse("admin:staff_user_add"), {"email": "ana@example.org", "name": "Ana", "password1": NEW}
    )
    ana = User.objects.get(email="ana@example.org")
    assert not ana.check_password(NEW)
    assert set_passphrase(link(), NEW) == 302
    assert sign_in("ana@example.org", NEW) == ""
    assert LogLine.objects.filter(act="account_added", key=ana.pk, done_by=mere).count() == 1


@pytest.mark.parametrize(
    ("theirs", "active", "is_theirs"),
    [
        ({}, True, False),
        ({"powers": ["change_user"]}, True, False),
        ({"powers": ["change_erasure"]}, True, True),
        ({"powers": ["change_erasure"]}, False, True),
        ({"is_reader": True}, True, True),
        ({"is_reader": True}, False, True),
    ],
)
def test_nobody_takes_over_the_account_of_somebody_who_may_do_more(
    theirs: dict[str, Any], active: bool, is_theirs: bool
) -> None:
    by = officer("change_user", "view_user")
    other = officer(*theirs.pop("powers", []), is_active=active, **theirs)
    roles, page = other.roles, reverse("admin:staff_user_change", args=[other.pk])
    assert signed_in(by).post(page, change(other, email="mine@example.org")).status_code == 302
    other.refresh_from_db()
    assert (other.email == "mine@example.org") == (not is_theirs)
    assert (other.is_active, other.roles) == (active or not is_theirs, roles)


def test_whoever_keeps_accounts_shuts_out_a_leaver_who_may_do_more() -> None:
    by, leaver = UserFactory(is_administrator=True), UserFactory(is_triage_officer=True)
    UserFactory(is_triage_officer=True)
    client, page = signed_in(by), reverse("admin:staff_user_change", args=[leaver.pk])
    assert "you can keep them from signing in, and change nothing else" in read(client.get(page)).text
    client.post(page, {"email": "x@example.org", "name": "X", "is_staff": "on", "is_reader": "on"})
    name, email = leaver.name, leaver.email
    leaver.refresh_from_db()
    assert (leaver.is_active, leaver.name, leaver.email) == (False, name, email)
    assert [role.name for role in leaver.roles] == ["Triage officer"]
    assert LogLine.objects.get(act="account_changed").detail == "is_active"


def test_the_last_holder_of_a_role_is_not_shut_out_by_somebody_who_could_not_give_it_again() -> None:
    by, last = UserFactory(is_administrator=True), UserFactory(is_approver=True, is_reader=True)
    UserFactory(is_reader=True), UserFactory(is_approver=True, is_active=False)
    page = reverse("admin:staff_user_change", args=[last.pk])
    answer = signed_in(by).post(page, {"is_staff": "on"})
    assert "Nobody else who can sign in holds: Approver. Give that to somebody first." in read(answer).text
    last.refresh_from_db()
    assert last.is_active


def test_a_changed_address_is_logged_and_told_to_the_old_one(mere: User) -> None:
    other = UserFactory(email="old@example.org", name="Hōne")
    signed_in(mere).post(
        reverse("admin:staff_user_change", args=[other.pk]), change(other, email="new@example.org")
    )
    mail.deliver_due()
    (told,) = django_mail.outbox
    assert told.to == ["old@example.org"]
    assert "new@" not in str(told.body)
    line = LogLine.objects.get(act="address_changed")
    assert (line.key, line.done_by, line.detail) == (other.pk, mere, "email")


@pytest.fixture
def proposed(settings: Any) -> Erasure:
    settings.DISPOSAL_AUTHORITY = "DA000"
    one = officer("add_erasure", "change_erasure", "change_user", "view_user", name="One")
    erasing.propose(contact=ContactFactory(), why="They asked", by=one)
    return Erasure.objects.get()


def carried_out(erasure: Erasure, by: User) -> bool:
    url = reverse("admin:responses_erasure_act", args=[erasure.pk, "carry_out"])
    signed_in(by).post(url, {"shown": "proposed"})
    erasure.refresh_from_db()
    return erasure.state == "carried_out"


def test_a_colleagues_mailbox_is_not_a_way_to_ones_own_erasure(proposed: Erasure) -> None:
    """Change a colleague's address, have the link mailed there, sign in as them: it is not carried out."""
    one = proposed.proposed_by
    assert one
    two = officer("add_erasure", "change_erasure")
    two.set_password(PASSPHRASE)
    two.save()
    page = reverse("admin:staff_user_change", args=[two.pk])
    assert signed_in(one).post(page, change(two, email="mine@example.org")).status_code == 302
    ask("mine@example.org")
    assert set_passphrase(link(), NEW) == 302
    two.refresh_from_db()
    assert not carried_out(proposed, two)
    assert carried_out(proposed, officer("change_erasure"))


@pytest.mark.parametrize("which", ["proposer", "decider"])
def test_neither_account_may_have_had_its_address_changed_by_anybody_else(
    proposed: Erasure, which: str
) -> None:
    one, two, third = proposed.proposed_by, officer("change_erasure"), officer("change_user")
    assert one
    LogLine.objects.create(
        act="address_changed", kind="staff.user", key=(one if which == "proposer" else two).pk, done_by=third
    )
    assert not carried_out(proposed, two)


def test_an_administrator_resets_the_second_factor_of_a_colleague(client: Client) -> None:
    by, other = UserFactory(is_administrator=True), UserFactory(is_triage_officer=True)
    set_up(other)
    client.force_login(by)
    page, url = f"/staff/staff/user/{other.pk}/change/", f"/staff/staff/user/{other.pk}/reset-second-factor/"
    assert read(client.get(page)).one("a", href=url).text == "Reset the second factor"
    assert "see or ring them" in read(client.get(url)).text
    assert SecondFactor.objects.filter(user=other).exists()
    assert client.post(url)["Location"] == page
    assert not SecondFactor.objects.exists()
    line = LogLine.objects.get(act="factor_reset")
    assert (line.key, line.done_by) == (other.pk, by)
    assert "nothing to reset" in read(client.post(url)).one(class_="error-summary").text


def test_nobody_else_resets_it_and_nobody_their_own(client: Client) -> None:
    by, reader = UserFactory(is_administrator=True), UserFactory(is_reader=True)
    for user in (by, reader):
        set_up(user)
    client.force_login(reader)
    assert client.post(f"/staff/staff/user/{by.pk}/reset-second-factor/").status_code == 403
    client.force_login(by)
    assert not read(client.get(f"/staff/staff/user/{by.pk}/change/")).all("a", href="reset-second-factor")
    own = client.post(f"/staff/staff/user/{by.pk}/reset-second-factor/")
    assert "Nobody resets their own" in read(own).one(class_="error-summary").text
    assert SecondFactor.objects.count() == 2
