"""Whoever runs the portal sees, pauses and resumes digests from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accord_portal.foundation import sender_dns
from accord_portal.foundation.sender_dns import Finding
from tests.factories import DigestIssueFactory

pytestmark = pytest.mark.django_db


def run(*words: str, **options: str) -> str:
    out = StringIO()
    call_command("digests", *words, stdout=out, **options)
    return out.getvalue().strip()


def test_what_is_unfinished_is_listed_paused_and_goes_on() -> None:
    DigestIssueFactory(approved=True, state="sent")
    issue = DigestIssueFactory(approved=True, state="sending", recipients=10, accepted=4)
    key = str(issue.pk)
    assert run() == f"{key}: {issue}: Being sent, 4 of 10 done."
    assert run("pause", key, why="A wrong date") == f"{key}: {issue}: Paused, 4 of 10 done. A wrong date"
    assert run("resume", key) == f"{key}: {issue}: Drawing up the list, 4 of 10 done."
    issue.refresh_from_db()
    assert "whoever runs the portal paused it: A wrong date" in issue.decisions


@pytest.mark.parametrize(("words", "why"), [(["pause"], "x"), (["pause", "999"], "x"), (["resume"], "")])
def test_a_digest_that_is_not_named_is_asked_for(words: list[str], why: str) -> None:
    with pytest.raises(CommandError, match="by its number"):
        run(*words, why=why)


def test_nothing_is_paused_without_a_reason_or_twice() -> None:
    issue = DigestIssueFactory(approved=True, state="sending")
    with pytest.raises(CommandError, match="Say why"):
        run("pause", str(issue.pk))
    run("pause", str(issue.pk), why="A wrong date")
    with pytest.raises(CommandError, match="not being sent"):
        run("pause", str(issue.pk), why="Again")


def test_the_dns_is_checked_and_what_is_missing_ends_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Finding("SPF", "example.org", True, "It stands.")
    monkeypatch.setattr(sender_dns, "findings", lambda: [good])
    assert run("check-dns") == "SPF of example.org: It stands."
    monkeypatch.setattr(
        sender_dns, "findings", lambda: [good._replace(is_good=False, says="No.", publish="x")]
    )
    out = StringIO()
    with pytest.raises(CommandError, match=r"^Not all of SPF, DKIM and DMARC stand\.$"):
        call_command("digests", "check-dns", stdout=out)
    assert out.getvalue() == "SPF of example.org: No.\n  To publish: x\n"
