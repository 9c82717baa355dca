import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accord_portal.staff.models import User
from accord_portal.staff.roles import ROLES
from tests.factories import UserFactory

PASSPHRASE = "stand together by the sea"


@pytest.mark.django_db
def test_staff_sign_in_with_their_address_however_it_is_written() -> None:
    user = User.objects.create_user("Mere@Example.ORG", PASSPHRASE, name="Mere Staff")
    assert user.email == "Mere@example.org"
    assert authenticate(username="mere@example.org", password=PASSPHRASE) == user
    assert authenticate(username="mere@example.org", password="other") is None


@pytest.mark.django_db
def test_whoever_has_left_cannot_sign_in() -> None:
    User.objects.create_user("mere@example.org", PASSPHRASE, name="Mere", is_active=False)
    assert authenticate(username="mere@example.org", password=PASSPHRASE) is None


@pytest.mark.django_db
def test_one_address_is_one_member_of_staff() -> None:
    UserFactory(email="mere@example.org")
    with pytest.raises(IntegrityError, match=r"user_email_once|email"):
        UserFactory(email="MERE@example.org")


@pytest.mark.django_db
def test_whoever_is_made_at_the_command_line_holds_every_role() -> None:
    user = User.objects.create_superuser("mere@example.org", PASSPHRASE, name="Mere Staff")
    assert (user.is_staff, user.roles, user.is_active) == (True, list(ROLES), True)


def test_staff_are_called_by_their_name() -> None:
    user = User(name="Mere Staff", email="mere@example.org")
    assert (str(user), user.get_full_name(), user.get_short_name()) == ("Mere Staff", "Mere Staff", "Mere")
    assert str(User(email="mere@example.org")) == "mere@example.org"


@pytest.mark.parametrize("passphrase", ["a" * 15, "short", ""])
def test_a_passphrase_has_sixteen_characters(passphrase: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(passphrase)


@pytest.mark.parametrize("passphrase", [PASSPHRASE, "kia kaha kia māia", "    nine letters    "])
def test_spaces_are_accepted_and_nothing_else_is_asked(passphrase: str) -> None:
    assert validate_password(passphrase) is None
