"""Words to begin an answer with: what is filled in for whom, and those that a new portal has."""

from accord_portal.foundation import office
from accord_portal.foundation.dates import weekday_in_words
from accord_portal.foundation.text import with_placeholders_filled
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import sees_details
from responses.answers import own_words
from responses.models import ExpressionOfInterest, Letter, ReplyTemplate, Undertaking
from responses.undertakings.initiatives import initiative_in

Act, Kind = ReplyTemplate.Act, Undertaking.Kind
FIRST = [
    (
        Act.ACKNOWLEDGE,
        "Thank you, the full answer follows",
        "Thank you for your form {reference}. I have read it and look after it from here.\n\n"
        "I need some time to answer everything that you wrote.\n\n{officer}",
    ),
    (
        Act.ACKNOWLEDGE,
        "Thank you, nothing more is needed",
        "Thank you for your form {reference}. I have read it.\n\n"
        "You asked nothing more of us, so this is our full answer.\n\n{officer}",
    ),
    (Act.REPLY, "The full answer", "This is our full answer to your form {reference}.\n\n\n\n{officer}"),
    (Act.DECIDE, "We take it up", "We take this up because\n\nWhat happens next:\n\n- "),
    (Act.DECIDE, "We do not take it up", "We do not take this up because\n\nWhat you can do instead:\n\n- "),
    (
        Act.ASK,
        "What do you have in mind",
        "Thank you for your form {reference}. To answer it well, I would like to know more.\n\n"
        "- What do you have in mind?\n- Who takes part?\n\n{officer}",
    ),
    (Act.CLOSE, "Nothing more to do", "We have answered everything that you wrote in your form {reference}."),
    (Act.ANSWER, "Thank you for writing", "Thank you for writing to us.\n\n\n\n{officer}"),
]


def load_first() -> None:
    """Writes those to begin with, where there is none yet."""
    if not ReplyTemplate.objects.exists():
        ReplyTemplate.objects.bulk_create(
            ReplyTemplate(act=act, title=title, text=text) for act, title, text in FIRST
        )


def filled(template: ReplyTemplate, values: dict[str, str]) -> str:
    """The text with these values; what has none stays in its braces, for staff to fill in."""
    return with_placeholders_filled(template.text, values)


def values_for_form(eoi: ExpressionOfInterest, *, by: User) -> dict[str, str]:
    """What is filled in about a form: what the person typed only where it may be mailed to them.

    It is not filled in for staff who do not see addresses either: people write theirs in any box.
    """
    values = _from_us(eoi.reference, by)
    reply: Undertaking | None = eoi.undertaking_of(Kind.REPLY)
    if reply and reply.is_open:
        values["reply_day"] = weekday_in_words(reply.due_on)
    if eoi.confirmed_at and sees_details(by):
        numbers = [row.about for row in eoi.undertakings.all() if row.kind == Kind.DECIDE and row.is_open]
        values |= {"name": own_words.greeting_for(eoi), "organisation": eoi.organisation}
        values["initiative"] = initiative_in(eoi.initiatives, min(numbers, default=0))
    return values


def values_for_letter(letter: Letter, *, by: User) -> dict[str, str]:
    """What is filled in about a letter: nothing of it, since anybody may have written it."""
    return _from_us(letter.reference, by)


def _from_us(reference: str, by: User) -> dict[str, str]:
    return {"reference": reference, "officer": by.name, "office": str(office.details()["name"])}
