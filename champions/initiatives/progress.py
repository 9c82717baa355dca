"""Acts of progress: what each side says of an initiative, in a state and a sentence; asking for help.

The champion says it from the mailbox, or staff write down what they were told. Its words are public once
staff have read them; that a side says "done" is public at once.
"""

import datetime as dt

from django.db import transaction

from accord_portal.foundation import clock, working_days
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import User
from champions import told
from champions.models import Champion, Initiative, InitiativeSide, ProgressReport, Reading
from responses.answers import following_up
from responses.models import Activity, Contact, FollowUp
from responses.people.person import lock
from responses.people.timeline import tell

FROM_THE_MAILBOX = "From the mailbox"
HELP_WORKING_DAYS = 3  # by when somebody gets back to who asks for help


@transaction.atomic
def report(
    *,
    initiative: Initiative,
    champion: Champion,
    state: str,
    why: str,
    speaker: str = "",
    said_on: dt.date | None = None,
    how: str = FROM_THE_MAILBOX,
    by: User | None = None,
) -> ProgressReport:
    """Writes down what the side of this champion says: how it stands and, in a sentence, why.

    `speaker` is the name of who said it, where they ticked that it may be shown; `by` the member of staff
    who wrote it down, if one did. The same once more on one day is one report. Raises NotPossible where
    nothing is said of a change.
    """
    contact = _locked(initiative, champion)
    side = InitiativeSide.of(champion)
    last = last_of(initiative, side)
    day = said_on or working_days.today()
    if last and _says_it_again(last, champion, state, why, speaker, day):
        return last
    if not why.strip():
        raise NotPossible("Say in a sentence why it stands like that.")
    if last and state != last.state and why == last.words:
        raise NotPossible("How it stands has changed: say in a new sentence why.")
    if last and day < last.said_on:
        raise NotPossible(
            f"This side has said something later, on {day_in_words(last.said_on)}: choose that day or a later"
            " one."
        )
    return _add(initiative, champion, contact, state, why, speaker, day, how, by)


@transaction.atomic
def still_true(*, initiative: Initiative, champion: Champion, seen: int) -> ProgressReport:
    """What the champion's side said last is true still; pressed twice a day it is one.

    Their own words stand again. The words of another champion stay the other's: that they are repeated is
    noted where this champion may be told them; otherwise only the state is said again. `seen` is the key of
    the report that was shown: ChangedMeanwhile where the side has said more since.
    """
    contact = _locked(initiative, champion)
    last = last_of(initiative, InitiativeSide.of(champion))
    if last is None:
        raise NotPossible("Nothing has been said of it yet: say how it stands.")
    today = working_days.today()
    if last.pk != seen and not _says_the_same(last, seen):
        raise ChangedMeanwhile("Your side has said something else since: look again.")
    if last.said_on == today and last.champion_id == champion.pk:
        return last
    first = last.repeats or last
    if first.champion_id != champion.pk:
        heard = first if told.words(first, champion) else None
        return _add(
            initiative, champion, contact, last.state, "", "", today, FROM_THE_MAILBOX, None, repeats=heard
        )
    new = _add(
        initiative, champion, contact, last.state, first.why, first.speaker, today, FROM_THE_MAILBOX, None
    )
    reading = Reading.objects.filter(report=first).first()
    if reading:  # the same words were read already
        Reading.objects.create(report=new, is_shown=reading.is_shown, read_by=reading.read_by)
    return new


@transaction.atomic
def ask_for_help(*, initiative: Initiative, champion: Champion, what: str) -> FollowUp:
    """The champion asks for help from the mailbox: somebody of ours gets back to them by a day.

    Asked twice in the same words it is one, as long as it is not done.
    """
    contact = _locked(initiative, champion).kept_record
    own = initiative.champion_id == champion.pk
    about = f"“{initiative.title}”" if own else "an initiative they are a partner in"
    text = f"Asks for help with {about}. {what}".strip()[:500]
    outstanding = FollowUp.objects.outstanding().filter(contact=contact, what=text).first()
    if outstanding:
        return outstanding
    due_on = working_days.add_working_days(working_days.today(), HELP_WORKING_DAYS)
    owner = _who_helps(champion)
    return following_up.add(about=contact, by=None, what=text, due_on=due_on, owner=owner)


