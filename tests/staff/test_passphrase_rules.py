"""Which passphrases are refused, and that whoever is refused is told why."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from accord_portal.staff.models import User
from accord_portal.staff.passphrase_rules import COMMON, IN_A_ROW, MOSTLY_OWN, REPEATED, SHORT, why_refused
from tests.html import read

ANA = User(name="Ana Māhina Officer", email="ana.mahina@tepukenga.example")


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [
        ("", SHORT),
        ("fifteen letters", SHORT),
        ("aaaaaaaaaaaaaaaa", REPEATED),
        ("                ", REPEATED),
        ("abab abab abab abab", REPEATED),
        ("tuatara! tuatara! tuatara!", REPEATED),
        ("whakapapa whakapapa", REPEATED),
        ("seabird seabird seabird", REPEATED),
        ("kererū kererū kererū", REPEATED),
        ("aabbccddaabbccdd", REPEATED),
        ("passwordpassword", COMMON),
        ("Password Password!", COMMON),
        ("password password password", COMMON),
        ("passworddragonpassword", COMMON),
        ("sunshine-12345678", COMMON),
        ("abcdefghijklmnop", IN_A_ROW),
        ("ABCDEFGH ABCDEFGH xyz", IN_A_ROW),
        ("1234567890123456", IN_A_ROW),
        ("9876543210987654", IN_A_ROW),
        ("qwertyuiopasdfgh", IN_A_ROW),
        ("poiuytrewqlkjhgf", IN_A_ROW),
        ("1qaz2wsx3edc4rfv", IN_A_ROW),
        ("!@#$%^&*()_+!@#$", IN_A_ROW),
        ("ana.mahina@tepukenga.example", MOSTLY_OWN),
        ("ana.mahina@tepukenga.exampleana.mahina@tepukenga.example", MOSTLY_OWN),
        ("Ana Mahina Officer 2026", MOSTLY_OWN),
        ("officer māhina 1234567", MOSTLY_OWN),
        ("Department of Internal Affairs", MOSTLY_OWN),
        ("Office for the Community and Voluntary Sector", MOSTLY_OWN),
        ("accord portal kia tutahi", MOSTLY_OWN),
        ("accord.portal.example 26", MOSTLY_OWN),
    ],
)
def test_what_is_easily_guessed_is_refused_with_its_reason(
    settings: Settings, passphrase: str, why: str
) -> None:
    settings.BASE_URL = "https://accord.portal.example"
    assert why_refused(passphrase, ANA) == why


@pytest.mark.parametrize(
    "passphrase",
    [
        "forget the leather",
        "the day for the boat",
        "voluntary community walks",
        "stand together by the sea",
        "correct horse battery staple",
        "correct horse battery staple correct horse battery staple",
        "four words make a passphrase",
        "xK9$mQ2&vL5!nR8@",
        "Ana keeps seven kererū",
        "王小明在海邊和朋友一起站著看鯨魚遊過",
        "Ünïcode isn’t a problem",
        "9275 0318 4462 7710",
        " spaces at the ends count ",
    ],
)
def test_length_is_enough_and_no_rule_says_which_characters(passphrase: str) -> None:
    assert why_refused(passphrase, ANA) == ""


def test_a_name_counts_against_its_own_account_only() -> None:
    assert (why_refused("ana mahina officer", ANA), why_refused("ana mahina officer")) == (MOSTLY_OWN, "")


def test_wherever_a_passphrase_is_set_the_rules_are_asked_and_told() -> None:
    with pytest.raises(ValidationError, match="over and over"):
        validate_password("aaaaaaaaaaaaaaaa")
    (told,) = password_validators_help_texts()
    assert "at least 16 characters" in told


@pytest.mark.django_db
def test_whoever_changes_their_own_passphrase_is_told_why_not(client: Client) -> None:
    user = User.objects.create_user("mere@example.org", "stand together by the sea", name="Mere Staff")
    client.force_login(user)
    new = "mere@example.org mere@example.org"
    typed = {"old_password": "stand together by the sea", "new_password1": new, "new_password2": new}
    page = read(client.post("/staff/password_change/", typed))
    assert page.one(class_="error-summary").one("li").text == MOSTLY_OWN
