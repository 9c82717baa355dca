"""Whoever had raw permissions is given the roles that cover what they could do."""

from collections.abc import Iterator

import pytest
from django.db.migrations.state import StateApps

from accord_portal.staff.models import User
from tests.migrating import last, migrate

BEFORE = [("staff", "0005_sign_in_and_revisions")]
DETAILS = "responses.see_contact_details"
# What somebody had, and the roles they hold then.
CASES: dict[str, tuple[list[str], list[str]]] = {
    "nothing": ([], []),
    "reads": (["responses.view_contact"], ["Reader"]),
    "reads with details": (["responses.view_contact", DETAILS], ["Reader"]),
    "triage": (["responses.change_expressionofinterest", DETAILS], ["Triage officer"]),
    "triage without details": (["responses.change_expressionofinterest"], ["Reader"]),
    "champions": (["champions.change_champion"], ["Editor"]),
    "letters with details": (["responses.change_letter", DETAILS], ["Reader"]),
    "digests": (["digests.change_digestissue"], ["Editor"]),
    "erases": (["responses.change_erasure", "responses.view_erasure"], ["Approver"]),
    "calls": (["responses.change_call"], ["Reader"]),
    "accounts": (["staff.change_user"], ["Administrator"]),
}


@pytest.fixture
def then(transactional_db: None) -> Iterator[StateApps]:
    """The models as they were; and in the end the database as it is."""
    yield migrate(BEFORE)
    migrate(last())


def test_each_account_is_given_the_roles_that_cover_what_it_could_do(then: StateApps) -> None:
    user_model, group_model = then.get_model("staff", "User"), then.get_model("auth", "Group")
    permission_model = then.get_model("auth", "Permission")
    type_model = then.get_model("contenttypes", "ContentType")

    def permission(name: str) -> object:
        app, _, codename = name.partition(".")
        kind, _ = type_model.objects.get_or_create(app_label=app, model=codename.partition("_")[2])
        return permission_model.objects.get_or_create(
            codename=codename, content_type=kind, defaults={"name": codename}
        )[0]

    for name, (had, _roles) in CASES.items():
        user = user_model.objects.create(email=f"{name.replace(' ', '.')}@example.org", name=name)
        user.user_permissions.set([permission(one) for one in had])
    user_model.objects.create(email="all@example.org", name="all", is_superuser=True)
    group = group_model.objects.create(name="Readers")
    group.permissions.set([permission("responses.view_letter")])
    user_model.objects.create(email="group@example.org", name="group").groups.set([group])

    migrate(last())

    held = {user.name: [role.name for role in user.roles] for user in User.objects.all()}
    assert held == {
        **{name: roles for name, (_had, roles) in CASES.items()},
        "all": ["Triage officer", "Editor", "Approver", "Reader", "Administrator"],
        "group": ["Reader"],
    }
