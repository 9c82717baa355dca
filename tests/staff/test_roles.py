"""Who gives which role to whom."""

import pytest
from django.test import Client

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff import accounts
from accord_portal.staff.models import LogLine, User
from accord_portal.staff.roles import ADMINISTRATOR, APPROVER, EDITOR, READER, ROLES, SEE_DETAILS, Role
from tests.factories import UserFactory
from tests.html import Element, read
from tests.staff.pages import page_of, sign_in

pytestmark = pytest.mark.django_db


def posted(user: User, *roles: str, **fields: str) -> dict[str, str]:
    ticks = {f"is_{role}": "on" for role in roles}
    return {"email": user.email, "name": user.name, "is_active": "on", "is_staff": "on", **ticks, **fields}


def ticks(page: Element) -> dict[str, tuple[bool, bool]]:
    """Of each tick on the page: whether it is set, and whether it may be changed."""
    boxes = {box["name"]: box for box in page.all("input", type="checkbox")}
    return {
        role.name: ("checked" in boxes[role.field].attrs, "disabled" not in boxes[role.field].attrs)
        for role in ROLES
    }


def held(user: User) -> set[str]:
    return {role.name for role in User.objects.get(pk=user.pk).roles}


def test_a_person_has_five_ticks_each_with_its_sentence_and_no_raw_permission(client: Client) -> None:
    sign_in(client, is_administrator=True, is_reader=True)
    other = UserFactory(is_reader=True)
    page = read(client.get(page_of("staff/user", other.pk)))
    assert ticks(page) == {
        "Triage officer": (False, False),
        "Editor": (False, False),
        "Approver": (False, False),
        "Reader": (True, True),
        "Administrator": (False, True),
    }
    form = page.one("form", class_="sheet")
    assert [role.name for role in ROLES if role.allows not in form.text] == []
    assert form.text.count("You do not hold this role, so you cannot give or take it away.") == 3
    assert {box["name"] for box in form.all("select")} == set()


def test_roles_are_given_and_taken_away_and_the_log_says_so(client: Client) -> None:
    officer = sign_in(client, every_role=True)
    other = UserFactory(is_reader=True)
    client.post(page_of("staff/user", other.pk), posted(other, "editor", "approver"))
    assert held(other) == {"Editor", "Approver"}
    line = LogLine.objects.get(act="account_changed")
    assert (line.key, line.done_by, line.detail) == (
        other.pk,
        officer,
        "gave Editor, gave Approver, took away Reader",
    )


def test_nobody_gives_or_takes_away_a_role_they_do_not_hold(client: Client) -> None:
    sign_in(client, is_administrator=True, is_reader=True)
    other = UserFactory()
    client.post(page_of("staff/user", other.pk), posted(other, "triage_officer", "reader"))
    assert held(other) == {"Reader"}
    with pytest.raises(NotPossible, match=r"You do not hold: Approver, Editor\."):
        accounts.expect_may_change(
            other, roles=[READER, EDITOR, APPROVER], signs_in=True, by=UserFactory(is_administrator=True)
        )


def test_nobody_changes_their_own_roles(client: Client) -> None:
    me = sign_in(client, every_role=True)
    UserFactory(is_administrator=True)
    url = page_of("staff/user", me.pk)
    page = read(client.get(url))
    assert {may for _set, may in ticks(page).values()} == {False}
    assert "These are your own roles. Another administrator changes them." in page.text
    client.post(url, posted(me, "reader", name="Ana"))
    assert (held(me), User.objects.get(pk=me.pk).name) == ({role.name for role in ROLES}, "Ana")
    with pytest.raises(NotPossible, match="Nobody changes their own roles"):
        accounts.expect_may_change(me, roles=[READER], signs_in=True, by=me)


@pytest.mark.parametrize("left_out", ["is_active", "is_staff"])
def test_the_last_administrator_who_can_sign_in_stays(client: Client, left_out: str) -> None:
    me = sign_in(client, every_role=True)
    for other in ({"is_active": False}, {"is_staff": False}):
        UserFactory(is_administrator=True, **other)
    sent = posted(me)
    del sent[left_out]
    url = page_of("staff/user", me.pk)
    last = "This is the last administrator who can sign in. Make somebody else one first."
    assert last in read(client.post(url, sent)).text
    assert User.objects.administrators().get() == me
    UserFactory(is_administrator=True)
    assert client.post(url, sent).status_code == 302
    assert me not in User.objects.administrators()


def test_the_role_of_the_last_administrator_is_not_taken_away() -> None:
    last, by = UserFactory(is_administrator=True), UserFactory(is_administrator=True, is_staff=False)
    with pytest.raises(NotPossible, match="the last administrator who can sign in"):
        accounts.expect_may_change(last, roles=[], signs_in=True, by=by)
    UserFactory(is_administrator=True)
    accounts.expect_may_change(last, roles=[], signs_in=True, by=by)


@pytest.mark.parametrize("role", ROLES)
def test_only_triage_officers_see_how_people_are_reached(role: Role) -> None:
    user = UserFactory(**{role.field: True})
    assert user.has_perm(SEE_DETAILS) == user.is_triage_officer


def test_what_roles_allow_adds_up_and_ends_with_the_account() -> None:
    both = UserFactory(is_reader=True, is_administrator=True)
    assert both.permissions == READER.permissions | ADMINISTRATOR.permissions
    assert both.has_perms(["responses.view_contact", "staff.view_logline"])
    assert not both.has_perms(["responses.view_contact", "responses.change_contact"])
    assert [both.has_module_perms(app) for app in ("staff", "champions", "nothing")] == [True, True, False]
    both.is_active = False
    assert (both.has_perm("responses.view_contact"), both.has_module_perms("staff")) == (False, False)


def test_the_list_says_who_holds_what_and_filters_by_it(client: Client) -> None:
    sign_in(client, is_administrator=True, name="Mere Staff")
    UserFactory(is_editor=True, is_approver=True, name="Ana Officer")
    UserFactory(name="Bo Colleague")
    rows = read(client.get("/staff/staff/user/")).one(id="result_list").one("tbody").all("tr")
    assert [row.one("td", class_="field-held").text for row in rows] == [
        "Editor, Approver",
        "None",
        "Administrator",
    ]
    found = client.get("/staff/staff/user/", {"is_editor__exact": 1}).context["cl"].result_list
    assert [user.name for user in found] == ["Ana Officer"]