def _who_helps(champion: Champion) -> User:
    """Who published the champion, or registered it; whoever has left, a triage officer takes the place of."""
    working = User.objects.working()
    for knows in (champion.published_by, champion.registered_by):
        if knows and working.filter(pk=knows.pk).exists():
            return knows
    officers = working.filter(is_triage_officer=True).order_by("pk")
    return officers.first() or working.order_by("pk").first() or champion.registered_by


@transaction.atomic
def read_words(*, initiative: Initiative, by: User, show: bool, report: ProgressReport) -> None:
    """Staff have read the words of a report: they are shown to the public, or left out. May be changed."""
    contact = lock(pk=report.champion.contact_id)
    about = {"is_shown": show, "read_at": clock.now(), "read_by": by}
    Reading.objects.update_or_create(report=report, defaults=about)
    kind = Activity.Kind.PUBLISHED if show else Activity.Kind.TAKEN_DOWN
    tell(contact, kind, f"What they said on {day_in_words(report.said_on)}: {report.why}", by=by)


def last_of(initiative: Initiative, side: str) -> ProgressReport | None:
    """What this side said last."""
    return ProgressReport.objects.filter(initiative=initiative, side=side).order_by("-pk").first()


def takes_part(initiative: Initiative, champion: Champion) -> bool:
    """Whether it is the champion's initiative, or the champion is a partner in it."""
    if initiative.champion_id == champion.pk:
        return True
    partners = initiative.partners.current().exclude(champion__state=Champion.State.WITHDRAWN)
    return partners.filter(champion=champion).exists()


def _says_it_again(
    last: ProgressReport, champion: Champion, state: str, why: str, speaker: str, day: dt.date
) -> bool:
    said = (last.champion_id, last.state, last.why, last.speaker, last.said_on)
    return said == (champion.pk, state, why, speaker, day)


def _says_the_same(last: ProgressReport, seen: int) -> bool:
    """Whether nothing was added to what was shown; a report without words adds none."""
    shown = ProgressReport.objects.filter(pk=seen, initiative=last.initiative_id, side=last.side).first()
    return shown is not None and shown.state == last.state and last.words in ("", shown.words)


def _locked(initiative: Initiative, champion: Champion) -> Contact:
    """The champion's contact, locked, and then the initiative: what a side says stands in one order."""
    contact = lock(pk=champion.contact_id)
    now = Initiative.objects.select_for_update(no_key=True, of=("self",)).select_related("champion")
    initiative = now.get(pk=initiative.pk)
    withdrawn = Initiative.State.WITHDRAWN, Champion.State.WITHDRAWN
    if initiative.state == withdrawn[0] or initiative.champion.state == withdrawn[1]:
        raise NotPossible("This initiative was taken down: nothing more is written down about it.")
    if not takes_part(initiative, champion):
        raise NotPossible("This champion does not take part in the initiative.")
    return contact


def _add(
    initiative: Initiative,
    champion: Champion,
    contact: Contact,
    state: str,
    why: str,
    speaker: str,
    day: dt.date,
    how: str,
    by: User | None,
    *,
    repeats: ProgressReport | None = None,
) -> ProgressReport:
    row = ProgressReport.objects.create(
        initiative=initiative,
        side=InitiativeSide.of(champion),
        champion=champion,
        state=state,
        why=why,
        speaker=speaker,
        said_on=day,
        how=how,
        recorded_by=by,
        repeats=repeats,
    )
    said = why or "Still true, as another champion of their side said."
    tell(contact, Activity.Kind.REPORTED, f"{row.get_state_display()}. {said}", by=by)
    return row
