"""What is written about a form or a letter goes to the version that was read, even if its lock were lost."""

from typing import Any

import pytest

from accord_portal.foundation.acts import ChangedMeanwhile
from responses.answers import letters, triage
from responses.models import ExpressionOfInterest, Letter
from tests.factories import UserFactory, received

pytestmark = pytest.mark.django_db


def test_a_form_that_another_officer_was_quicker_with_is_not_written_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    eoi, quicker = received(), UserFactory(name="Mere Staff")
    read = ExpressionOfInterest.refresh_from_db

    def read_and_then_overtaken(self: ExpressionOfInterest, *args: Any, **options: Any) -> None:
        read(self, *args, **options)
        monkeypatch.setattr(ExpressionOfInterest, "refresh_from_db", read)
        same = ExpressionOfInterest.objects.get(pk=self.pk)
        triage.assign(eoi=same, seen=same.version, by=quicker, to=quicker)

    monkeypatch.setattr(ExpressionOfInterest, "refresh_from_db", read_and_then_overtaken)
    with pytest.raises(ChangedMeanwhile, match=r"^Mere Staff changed this meanwhile: Assigned,"):
        triage.close(eoi=eoi, seen=eoi.version, by=UserFactory(), outcome="partly", text="Some of it")
    now = ExpressionOfInterest.objects.get()
    assert (now.state, now.outcome) == (ExpressionOfInterest.State.AWAITING_TRIAGE, "")


def test_a_letter_that_another_officer_was_quicker_with_is_not_written_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letters.receive(name="Aroha", email="aroha@example.org", telephone="", message="Kia ora")
    letter, quicker, as_seen = Letter.objects.get(), UserFactory(), letters._as_seen

    def read_and_then_overtaken(*args: Any, **options: Any) -> Letter:
        found = as_seen(*args, **options)
        monkeypatch.setattr(letters, "_as_seen", as_seen)
        letters.assign(letter=letter, seen=0, by=quicker, to=quicker)
        return found

    monkeypatch.setattr(letters, "_as_seen", read_and_then_overtaken)
    with pytest.raises(ChangedMeanwhile):
        letters.close(letter=letter, seen=0, by=UserFactory(), text="They rang")
    now = Letter.objects.get()
    assert (now.state, now.closed_at) == (Letter.State.AWAITING, None)
