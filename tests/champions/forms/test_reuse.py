"""What staff choose from when they read how a story was used."""

import pytest

from champions.forms import reuse as reuse_forms
from champions.forms.reuse import ReadReuseForm
from tests.factories import PracticeStoryFactory
from tests.register import ReuseFactory


@pytest.mark.django_db
def test_what_nobody_read_is_offered_however_much_came_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reuse_forms, "READ_AT_ONCE", 2)
    story = PracticeStoryFactory()
    unread = ReuseFactory(story=story)
    later = [ReuseFactory(story=story, read=True) for _ in range(3)]
    offered = ReadReuseForm(story=story).fields["reuse"].queryset  # type: ignore[attr-defined]
    assert list(offered) == [later[-1], unread]
