import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.addresses import MESSAGE, mailbox, validate_address


@pytest.mark.parametrize(
    "address",
    [
        "aroha@example.org",
        "aroha.ngata+accord@example.org.nz",
        "o'brien@example.org",
        "info@tepūkenga.ac.nz",
        "info@xn--tepkenga-szb.ac.nz",
        "a@b.co",
        f"{'a' * 64}@example.org",
        f"aroha@{'a' * 63}.org",
        "aroha@例え.jp",
        "AROHA@EXAMPLE.ORG",
        "aroha@123.example.org",
    ],
)
def test_an_address_that_can_be_mailed_passes(address: str) -> None:
    assert validate_address(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "aroha",
        "aroha@",
        "@example.org",
        "aroha@localhost",
        "aroha@example",
        "aroha@[192.0.2.1]",
        "aroha@[IPv6:2001:db8::1]",
        "aroha@192.0.2.1",
        "aroha@example..org",
        "aroha@.example.org",
        "aroha@example.org.",
        "aroha@-example.org",
        "aroha@exam_ple.org",
        f"aroha@{'a' * 64}.org",
        f"aroha@{'ū' * 60}.org",
        f"{'a' * 65}@example.org",
        "aroha ngata@example.org",
        "aroha@example.org\nBcc: all@example.org",
        "Aroha <aroha@example.org>",
        "aroha@example.org, hemi@example.org",
        "aroha@exa mple.org",
        "aroha@\u200bexample\u2028.org",
    ],
)
def test_an_address_that_cannot_be_mailed_is_refused(address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_address(address)
    assert refused.value.messages == [MESSAGE]


@given(st.text(max_size=80))
def test_no_text_makes_the_check_fail(typed: str) -> None:
    try:
        validate_address(typed)
    except ValidationError:
        return
    assert mailbox(typed).isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aroha@Example.ORG", "aroha@example.org"),
        (" aroha@example.org ", "aroha@example.org"),
        ("info@tepūkenga.ac.nz", "info@xn--tepkenga-szb.ac.nz"),
        ("INFO@TEPŪKENGA.AC.NZ", "info@tepūkenga.ac.nz"),
        ("info@tepu\u0304kenga.ac.nz", "info@tepūkenga.ac.nz"),
    ],
)
def test_two_spellings_of_one_mailbox_are_equal(one: str, other: str) -> None:
    assert mailbox(one) == mailbox(other)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("Aroha+Accord@Example.org", "aroha+accord@example.org"),
        ("info@tepūkenga.ac.nz", "info@xn--tepkenga-szb.ac.nz"),
    ],
)
def test_a_mailbox_is_written_in_one_way(typed: str, kept: str) -> None:
    assert mailbox(typed) == kept


def test_what_comes_after_a_plus_is_another_mailbox() -> None:
    assert mailbox("aroha+a@example.org") != mailbox("aroha+b@example.org")


def test_a_domain_that_is_none_has_no_mailbox() -> None:
    with pytest.raises(ValueError, match="Label too long"):
        mailbox(f"aroha@{'ū' * 64}.org")
