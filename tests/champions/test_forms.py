import pytest
from hypothesis import given
from hypothesis import strategies as st

from champions.enrolment import Proposed
from champions.forms import (
    AgreedOnPublicationForm,
    EnrolForm,
    PublicationForm,
    as_text,
    split_initiatives,
)
from tests.factories import AgencyFactory, ChampionFactory, InitiativeFactory, received

LONG = "We would open the hall on Sundays for anybody who wants to cook together, and we would pay for it"


def titles(text: str) -> list[str]:
    return [initiative.title for initiative in split_initiatives(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n ", []),
        ("A hall.", ["A hall"]),
        ("- a hall\n- a garden", ["a hall", "a garden"]),
        ("* a hall\n• a garden\n– a van", ["a hall", "a garden", "a van"]),
        ("1. a hall\n2) a garden\n(3) a van", ["a hall", "a garden", "a van"]),
        ("A hall\n\nA garden", ["A hall", "A garden"]),
        ("A hall\r\n\r\nA garden", ["A hall", "A garden"]),
        ("We have two ideas\n- a hall\n- a garden", ["We have two ideas", "a hall", "a garden"]),
        ("2012 was good", ["2012 was good"]),
        ("-not a list", ["-not a list"]),
    ],
)
def test_each_list_item_or_paragraph_is_an_initiative(text: str, found: list[str]) -> None:
    assert titles(text) == found


def test_lines_that_follow_describe_it() -> None:
    assert split_initiatives("- a hall\n  open on Sundays\n- a garden") == [
        Proposed(title="a hall", description="open on Sundays"),
        Proposed(title="a garden"),
    ]


def test_the_same_line_in_two_paragraphs_is_two_initiatives() -> None:
    assert split_initiatives("a hall\nopen\na hall") == [Proposed(title="a hall", description="open\na hall")]


def test_of_a_long_text_the_first_sentence_is_the_title() -> None:
    text = f"Open the hall. {LONG} all year round."
    assert split_initiatives(text) == [Proposed(title="Open the hall", description=text)]


def test_a_long_sentence_is_cut_at_a_word() -> None:
    text = f"{LONG} and everybody is welcome whoever they are"
    (found,) = split_initiatives(text)
    assert found == Proposed(title=f"{LONG} and everybody is…", description=text)
    assert len(found.title) <= 121


@given(st.text(max_size=400))
def test_no_text_is_lost_or_too_long_for_a_title(text: str) -> None:
    for initiative in split_initiatives(text):
        assert 0 <= len(initiative.title) <= 200


def test_what_was_split_reads_the_same_when_staff_send_it_back() -> None:
    found = split_initiatives("- a hall\n  open on Sundays\n- a garden")
    assert as_text(found) == "a hall\nopen on Sundays\n\na garden"


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
def test_only_an_agency_champion_belongs_to_an_agency() -> None:
    agency = str(AgencyFactory().pk)
    assert enrol_form(agency=agency, kind="agency").errors == {}
    assert enrol_form(agency=agency).errors == {
        "agency": ["Only an agency champion belongs to an agency: change the kind or clear this"]
    }
    assert enrol_form(name=" ").errors == {"name": ["Enter the champion’s name"]}


@pytest.mark.django_db
def test_there_is_one_tick_for_each_thing_that_may_be_public() -> None:
    champion = ChampionFactory(name="Hapori", summary="We garden.")
    one = InitiativeFactory(champion=champion, title="A hall", description="")
    form = PublicationForm(champion=champion)
    assert {name: field.label for name, field in form.fields.items()} == {
        "name": "My name as a champion: Hapori",
        "summary": "The summary: We garden.",
        "initiatives": "Initiatives",
    }
    assert form.fields["initiatives"].choices == [(str(one.pk), "A hall")]
    assert list(PublicationForm(champion=ChampionFactory(summary="")).fields) == ["name"]


@pytest.mark.django_db
def test_the_ticks_begin_as_they_were_given() -> None:
    champion = ChampionFactory(ticked=True)
    ticked, _ = InitiativeFactory(champion=champion, ticked=True), InitiativeFactory(champion=champion)
    form = PublicationForm(champion=champion)
    assert form.initial == {"name": True, "summary": True, "initiatives": [str(ticked.pk)]}


@pytest.mark.django_db
def test_the_ticks_as_the_act_takes_them() -> None:
    champion = ChampionFactory()
    one, _ = InitiativeFactory.create_batch(2, champion=champion)
    form = PublicationForm({"name": "on", "initiatives": [str(one.pk)]}, champion=champion)
    assert form.is_valid()
    assert form.ticks() == {"name": True, "summary": False, "initiatives": {one.pk}}


@pytest.mark.django_db
def test_nothing_is_shown_without_the_name() -> None:
    form = PublicationForm({"summary": "on"}, champion=ChampionFactory())
    assert form.errors == {"name": ["Tick your name as well: the rest is shown under it"]}
    assert PublicationForm({}, champion=ChampionFactory()).is_valid()


@pytest.mark.django_db
def test_the_initiatives_of_another_champion_cannot_be_ticked() -> None:
    other = InitiativeFactory()
    champion = InitiativeFactory().champion
    form = PublicationForm({"name": "on", "initiatives": [str(other.pk)]}, champion=champion)
    assert list(form.errors) == ["initiatives"]


@pytest.mark.django_db
def test_staff_say_how_they_were_told() -> None:
    form = AgreedOnPublicationForm({"name": "on"}, champion=ChampionFactory())
    assert list(form.errors) == ["how"]
