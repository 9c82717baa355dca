"""Acts on consent: the only code that writes `Consent` and `Involvement`.

Each act adds lines to the evidence; the involvement is then what the lines add up to (`ledger`).
An act that comes from a mailbox is an act of that contact alone: where staff merged it with
others, what they said stays as it is, since nobody but their own mailboxes can say it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from accord_portal.foundation import mail, rows
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.tallies import Part
from accord_portal.staff.models import User
from responses.consent import emails, evidence, wordings
from responses.models import Activity, Consent, Contact, ExpressionOfInterest, Involvement, Purpose
from responses.people.person import is_theirs, lift, lock, lock_person
from responses.people.timeline import tell
from responses.undertakings.owing import settle

Decision, Source = Consent.Decision, Consent.Source


# --- from forms -----------------------------------------------------------------------------


def record_answers(
    *,
    contact: Contact,
    eoi: ExpressionOfInterest,
    said_yes: Mapping[str, bool],
    wording: Mapping[str, int],
    source: str,
    at: dt.datetime,
    is_new: bool,
    by: User | None,
    counted: Mapping[Part, int],
) -> None:
    """One line for each of the four answers of a form, each to the wording (its key) it was shown.

    `counted` is how the form itself is counted.
    """
    lines = [
        rows.new(
            Consent,
            contact_id=contact.pk,
            eoi_id=eoi.pk,
            purpose=purpose,
            decision=Decision.GIVEN if yes else Decision.DECLINED,
            source=source,
            wording_id=wording[purpose],
            recorded_at=at,
            recorded_by_id=by.pk if by else None,
        )
        for purpose, yes in said_yes.items()
    ]
    evidence.write(contact, lines, held={} if is_new else None, counted=counted)


def disregard(*, eoi: ExpressionOfInterest, by: User) -> None:
    """Nothing a form said counts, since it turned out to be spam; what the mailbox confirmed stands."""
    contact = lock(pk=eoi.contact_id)
    brought = contact.involvements.waiting().filter(consent__eoi=eoi)
    purposes = [involvement.purpose for involvement in brought]
    asked_off = contact.involvements.exclude(off_asked_at=None)
    purposes += [i.purpose for i in asked_off if not eoi.answers[i.purpose] and not _asked_elsewhere(i, eoi)]
    evidence.write(contact, evidence.lines(contact, purposes, Decision.SPAM, Source.STAFF, by=by))


def _asked_elsewhere(involvement: Involvement, eoi: ExpressionOfInterest) -> bool:
    """Whether another form, which was no spam, asked to turn it off as well."""
    noes = evidence.lines_about(involvement.contact).filter(
        purpose=involvement.purpose, decision=Decision.DECLINED, recorded_at__gte=involvement.off_asked_at
    )
    return noes.exclude(eoi=eoi).exclude(eoi__state=ExpressionOfInterest.State.SPAM).exists()


# --- from the mailbox -----------------------------------------------------------------------


@transaction.atomic
def confirm(*, contact: Contact, eoi: ExpressionOfInterest | None = None) -> None:
    """The person pressed the button from the mailbox: the address is theirs, and what waits counts.

    What waits are Yeses, and Noes that a form asked for; of one form where `eoi` is given. Pressing again
    changes nothing, whatever forms said since. What else that makes of the form: `answers.confirming`.
    """
    contact = lock(pk=contact.pk)
    on, off = waiting(contact, eoi)
    newly = heard_from(contact=contact, yes=bool(on))
    source = Source.CONFIRMATION_LINK
    evidence.write(contact, evidence.lines(contact, on, Decision.CONFIRMED, source))
    evidence.write(contact, evidence.lines(contact, off, Decision.WITHDRAWN, source))
    if newly or on or off:
        tell(contact, Activity.Kind.CONFIRMED, _said(on, off))


def heard_from(*, contact: Contact, yes: bool) -> bool:
    """The person acted from this mailbox: the address is theirs, and a Yes lifts what kept us from writing.

    Whether nobody had confirmed the address before.
    """
    if yes:
        lift(contact)
        settle(contact)
    return is_theirs(contact)


def waiting(contact: Contact, eoi: ExpressionOfInterest | None = None) -> tuple[list[str], list[str]]:
    """The purposes whose Yes, and those whose No, wait to be confirmed from the mailbox."""
    held = list(contact.involvements.current().order_by("pk"))
    if not eoi:
        return [i.purpose for i in held if not i.confirmed_at], [i.purpose for i in held if i.off_asked_at]
    said = _said_last(contact, eoi)
    on = [i.purpose for i in held if not i.confirmed_at and said.get(i.purpose) is True]
    return on, [i.purpose for i in held if i.confirmed_at and said.get(i.purpose) is False]


def _said_last(contact: Contact, eoi: ExpressionOfInterest) -> dict[str, bool]:
    """What this form said about each purpose of which nothing but other forms has spoken since."""
    said: dict[str, bool] = {}
    for line in evidence.lines_about(contact):
        if line.source not in Consent.FROM_FORMS:
            said.pop(line.purpose, None)
        elif line.eoi_id == eoi.pk:
            said[line.purpose] = line.decision == Decision.GIVEN
    return said


def states(contact: Contact) -> dict[str, str]:
    """How each switch stands, in one word (`Involvement.stands`)."""
    return {
        **dict.fromkeys(Purpose.values, "off"),
        **{i.purpose: i.stands for i in contact.involvements.all()},
    }


def meant(contact: Contact, wanted: Mapping[str, bool], shown: Mapping[str, str]) -> dict[str, bool]:
    """What a person asks for who saves a page on which the switches stood as `shown`.

    A switch that has changed elsewhere since, and that they did not touch, is not asked for. A No always
    counts. Raises ChangedMeanwhile for a Yes to what was turned off since. Where a page did not say what it
    showed, all of it is asked for.
    """
    now, asked = states(contact), {}
    for purpose, want in wanted.items():
        was = shown.get(purpose, now[purpose])
        if was == now[purpose]:
            asked[purpose] = want
        elif was == "asked" or want != (was != "off"):
            if want and now[purpose] == "off":
                raise ChangedMeanwhile(
                    f"“{Purpose(purpose).label}” was turned off after you opened this page."
                    " Look at your choices again, then save"
                )
            asked[purpose] = want
    return asked


@transaction.atomic
def set_switches(
    *, contact: Contact, wanted: Mapping[str, bool], marked: str = "", shown: Mapping[str, str] | None = None
) -> list[str]:
    """Turns the switches as the person set them on the preferences page; the purposes that changed.

    The page is reached from the mailbox only, so saving it confirms the address as well. A short
    confirmation is mailed, with a link to undo. `marked` says which wordings the page showed, `shown` how
    its switches stood: see `meant`.
    """
    contact = lock(pk=contact.pk)
    wanted = meant(contact, wanted, shown or {})
    held = {i.purpose: i for i in contact.involvements.current()}
    on = [p for p, want in wanted.items() if want and (p not in held or not held[p].confirmed_at)]
    off = [p for p, want in wanted.items() if not want and p in held]
    kept = [p for p, want in wanted.items() if want and p in held and held[p].off_asked_at]
    words = wordings.shown(marked, contact.language)
    given = evidence.lines(contact, [*on, *kept], Decision.GIVEN, Source.PREFERENCE_PAGE, words=words)
    ended = evidence.lines(contact, off, Decision.WITHDRAWN, Source.PREFERENCE_PAGE, words=words)
    lines = evidence.write(contact, [*given, *ended])
    changed = [line for line in lines if line.purpose not in kept]
    heard_from(contact=contact, yes=bool(on))
    if changed:
        owed = None
        if contact.email:
            keys = "-".join(str(line.pk) for line in changed)
            about: dict[str, int | str] = {"contact_id": contact.pk, "lines": keys}
            owed = mail.owe(emails.preferences_saved, to=contact.email, recipient=contact.pk, **about)
        tell(contact, Activity.Kind.PREFERENCES, _said(on, off), mail=owed)
    return [line.purpose for line in changed]


@transaction.atomic
def undo(*, contact: Contact, lines: Collection[int]) -> list[str]:
    """Turns back what saving the preferences changed (its lines, by key); the purposes turned back.

    A purpose that has been changed again since stays as it is, and so pressing twice is the same as once.
    """
    contact = lock(pk=contact.pk)
    on, off = undoable(contact, lines)
    source = Source.PREFERENCE_PAGE
    evidence.write(contact, evidence.lines(contact, on, Decision.GIVEN, source))
    evidence.write(contact, evidence.lines(contact, off, Decision.WITHDRAWN, source))
    heard_from(contact=contact, yes=bool(on))
    if on or off:
        text = f"Undone. {_said(on, off)}"
        tell(contact, Activity.Kind.PREFERENCES, text)
    return [*on, *off]


def undoable(contact: Contact, lines: Collection[int]) -> tuple[list[str], list[str]]:
    """The purposes that undoing these lines turns on, and off: those nothing was said about since.

    What a form said since does not stand in the way: anybody can send one.
    """
    written = evidence.lines_about(contact).exclude(source__in=Consent.FROM_FORMS)
    last = {line.purpose: line for line in written}
    mine = {purpose: line for purpose, line in last.items() if line.pk in lines}
    on = [purpose for purpose, line in mine.items() if line.decision == Decision.WITHDRAWN]
    return on, [purpose for purpose, line in mine.items() if line.decision == Decision.GIVEN]


@transaction.atomic
def withdraw(*, contact: Contact, purposes: Collection[str], source: str, message: str = "") -> list[str]:
    """Takes Yeses back at once; those there were to take back. Twice is the same as once.

    The erased have nothing to take back: they stay counted.
    """
    contact = lock(pk=contact.pk)
    if contact.erased_at:
        return []
    held = contact.involvements.current().filter(purpose__in=purposes).order_by("pk")
    off = [involvement.purpose for involvement in held]
    evidence.write(contact, evidence.lines(contact, off, Decision.WITHDRAWN, source, message=message))
    if off:
        text = f"{_labels(off)} ({Source(source).label})"
        tell(contact, Activity.Kind.UNSUBSCRIBED, text)
    return off


# --- by staff, by lists, by time ------------------------------------------------------------


@transaction.atomic
def change_on_request(*, contact: Contact, purpose: str, yes: bool, how: str, by: User) -> None:
    """Staff turn one switch because the person asked; `how` says how they asked.

    A Yes waits for the mailbox like every other; a No counts at once, for every record of the person. Raises
    NotPossible where it stands so already.
    """
    locked = lock_person(contact)
    person = locked.contact
    said_yes = Involvement.objects.current().filter(contact__in=locked.keys, purpose=purpose)
    on = list(Contact.objects.filter(involvements__in=said_yes))
    if person in on if yes else not on:
        raise NotPossible(f"{Purpose(purpose).label} is already {'on' if yes else 'off'}.")
    decision = Decision.GIVEN if yes else Decision.WITHDRAWN
    for record in [person] if yes else on:
        message = how if record == person else f"As asked of contact {person.pk}"
        lines = evidence.lines(record, [purpose], decision, Source.ON_REQUEST, message=message, by=by)
        evidence.write(record, lines)
    text = f"{'Yes' if yes else 'No'} to {Purpose(purpose).label}. How they asked: {how}"
    owed = None
    if yes and person.email and not (person.restricted_at or person.never_again_at):
        owed = mail.owe(emails.please_confirm, to=person.email, recipient=person.pk, contact_id=person.pk)
    tell(person, Activity.Kind.SWITCHED, text, by=by, mail=owed)


def bring_in_many(yeses: Iterable[tuple[Contact, Sequence[str], str]], *, by: User) -> None:
    """Yeses that a list says these people gave, each with its basis: they wait for the mailbox.

    Only for purposes about which the person has never said anything: whoever calls has looked, and holds
    the people locked.
    """
    lines = [
        line
        for contact, purposes, basis in yeses
        for line in evidence.lines(contact, purposes, Decision.GIVEN, Source.IMPORT, message=basis, by=by)
    ]
    evidence.write_first(lines)


def lapse(*, contact: Contact, purposes: Sequence[str]) -> None:
    """Forgets Yeses that nobody confirmed in time."""
    evidence.write(contact, evidence.lines(contact, purposes, Decision.LAPSED, Source.PORTAL))


def _labels(purposes: Iterable[str]) -> str:
    return ", ".join(Purpose(purpose).label for purpose in purposes)


def _said(on: Sequence[str], off: Sequence[str]) -> str:
    parts = [f"Yes: {_labels(on)}"] * bool(on) + [f"No: {_labels(off)}"] * bool(off)
    return "; ".join(parts)
