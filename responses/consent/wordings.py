"""The words of the four questions that are in force, and the act that changes them."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import IntegrityError, transaction

from accord_portal.foundation import clock
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.memory import ForAMinute
from accord_portal.staff.models import User
from responses.models import ConsentWording, Language, Purpose
from responses.models.wording import IN_2011, WORDINGS_OF_2011

QUESTIONS: list[str] = list(Purpose.values)  # in the order they are asked


class Wording(NamedTuple):
    """What is asked, and the key of the version it stands in."""

    key: int
    text: str


def current(language: str = Language.ENGLISH) -> Mapping[str, Wording]:
    """The words in force for each purpose, in this language if there are any, else in English.

    Remembered for a minute: whoever shows them says with the answer which they were.
    """
    return _current(language)


@ForAMinute
def _current(language: str) -> Mapping[str, Wording]:
    found = _in_force(language)
    if len(found) < len(QUESTIONS):
        load()
        found = _in_force(language)
    return {purpose: found[purpose] for purpose in QUESTIONS}


def _in_force(language: str) -> dict[str, Wording]:
    rows = ConsentWording.objects.in_force(clock.now()).filter(language__in=[Language.ENGLISH, language])
    ours_last = sorted(rows, key=lambda row: (row.language == language, row.version))
    return {row.purpose: Wording(row.pk, row.text) for row in ours_last}


def texts(language: str = Language.ENGLISH) -> dict[str, str]:
    """The words in force, by purpose."""
    return {purpose: wording.text for purpose, wording in current(language).items()}


@ForAMinute
def text_of(key: int) -> str:
    """The words of one version, in force or not: what is written to whoever said Yes to them."""
    return ConsentWording.objects.values_list("text", flat=True).get(pk=key)


def mark(wordings: Mapping[str, Wording]) -> str:
    """What a form carries to say which words it showed: the versions' keys in the order of the questions."""
    return "-".join(str(wordings[purpose].key) for purpose in QUESTIONS)


def shown(marked: str, language: str = Language.ENGLISH) -> dict[str, int]:
    """The key of the version shown for each purpose; those in force where the mark cannot be read."""
    now = current(language)
    if marked != mark(now):
        parts = marked.split("-", len(QUESTIONS))
        keys = [int(part) for part in parts if part.isdecimal() and len(part) < 19]
        if len(keys) == len(parts) == len(QUESTIONS):
            rows = dict(ConsentWording.objects.filter(pk__in=keys).values_list("purpose", "pk"))
            if set(rows) == set(QUESTIONS):
                return rows
    return {purpose: wording.key for purpose, wording in now.items()}


@transaction.atomic
def reword(*, purpose: str, language: str, text: str, by: User) -> ConsentWording:
    """Puts a new version in force from now on; what was said to an older one stays said to that.

    Raises NotPossible where these are the words in force already, or somebody was quicker.
    """
    last = ConsentWording.objects.filter(purpose=purpose, language=language).order_by("version").last()
    if last and last.text == text:
        raise NotPossible("These words are already in use.")
    version = last.version + 1 if last else 1
    new = ConsentWording(purpose=purpose, language=language, text=text, version=version, written_by=by)
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError:
        raise ChangedMeanwhile("Somebody changed the words meanwhile: look again.") from None
    forget()
    return new


def load() -> None:
    """Writes the wording of 2011 as the first version, where there is none."""
    ConsentWording.objects.bulk_create(
        (
            ConsentWording(purpose=purpose, version=1, text=text, from_at=IN_2011)
            for purpose, text in WORDINGS_OF_2011.items()
        ),
        ignore_conflicts=True,
    )
    forget()


def forget() -> None:
    """Reads the words afresh in this process; the others do within the minute."""
    _current.forget()
