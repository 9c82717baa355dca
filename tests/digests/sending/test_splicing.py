"""An issue as bytes equals the message that Django would have made, whoever it is for."""

import quopri
import re
import uuid
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.digests.content import NAME, PREFERENCES, UNSUBSCRIBE, WHY
from accord_portal.digests.models import DigestIssue
from accord_portal.digests.sending import splicing
from accord_portal.digests.sending.emails import Edition
from accord_portal.digests.sending.readers import Listed, Yes
from accord_portal.digests.sending.splicing import Spliced, quoted
from accord_portal.foundation.transport import Own
from tests.clock import NOON

TEXT = f"News\n\nTēnā koe {NAME}\n.\n..dots =\n{WHY}\nOut: {UNSUBSCRIBE}\n{PREFERENCES}\n{NAME}"
HTML = (
    f'<p class="x">{NAME}&amp; ā</p>\n.<p>{WHY}</p><a href="{UNSUBSCRIBE}">out</a>{"long " * 90}{PREFERENCES}'
)


SUBJECT = "Kia Tūtahi: ⁨עברית⁩ " * 4


def issue() -> DigestIssue:
    return DigestIssue(
        pk=7,
        audience="keep_informed",
        state="approved",
        subject=SUBJECT,
        text=TEXT,
        html=HTML,
    )


def envelope(name: str, address: str = "reader@example.org") -> Any:
    listed = Listed(3, 7, 12, uuid.UUID(int=5), address, "")
    return Edition(issue()).to(listed, Yes(12, NOON, 1, name, address, address.lower(), NOON))


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("responses.consent.wordings.text_of", lambda key: "I want to be told.")


def undotted(content: bytes) -> bytes:
    """What the server makes of it."""
    assert content.endswith(b"\r\n")
    assert b"\r\n.\r\n" not in content
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    return re.sub(rb"(?m)^\.\.", b".", content)


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=SMTP)  # type: ignore[return-value]


def joined(part: EmailMessage) -> str:
    """What a part says, wherever its lines break."""
    return re.sub(r"[ \t\r\n]+", " ", part.get_content()).strip()


def same(content: bytes, message: EmailMultiAlternatives) -> None:
    """The spliced bytes and Django's say the same in each header and part."""
    ours, theirs = parsed(undotted(content)), parsed(message.message().as_bytes(linesep="\r\n"))
    assert {*ours.keys()} == {*theirs.keys()}
    for name in {*ours.keys()} - {"Date", "Content-Type"}:
        assert str(ours[name]).strip() == str(theirs[name]).strip(), name
    assert ours.get_content_type() == theirs.get_content_type() == "multipart/alternative"
    parts = [[*each.iter_parts()] for each in (ours, theirs)]
    assert [[part.get_content_type() for part in each] for each in parts] == [["text/plain", "text/html"]] * 2
    for mine, djangos in zip(*parts, strict=True):
        assert mine["Content-Transfer-Encoding"] == "quoted-printable"
        assert joined(mine) == joined(djangos)
    assert ours.defects == []
    assert all(len(line) <= 76 for line in content.partition(b"\r\n\r\n")[2].split(b"\r\n"))
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(".=<&\"' \t\u2028"), max_size=120
)


@given(NAMES)
def test_it_equals_what_django_would_have_made(name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("accord_portal.foundation.signed_links._Signer.timestamp", lambda self: "1")
        made = envelope(name)
        same(made.content(), made.message())


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".Ana", "=3D", "x" * 73, "ā" * 40, "a " * 40, "Ana ", "[[why]]"]
)
def test_names_that_meet_a_rule_of_the_encoding(name: str) -> None:
    made = envelope(name)
    same(made.content(), made.message())
    assert f"Tēnā koe {name}" in parsed(undotted(made.content())).get_body(["plain"]).get_content()  # type: ignore[union-attr]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_whatever_is_quoted_is_read_back(text: str) -> None:
    read = quopri.decodestring(re.sub(rb"(?m)^\.\.", b".", quoted(text)) + b"=\r\n")
    assert read.decode() == text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    assert all(len(line) < 76 for line in quoted(text).split(b"\r\n")[-1:])


def test_what_would_be_another_header_is_refused() -> None:
    spliced = Spliced(
        EmailMultiAlternatives(
            "s", "t", "a@example.org", ["b@example.org"], alternatives=[("h", "text/html")]
        )
    )
    with pytest.raises(ValueError, match="one line"):
        spliced.to(Own("a@example.org\r\nBcc: b@example.org", "<1@x>", "<https://x>", {}))


def test_an_address_with_letters_of_its_own_stands_as_it_is() -> None:
    content = envelope("Ana", "tūmai@example.org").content()
    assert "\r\nTo: tūmai@example.org\r\n".encode() in content


def test_the_way_out_is_not_encoded_and_stands_in_a_header_of_its_own() -> None:
    header = (
        envelope("Ana").content().partition(b"List-Unsubscribe: ")[2].partition(b"List-Unsubscribe-Post")[0]
    )
    assert re.match(rb"<https://testserver/unsubscribe/[\w:-]+/>\r\n", header)


def test_the_text_is_flowed_and_so_is_why_somebody_gets_it() -> None:
    text = parsed(undotted(envelope("Ana").content())).get_body(["plain"])
    assert text is not None
    assert text.get_param("format") == "flowed"
    assert text.get_content().splitlines()[5:7] == [
        "You said Yes on 16 November 2026 to: “I want to be told.”",
        next(line for line in text.get_content().splitlines() if line.startswith("Out: ")),
    ]


def test_nobody_is_named_in_what_is_serialised_once() -> None:
    edition = Edition(issue())
    assert b"reader@" not in b"".join(part for part in edition._spliced._parts if isinstance(part, bytes))
    assert splicing.BOUNDARY not in quoted(TEXT) + quoted(HTML)
