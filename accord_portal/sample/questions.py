"""What staff of the demo ask of people whose forms are in hand: more, and whether it may be passed on."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from accord_portal.foundation import clock, mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import enquiring, referring
from responses.models import Enquiry, ExpressionOfInterest, Referral


@dataclass(frozen=True, kw_only=True)
class SampleEnquiry:
    """A question to somebody, and what they answered so many days ago; "" where we wait for it."""

    of: str
    asked: float
    question: str
    answered: float = 0
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class SampleReferral:
    """A text that may go to an agency; `answer` is what the person said: "yes", "no", "" for nothing yet."""

    of: str
    asked: float
    agency: str
    address: str
    text: str
    answered: float = 0
    answer: str = ""


ENQUIRIES = [
    SampleEnquiry(
        of="Máire Ní Dhálaigh",
        asked=6,
        question="Which agencies have you asked about their trips, and what did they say?",
        answered=2,
        answer="Two so far. One would share its list of trips; the other must ask who insures a passenger.",
    ),
    SampleEnquiry(
        of="Tama-Rose Kereama",
        asked=3,
        question="Could you send us your notes of the meeting in 2011, or tell us what was agreed there?",
    ),
]
REFERRALS = [
    SampleReferral(
        of="Zoë D’Souza-O’Neill",
        asked=5,
        agency="Ministry of Health",
        address="accord.health@example.org",
        text="The Disability Voices Forum asks for each consultation in the formats that people need.",
        answered=4,
        answer="yes",
    ),
    SampleReferral(
        of="محمد الأمين",
        asked=2,
        agency="Department of Internal Affairs",
        address="accord.internal-affairs@example.org",
        text="Volunteers propose interpreters who are booked once for a whole day of appointments.",
    ),
]


def events(*, officer: User, now: dt.datetime) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    """When each was asked and answered, and the act."""
    for enquiry in ENQUIRIES:
        yield now - dt.timedelta(days=enquiry.asked), partial(_ask, enquiry, officer)
        if enquiry.answer:
            yield now - dt.timedelta(days=enquiry.answered), partial(_answer, enquiry)
    for referral in REFERRALS:
        yield now - dt.timedelta(days=referral.asked), partial(_refer, referral, officer)
        if referral.answer:
            yield now - dt.timedelta(days=referral.answered), partial(_decide, referral)


def _sent(owed: OutgoingMail) -> None:
    """The question arrived before it is answered."""
    sent = {"state": OutgoingMail.State.SENT, "sent_at": clock.now(), "attempts": 1}
    OutgoingMail.objects.filter(pk=owed.pk).update(**sent, subject=str(mail.made(owed).subject))


def _form(name: str) -> ExpressionOfInterest:
    return ExpressionOfInterest.objects.select_related("contact").get(name=name)


def _ask(sample: SampleEnquiry, officer: User) -> None:
    form = _form(sample.of)
    _sent(enquiring.ask(eoi=form, seen=form.version, by=officer, text=sample.question))


def _answer(sample: SampleEnquiry) -> None:
    enquiring.answer(enquiry=Enquiry.objects.get(eoi__name=sample.of), text=sample.answer)


def _refer(sample: SampleReferral, officer: User) -> None:
    form = _form(sample.of)
    about = {"agency": sample.agency, "address": sample.address, "text": sample.text}
    _sent(referring.refer(eoi=form, seen=form.version, by=officer, **about))


def _decide(sample: SampleReferral) -> None:
    referral = Referral.objects.get(eoi__name=sample.of)
    if sample.answer == "yes":
        referring.agree(referral=referral)
    else:
        referring.decline(referral=referral)
