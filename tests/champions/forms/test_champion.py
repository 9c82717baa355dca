import pytest

from champions.enrolment import Proposed
from champions.forms.champion import EnrolForm
from champions.forms.proposed import split_initiatives
from tests.factories import AgencyFactory, received


def enrol_form(**changes: str) -> EnrolForm:
    return EnrolForm({"kind": "group", "name": "Hapori", **changes})


@pytest.mark.django_db
def test_the_form_of_enrolment_begins_with_what_the_person_wrote() -> None:
    eoi = received("champion_accord", organisation="Hapū", initiatives="- a hall\n- a garden")
    assert EnrolForm.from_answers(eoi) == {
        "kind": "organisation",
        "name": "Hapū",
        "initiatives": "a hall\n\na garden",
    }
    assert EnrolForm.from_answers(received(name="Aroha"))["kind"] == "individual"


@pytest.mark.django_db
def test_staff_send_one_initiative_a_paragraph() -> None:
    form = enrol_form(initiatives="A hall\nopen on Sundays\n\n\nA garden\n")
    assert form.is_valid()
    assert form.cleaned_data["initiatives"] == [
        Proposed(title="A hall", description="open on Sundays"),
        Proposed(title="A garden"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("unseen", ["\u200b", "\u3164", "\u2800 \u00ad", "\u0304", " \t"])
def test_a_line_in_which_nothing_can_be_seen_is_blank(unseen: str) -> None:
    form = enrol_form(initiatives=f"{unseen}\nA hall\nopen\n{unseen}\nA garden\n\n{unseen}\n")
    assert form.is_valid()
    both = [Proposed(title="A hall", description="open"), Proposed(title="A garden")]
    assert form.cleaned_data["initiatives"] == both
    assert split_initiatives(f"{unseen}\nA hall\nopen\n{unseen}\nA garden") == both


@pytest.mark.django_db
def test_only_an_agency_champion_belongs_to_an_agency() -> None:
    agency = str(AgencyFactory().pk)
    assert enrol_form(agency=agency, kind="agency").errors == {}
    assert enrol_form(agency=agency).errors == {
        "agency": ["Only an agency champion belongs to an agency: change the kind or clear this"]
    }
    assert enrol_form(name=" ").errors == {"name": ["Enter the champion’s name"]}
