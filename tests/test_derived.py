"""Every text that is derived fits its column by construction, in characters and in PostgreSQL's index.

SQLite checks no length, so the walk looks at each column itself; on PostgreSQL the rows are really written.
"""

import pytest
from django.db import models

from accord_portal.digests import compose
from accord_portal.foundation import mail
from accord_portal.foundation.folding import folded_key
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.text import composed
from champions import enrolment
from responses.answers import intake
from responses.contacts import acts, duplicates
from responses.models import Call, Contact
from tests.factories import UpdateFactory, UserFactory, answers

INDEX_ROW_BYTES = 2_704  # PostgreSQL: the most a row of a b-tree holds
WORST = {
    "one letter that folds to eighteen": "\ufdfa",
    "four bytes each": "\U0001f9d1",
    "a ligature": "\ufb03",
    "a square of a word": "\u3316",
    "a letter with many marks": "\u1fb7",
    "a letter that grows in lower case": "\u0130",
    "a letter that grows when composed": "\ufb2c",
    "an unseen letter after a seen one": "A\u200b",
    "quotes": "'\"",
}


def texts(worst: str, length: int) -> str:
    """As a form takes it: composed first, then measured."""
    return composed(worst * length)[:length]


def assert_fits(row: models.Model) -> None:
    """Each column of text is within its length; each that an index holds is within a row of the index."""
    meta = row._meta
    indexed = {name for index in meta.indexes for name in index.fields}
    indexed |= {name for c in meta.total_unique_constraints for name in c.fields}
    for field in meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.CharField) and isinstance(value, str):
            assert len(value) <= (field.max_length or 0), field.name
            if field.unique or field.db_index or field.name in indexed:
                assert len(value.encode()) <= INDEX_ROW_BYTES - 100, field.name


@pytest.mark.django_db
@pytest.mark.parametrize("worst", WORST.values(), ids=WORST)
def test_what_is_derived_fits_its_column(call: Call, worst: str) -> None:
    name, by = texts(worst, 200), UserFactory()
    typed = {
        "name": name,
        "organisation": name,
        "telephone": "04 494 5718",
        "initiatives": texts(worst, 10_000),
    }
    labels = ".".join([texts("ū", 30)] * 3)
    form = intake.receive(call=call, answers=answers(email=f"{'a' * 64}@{labels}.org", **typed))
    without = intake.receive(call=call, answers=answers(email="", **typed))
    details = {"organisation": name, "postal_address": name, "language": "en"}
    added = acts.add(by=by, name=name, email="b@example.org", telephone=texts(worst, 60), **details)
    acts.correct(contact=added, by=by, name=name[:100], telephone="", **details)
    proposed = [enrolment.Proposed(title=name, description=name)] * 2
    champion = enrolment.enrol(
        contact=added, by=by, kind="group", name=name, summary=name, initiatives=proposed
    )
    update = UpdateFactory.build(title=name, summary=name)
    compose.name_update(update)
    update.save()
    duplicates.seek_new()
    for row in (form, without, champion, update, *champion.initiatives.all(), *Contact.objects.all()):
        assert_fits(row)
    assert Contact.objects.filter(duplicates_sought_at=None).count() == 0


def test_a_key_of_a_text_is_equal_for_equal_texts_only() -> None:
    assert folded_key("Tūtahi", 40) == "tutahi"
    assert folded_key("a" * 40, 40) == "a" * 40
    one, other = folded_key("\ufdfa" * 60, 40), folded_key("\ufdfa" * 61, 40)
    assert (len(one), len(other), one == other) == (40, 40, False)
    assert folded_key("\ufdfa" * 60, 40) == one


def test_two_of_one_endless_name_are_still_suggested(db: None) -> None:
    name = texts("\ufdfa", 200)
    for email in ("a@example.org", "b@example.com"):
        acts.add(by=UserFactory(), name=name, organisation=name, email=email)
    duplicates.seek_new()
    assert len(set(Contact.objects.values_list("name_key", flat=True))) == 1


@mail.kind("long_subject")
def long_subject() -> mail.Message:
    return mail.compose("responses/address_asked", {}, to="a@example.org", subject="long " * 100)


@pytest.mark.django_db
def test_a_long_subject_is_sent_once(mailoutbox: list[mail.Message]) -> None:
    mail.owe(long_subject, to="a@example.org")
    mail.deliver_due()
    row = OutgoingMail.objects.get()
    assert (row.state, row.subject, len(mailoutbox)) == ("sent", ("long " * 100)[:200], 1)
