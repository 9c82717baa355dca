"""Words to begin an answer with: what is filled in, and what stays for staff to fill in."""

import pytest
from django.core.exceptions import ValidationError

from accord_portal.staff.models import User
from responses.answers import confirming, reply_templates
from responses.answers.letters import receive
from responses.models import ExpressionOfInterest, ReplyTemplate
from responses.models.reply_template import PLACEHOLDERS
from tests.factories import UserFactory, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EVERYTHING = ReplyTemplate(text="|".join(f"{{{name}}}" for name in PLACEHOLDERS))
OFFICE = "Office for the Community and Voluntary Sector"


@pytest.fixture
def eoi() -> ExpressionOfInterest:
    return received("champion_accord", organisation="Hapori Trust", initiatives="- A hall\n- {officer}")


def said(eoi: ExpressionOfInterest, by: User) -> list[str]:
    now = ExpressionOfInterest.objects.get(pk=eoi.pk)
    return reply_templates.filled(EVERYTHING, reply_templates.values_for_form(now, by=by)).split("|")


def test_what_was_typed_is_filled_in_once_its_mailbox_confirmed_the_form(eoi: ExpressionOfInterest) -> None:
    by = UserFactory(name="Mere Staff", is_superuser=True)
    ours = [eoi.reference, "Monday 14 December 2026", "Mere Staff", OFFICE]
    assert said(eoi, by) == ["{name}", "{organisation}", "{initiative}", *ours]
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    assert said(eoi, by) == ["Aroha Ngata", "Hapori Trust", "A hall", *ours]


def test_who_does_not_see_addresses_is_shown_nothing_that_was_typed(eoi: ExpressionOfInterest) -> None:
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    assert said(eoi, UserFactory())[:3] == ["{name}", "{organisation}", "{initiative}"]


def test_of_a_letter_nothing_is_filled_in_but_its_reference() -> None:
    letter = receive(name="Aroha", email="aroha@example.org", telephone="", message="Kia ora")
    values = reply_templates.values_for_letter(letter, by=UserFactory(name="Mere Staff"))
    assert values == {"reference": letter.reference, "officer": "Mere Staff", "office": OFFICE}


def test_a_new_portal_has_one_for_each_act_and_those_of_others_stay() -> None:
    reply_templates.load_first()
    assert set(ReplyTemplate.objects.values_list("act", flat=True)) == set(ReplyTemplate.Act.values)
    for template in ReplyTemplate.objects.all():
        template.full_clean()
    ReplyTemplate.objects.exclude(act="close").delete()
    reply_templates.load_first()
    assert [template.act for template in ReplyTemplate.objects.all()] == ["close"]


def test_an_unknown_placeholder_is_said_when_it_is_saved() -> None:
    template = ReplyTemplate(act="reply", title="Hello", text="Kia ora {nmae}")
    with pytest.raises(ValidationError) as wrong:
        template.full_clean()
    known = "{name}, {organisation}, {initiative}, {reference}, {reply_day}, {officer}, {office}"
    assert wrong.value.messages == [f"Nothing is called {{nmae}}. In braces, use one of {known}"]
