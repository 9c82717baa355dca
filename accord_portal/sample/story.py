"""Fills an empty portal for the demo, through the same acts that staff and the public use.

The story of six weeks is told in order. Everybody in it is made up: see `people` and `news`.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accord_portal.digests import compose
from accord_portal.digests.models import Update
from accord_portal.digests.sending import deliver, freezing
from accord_portal.foundation import clock, mail, working_days
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions import enrolment
from champions.forms.proposed import split_initiatives
from champions.models import Agency, Champion, Principle
from responses.answers import following_up, intake, recommending, triage
from responses.consent import switches
from responses.contacts import acts, duplicates
from responses.importing import steps
from responses.models import (
    Activity,
    Call,
    Consent,
    Contact,
    ContactImport,
    ExpressionOfInterest,
    Purpose,
    Recommendation,
)
from responses.privacy import erasing

from . import initiatives, news, partnerships, people, practice, questions
from .people import SampleChampion, SamplePerson, Suggestion

WEEKS = 6
PURPOSES = {
    "k": Purpose.KEEP_INFORMED,
    "c": Purpose.COMMUNITY_OF_INTEREST,
    "g": Purpose.GIVE_ADVICE,
    "a": Purpose.CHAMPION_ACCORD,
}
REPLY = "Thank you for writing. I have read what you sent and will look after it from here."
Event = tuple[dt.datetime, Callable[[], object]]


@transaction.atomic
def load(*, staff: User) -> bool:
    """Tells the story, with `staff` among those who do the work; False where there are people already."""
    if Contact.objects.exists():
        return False
    chance = random.Random(2011)  # noqa: S311 - the same story each time, no secret
    now = clock.now()
    office = [
        staff,
        *(
            User.objects.create_user(email, name=name, is_triage_officer=True, is_editor=True)
            for email, name in people.STAFF_NAMES.items()
        ),
    ]
    call = Call.objects.open_on(timezone.localdate(now)).get()
    call.opens_on = timezone.localdate(now - dt.timedelta(weeks=WEEKS))
    call.save()
    events: list[Event] = []
    for person in people.PEOPLE:
        events += _answers(person, call, chance.choice(office), now, chance)
    for sample in people.CHAMPIONS:
        events += _stands_up(sample, chance.choice(office), now, chance)
    events += initiatives.events(officer=staff, now=now)
    events += questions.events(officer=staff, now=now)
    colleague = office[1]  # what one of them prepares, the other approves
    events += _news(colleague, staff, now)
    events.append((now - dt.timedelta(days=15), _changes_of_mind))
    for suggestion in people.SUGGESTIONS:
        events += _recommends(suggestion, chance.choice(office), now, chance)
    events += _keeps_the_list(staff, colleague, now)
    for at, act in sorted(events, key=itemgetter(0)):
        with clock.set_to(min(at, now)):
            act()
    partnerships.load(officer=staff)
    practice.load(writer=colleague, reviewer=staff, now=now)
    _settle_the_past()
    return True


def _days_before(now: dt.datetime, days: float) -> dt.datetime:
    return now - dt.timedelta(days=days)


def _at_work(instant: dt.datetime) -> dt.datetime:
    """The instant, or the next morning on which the office is open."""
    local = timezone.localtime(instant)
    morning = local.replace(hour=9, minute=15)
    while local > local.replace(hour=17) or not working_days.is_working_day(morning.date()):
        morning += dt.timedelta(days=1)
        local = morning
    return max(local, morning)


# --- somebody answers -----------------------------------------------------------------------


def _answers(
    person: SamplePerson, call: Call, officer: User, now: dt.datetime, chance: random.Random
) -> Iterator[Event]:
    """The form arrives, the address is confirmed, staff answer and finish."""
    arrives = _days_before(now, person.days_ago + chance.uniform(0.05, 0.6))
    yield arrives, partial(_receive, person, call, arrives)
    if person.email and person.confirms:
        yield arrives + dt.timedelta(minutes=chance.randint(2, 600)), partial(_confirm, person)
    if person.fate == "new":
        return
    if person.fate == "spam":
        yield _at_work(arrives + dt.timedelta(hours=5)), partial(_mark_as_spam, person, officer)
        return
    read = _at_work(arrives + dt.timedelta(hours=chance.randint(6, 40)))
    yield read, partial(_take_in_hand, person, officer)
    if person.fate != "in_hand":
        closed = _at_work(read + dt.timedelta(hours=chance.randint(20, 60)))
        yield closed, partial(_close, person, officer)


def _eoi(person: SamplePerson) -> ExpressionOfInterest:
    return ExpressionOfInterest.objects.select_related("contact").get(name=person.name)


def _receive(person: SamplePerson, call: Call, at: dt.datetime) -> None:
    answers = intake.Answers(
        name=person.name,
        organisation=person.organisation,
        email=person.email,
        telephone=person.telephone,
        initiatives=person.initiatives,
        comments=person.comments,
        said_yes={purpose: letter in person.says for letter, purpose in PURPOSES.items()},
    )
    intake.receive(call=call, answers=answers, channel=person.channel, at=at)


def _confirm(person: SamplePerson) -> None:
    switches.confirm(contact=_eoi(person).contact)


def _take_in_hand(person: SamplePerson, officer: User) -> None:
    eoi = _eoi(person)
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=officer, text=person.reply or REPLY, is_full=True)
    triage.assign(eoi=eoi, seen=eoi.version, by=officer, to=officer)
    if person.note:
        triage.note(eoi=eoi, by=officer, text=person.note)


def _close(person: SamplePerson, officer: User) -> None:
    eoi = _eoi(person)
    triage.close(
        eoi=eoi, seen=eoi.version, by=officer, outcome=person.fate, text=people.CLOSED_BECAUSE[person.fate]
    )


def _mark_as_spam(person: SamplePerson, officer: User) -> None:
    eoi = _eoi(person)
    triage.mark_as_spam(eoi=eoi, seen=eoi.version, by=officer)


def _changes_of_mind() -> None:
    """One reader leaves with one press in a digest; another turns a switch off."""
    leaver = Contact.objects.get(name="Łukasz Wiśniewski")
    switches.withdraw(contact=leaver, purposes=[Purpose.KEEP_INFORMED], source=Consent.Source.ONE_CLICK)
    switcher = Contact.objects.get(name="Иван Соколов")
    switches.set_switches(contact=switcher, wanted={Purpose.COMMUNITY_OF_INTEREST: False})


# --- somebody recommends --------------------------------------------------------------------


def _recommends(
    suggestion: Suggestion, officer: User, now: dt.datetime, chance: random.Random
) -> Iterator[Event]:
    """A name is given, staff approve, and the person answers."""
    at = _days_before(now, suggestion.days_ago + chance.random())
    yield at, partial(_recommend, suggestion)
    if suggestion.fate != "awaiting":
        approved = _at_work(at + dt.timedelta(hours=20))
        yield approved, partial(_approve, suggestion, officer)
        if suggestion.fate == "never_again":
            yield approved + dt.timedelta(hours=chance.randint(2, 30)), partial(_never_again, suggestion)


def _recommend(suggestion: Suggestion) -> None:
    person = recommending.Suggested(
        name=suggestion.name, email=suggestion.email, why=suggestion.why, has_told=suggestion.has_told
    )
    recommending.recommend(
        recommender=Contact.objects.get(name=suggestion.by),
        people=[person],
        may_be_named=suggestion.may_be_named,
    )


def _approve(suggestion: Suggestion, officer: User) -> None:
    recommending.approve(recommendation=Recommendation.objects.get(name=suggestion.name), by=officer)


def _never_again(suggestion: Suggestion) -> None:
    _settle_the_past()  # the invitation has arrived
    recommending.say_never_again(recommendation=Recommendation.objects.get(name=suggestion.name))


# --- staff keep the contact list ------------------------------------------------------------


def _keeps_the_list(officer: User, colleague: User, now: dt.datetime) -> Iterator[Event]:
    """Somebody rings who is known, a small old list is brought in, and one person wants to be erased."""
    yield _at_work(_days_before(now, 6)), partial(_write_down_a_caller, officer)
    yield _at_work(_days_before(now, 4)), partial(_bring_in_a_list, colleague, officer)
    yield _days_before(now, 1.5), _wants_to_be_erased


def _write_down_a_caller(officer: User) -> None:
    name, organisation, telephone, said, promised = people.CALLER
    caller = acts.add(by=officer, name=name, organisation=organisation, telephone=telephone)
    acts.record(contact=caller, by=officer, kind=Activity.Kind.CALLED, text=said)
    due_on = working_days.add_working_days(working_days.today(), 2)
    following_up.add(about=caller, by=officer, what=promised, due_on=due_on, owner=officer)
    duplicates.seek_new()


def _bring_in_a_list(officer: User, approver: User) -> None:
    file = SimpleUploadedFile("register-2011.csv", people.OLD_LIST.encode())
    basis = ContactImport.Basis.BY_ROW
    old_list = steps.upload(file=file, source=people.OLD_LIST_IS, basis=basis, by=officer)
    steps.go_on(old_list.pk)
    old_list.refresh_from_db()
    holds = [column["holds"] for column in old_list.columns]
    steps.match(contact_import=old_list, holds=holds, by=officer)
    steps.go_on(old_list.pk)
    steps.approve(contact_import=old_list, by=approver)
    steps.go_on(old_list.pk)


def _wants_to_be_erased() -> None:
    erasing.ask(contact=Contact.objects.get(name="Suharti"))


# --- somebody stands up ---------------------------------------------------------------------


def _stands_up(
    sample: SampleChampion, officer: User, now: dt.datetime, chance: random.Random
) -> Iterator[Event]:
    """The champion is registered, says what may be public, is published and perhaps taken down again."""
    person = next(person for person in people.PEOPLE if person.name == sample.person)
    registered = _at_work(_days_before(now, person.days_ago - 4 - chance.random()))
    yield registered, partial(_enrol, sample, officer)
    if sample.published:
        agreed = registered + dt.timedelta(days=1, hours=chance.randint(1, 20))
        yield agreed, partial(_agree, sample)
        yield _at_work(agreed + dt.timedelta(hours=3)), partial(_publish, sample, officer)
    if sample.withdrawn:
        yield _days_before(now, 5), partial(_withdraw, sample)


def _enrol(sample: SampleChampion, officer: User) -> None:
    eoi = ExpressionOfInterest.objects.select_related("contact").get(name=sample.person)
    enrolment.enrol(
        contact=eoi.contact,
        by=officer,
        kind=sample.kind,
        name=sample.name,
        summary=sample.summary,
        principles=list(Principle.objects.filter(slug__in=sample.principles)),
        initiatives=split_initiatives(eoi.initiatives),
        eoi=eoi,
        agency=Agency.objects.get(slug=sample.agency) if sample.agency else None,
    )


def _champion(sample: SampleChampion) -> Champion:
    return Champion.objects.get(eoi__name=sample.person)


def _agree(sample: SampleChampion) -> None:
    champion = _champion(sample)
    initiatives = list(champion.initiatives.order_by("pk").values_list("pk", flat=True))[: sample.agrees]
    enrolment.agree(
        champion=champion, name=True, summary=True, initiatives=initiatives, how="On the page we mailed"
    )


def _publish(sample: SampleChampion, officer: User) -> None:
    enrolment.publish(champion=_champion(sample), by=officer)


def _withdraw(sample: SampleChampion) -> None:
    enrolment.withdraw(champion=_champion(sample))


# --- everybody hears of it ------------------------------------------------------------------


def _news(editor: User, approver: User, now: dt.datetime) -> Iterator[Event]:
    for days, audience, title, summary, body in news.UPDATES:
        update = Update(title=title, summary=summary, body=body, audience=audience)
        yield _days_before(now, days or 1), partial(_write, update, editor if days else None)
    for days, audience, introduction in news.ISSUES:
        at = _days_before(now, days)
        yield at, partial(_send_issue, audience, introduction, editor, approver)


def _write(update: Update, publisher: User | None) -> None:
    compose.name_update(update)
    update.save()
    if publisher:
        compose.publish_update(update=update, by=publisher)


def _send_issue(audience: str, introduction: str, editor: User, approver: User) -> None:
    """One composes an issue, another approves it; sent here and now, by the engine that sends every issue."""
    issue = compose.compose_issue(audience=audience, by=editor)
    compose.introduce(issue=issue, by=editor, text=introduction)
    compose.approve(issue=issue, by=approver)
    for batch_id in freezing.freeze(issue.pk):
        deliver.send_batch(batch_id)


# --- what is over ---------------------------------------------------------------------------


def _settle_the_past() -> None:
    """Mail of the past was sent in the past: one message failed, and none waits for the worker."""
    unsent = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED)
    for owed in unsent:
        owed.subject = str(mail.made(owed).subject)
    OutgoingMail.objects.bulk_update(unsent, ["subject"])
    unsent.filter(to__endswith=".invalid").update(
        state=OutgoingMail.State.FAILED,
        attempts=8,
        last_error="SMTPRecipientsRefused: 550 5.1.2 There is no such domain.",
    )
    unsent.update(state=OutgoingMail.State.SENT, sent_at=F("queued_at"), attempts=1)
