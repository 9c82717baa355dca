"""Made-up stories of good practice: two that are published, one to be reviewed, one draft."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from accord_portal.foundation import clock
from accord_portal.staff.models import User
from champions.models import Champion, CodeListEntry, PracticeStory, Principle
from champions.stories import publishing, writing

STORIES_TOLD = Path(__file__).parent / "practice.toml"


def load(*, writer: User, reviewer: User, now: dt.datetime) -> None:
    """One writes them, another publishes them, each on its day."""
    for sample in tomllib.loads(STORIES_TOLD.read_text(encoding="utf-8"))["story"]:
        with clock.set_to(now - dt.timedelta(days=sample["days_ago"])):
            _tell(sample, writer, reviewer)


def _tell(sample: dict[str, Any], writer: User, reviewer: User) -> None:
    state = sample["state"]
    champion = Champion.objects.filter(name=sample.get("champion", "")).first()
    words = {name: text.strip() for name, text in sample.items() if isinstance(text, str)}
    story = PracticeStory(**{**words, "state": "draft", "champion": champion})
    story.contact = champion.contact if champion and sample.get("may_be_asked") else None
    writing.give_address(story)
    story.save()
    story.principles.set(Principle.objects.filter(slug__in=sample.get("principles", [])))
    story.regions.set(
        CodeListEntry.objects.filter(list=CodeListEntry.List.REGION, label__in=sample.get("regions", []))
    )
    features = CodeListEntry.objects.filter(list=CodeListEntry.List.RELATIONAL_FEATURE)
    story.features.set(features.filter(label__in=sample.get("features", [])))
    writing.written(story=story, by=writer)
    if state != "draft":
        publishing.submit(story=story, by=writer)
    if state == "published":
        publishing.publish(story=story, by=reviewer)
