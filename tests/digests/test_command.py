"""Whoever runs the portal sees, pauses and resumes digests from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

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
