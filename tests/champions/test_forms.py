import re
from collections.abc import Callable

import pytest
from django.utils.datastructures import MultiValueDict
from hypothesis import example, given
from hypothesis import strategies as st

from accord_portal.foundation.text import composed, is_visible
from champions import enrolment
from champions.enrolment import Proposed
from champions.forms import (
    AgreedOnPublicationForm,
    EnrolForm,
    PublicationForm,
    as_text,
    split_initiatives,
)
from champions.models import Champion
from tests.factories import AgencyFactory, ChampionFactory, InitiativeFactory, PrincipleFactory, received

LONG = "We would open the hall on Sundays for anybody who wants to cook together, and we would pay for it"


def posted(champion: Champion, **ticks: str | list[str]) -> PublicationForm:
    """The form as it is posted from a page that shows the champion as it is."""
    return PublicationForm({"shown": champion.fingerprint, **ticks}, champion=champion)


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


@given(st.text(st.sampled_from("aā1 .-)•\n\n\u3164") | st.characters(codec="utf-8"), max_size=400))
@example("...")
@example("- \u3164\nA hall\n- \u3164")
def test_no_word_is_lost_and_no_title_is_empty_or_too_long(text: str) -> None:
    found = split_initiatives(text)
    assert [i.title for i in found if not is_visible(i.title) or len(i.title) > 200] == []
    said = "\n".join(f"{i.title}\n{i.description}" for i in found)
    assert set(re.findall(r"[a-zāA-Z]+", composed(text))) - set(re.findall(r"[a-zāA-Z]+", said)) == set()


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


@pytest.mark.django_db
def test_there_is_one_tick_for_each_thing_that_may_be_public() -> None:
    champion = ChampionFactory(name="Hapori", summary="We garden.")
    one = InitiativeFactory(champion=champion, title="A hall", description="")
    champion.principles.set(
        [PrincipleFactory(text="we will act in good faith"), PrincipleFactory(text="trust")]
    )
    form = PublicationForm(champion=champion)
    assert {field.name: field.label for field in form.visible_fields()} == {
        "name": "My name as a champion: Hapori (organisation; we will act in good faith; trust)",
        "summary": "The summary: We garden.",
        "initiatives": "Initiatives",
    }
    assert form.fields["initiatives"].choices == [(str(one.pk), "A hall")]
    bare = PublicationForm(champion=ChampionFactory(name="Mere", kind="individual", summary=""))
    assert [(field.name, field.label) for field in bare.visible_fields()] == [
        ("name", "My name as a champion: Mere (individual)")
    ]
    assert [(field.name, field.value()) for field in bare.hidden_fields()] == [
        ("shown", bare.champion.fingerprint),
        ("ticked", ""),
    ]


@pytest.mark.django_db
def test_the_ticks_begin_as_they_were_given() -> None:
    champion = ChampionFactory(ticked=True)
    ticked, _ = InitiativeFactory(champion=champion, ticked=True), InitiativeFactory(champion=champion)
    form = PublicationForm(champion=champion)
    assert form.initial == {
        "name": True,
        "summary": True,
        "initiatives": [str(ticked.pk)],
        "partnerings": [],
    }


@pytest.mark.django_db
def test_the_ticks_as_the_act_takes_them() -> None:
    champion = ChampionFactory()
    one, _ = InitiativeFactory.create_batch(2, champion=champion)
    form = posted(champion, name="on", initiatives=[str(one.pk)])
    assert form.is_valid()
    assert form.ticks() == {
        "name": True,
        "summary": False,
        "initiatives": {one.pk},
        "partnerings": set(),
    }


@pytest.mark.django_db
def test_nothing_is_shown_without_the_name() -> None:
    form = posted(ChampionFactory(), summary="on")
    assert form.errors == {"name": ["Tick your name as well: the rest is shown under it"]}
    assert posted(ChampionFactory()).is_valid()


CHANGED = "Something here has changed since you opened it: look again, then save"


@pytest.mark.django_db
@pytest.mark.parametrize("shown", [None, "", "rubbish"])
def test_ticks_on_a_page_that_says_not_what_it_showed_are_refused(shown: str | None) -> None:
    champion = ChampionFactory()
    posted = {"name": ["on"]} | ({} if shown is None else {"shown": [shown]})
    form = PublicationForm(MultiValueDict(posted), champion=champion)
    assert form.errors == {"__all__": [CHANGED]}


@pytest.mark.django_db
def test_ticks_go_with_the_words_that_were_shown() -> None:
    champion = ChampionFactory(summary="We garden.")
    old = champion.fingerprint
    Champion.objects.update(summary="We mine coal.")
    champion.refresh_from_db()
    form = PublicationForm(MultiValueDict({"name": ["on"], "shown": [old]}), champion=champion)
    assert form.errors == {"__all__": [CHANGED]}
    assert (form["summary"].label, form["name"].value()) == ("The summary: We mine coal.", True)
    assert form["shown"].value() == champion.fingerprint != old


CHANGES: dict[str, Callable[[Champion], object]] = {
    "kind": lambda champion: Champion.objects.update(kind="group"),
    "name": lambda champion: Champion.objects.update(name="Other"),
    "summary": lambda champion: Champion.objects.update(summary="Other"),
    "agency": lambda champion: Champion.objects.update(agency=AgencyFactory()),
    "ticks": lambda champion: enrolment.agree(
        champion=champion, name=True, summary=False, initiatives=[], how="By letter"
    ),
    "principles": lambda champion: champion.principles.add(PrincipleFactory()),
    "initiative": lambda champion: champion.initiatives.update(description="Other"),
    "one more": lambda champion: InitiativeFactory(champion=champion),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_the_fingerprint_changes_with_whatever_the_public_would_see(change: str) -> None:
    InitiativeFactory()
    champion = Champion.objects.get()
    before = champion.fingerprint
    assert Champion.objects.get().fingerprint == before
    CHANGES[change](champion)
    assert Champion.objects.get().fingerprint != before


@pytest.mark.django_db
def test_the_initiatives_of_another_champion_cannot_be_ticked() -> None:
    other = InitiativeFactory()
    champion = InitiativeFactory().champion
    form = posted(champion, name="on", initiatives=[str(other.pk)])
    assert list(form.errors) == ["initiatives"]


@pytest.mark.django_db
def test_staff_say_how_they_were_told() -> None:
    champion = ChampionFactory()
    form = AgreedOnPublicationForm({"name": "on", "shown": champion.fingerprint}, champion=champion)
    assert list(form.errors) == ["how"]
