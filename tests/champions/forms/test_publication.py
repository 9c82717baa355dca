from collections.abc import Callable

import pytest
from django.utils.datastructures import MultiValueDict

from champions import enrolment
from champions.forms.publication import AgreedOnPublicationForm, PublicationForm
from champions.models import Champion
from tests.factories import AgencyFactory, ChampionFactory, InitiativeFactory, PrincipleFactory


def posted(champion: Champion, **ticks: str | list[str]) -> PublicationForm:
    """The form as it is posted from a page that shows the champion as it is."""
    return PublicationForm({"shown": champion.fingerprint, **ticks}, champion=champion)


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
        "page": False,
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
        "page": False,
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
