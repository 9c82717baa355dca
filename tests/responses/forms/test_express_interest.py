from collections.abc import Callable

import pytest
import time_machine
from pytest_django import Settings

from responses.consent import wordings
from responses.forms.express_interest import ExpressInterestForm, WrittenDownForm
from responses.forms.fields import Questions, started_token
from responses.forms.preferences import PreferencesForm
from responses.models import Purpose
from responses.models.wording import WORDINGS_OF_2011
from tests.factories import ContactFactory, UserFactory, form_data

pytestmark = pytest.mark.django_db  # the words of the four questions
CHOOSE = "Choose Yes or No"


def errors(**changes: str) -> dict[str, list[str]]:
    return dict(ExpressInterestForm(form_data(**changes)).errors)


def test_a_name_and_an_address_are_enough() -> None:
    assert errors() == {}


def test_a_name_and_a_telephone_number_are_enough() -> None:
    assert errors(email="", telephone="04 494 5718") == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, {"name": ["Enter your name"]}),
        ({"name": " \u00a0"}, {"name": ["Enter your name"]}),
        ({"email": ""}, {"email": ["Enter an email address or a telephone number"]}),
        (
            {"email": "aroha@example"},
            {"email": ["Enter an email address in the correct format, like name@example.org"]},
        ),
        (
            {"email": "aroha@", "telephone": "04 494 5718"},
            {"email": ["Enter an email address in the correct format, like name@example.org"]},
        ),
        *[({purpose: ""}, {purpose: [CHOOSE]}) for purpose in Purpose.values],
        *[({purpose: "perhaps"}, {purpose: [CHOOSE]}) for purpose in Purpose.values],
        (
            {"champion_accord": "yes"},
            {"initiatives": ["Describe the actions or initiatives you have in mind"]},
        ),
        (
            {"champion_accord": "yes", "initiatives": " \n "},
            {"initiatives": ["Describe the actions or initiatives you have in mind"]},
        ),
        (
            {"website": "http://example.org"},
            {"website": ["Leave this box empty: it is there to catch robots"]},
        ),
        (
            {"name": "", "email": "", "keep_informed": ""},
            {
                "name": ["Enter your name"],
                "email": ["Enter an email address or a telephone number"],
                "keep_informed": [CHOOSE],
            },
        ),
        (
            {"name": "a" * 201},
            {"name": ["Use 200 characters or fewer, not 201"]},
        ),
        (
            {"champion_accord": "yes", "initiatives": "a" * 10_001},
            {"initiatives": ["Use 10000 characters or fewer, not 10001"]},
        ),
        ({"initiatives": "a" * 10_001}, {}),
    ],
)
def test_a_mistake_is_said_in_words(changes: dict[str, str], said: dict[str, list[str]]) -> None:
    assert errors(**changes) == said


def test_nothing_at_all_is_every_mistake_at_once() -> None:
    assert dict(ExpressInterestForm({}).errors) == {
        "name": ["Enter your name"],
        "email": ["Enter an email address or a telephone number"],
        **{purpose: [CHOOSE] for purpose in Purpose.values},
    }


@pytest.mark.parametrize(
    "name", ["Ngāti Tūwharetoa", "O’Brien", "Hawaiʻi", "Prince", "毛利", "X Æ A-12", "Anne-Marie d'Arcy", "M"]
)
def test_no_name_is_refused(name: str) -> None:
    form = ExpressInterestForm(form_data(name=name))
    assert (dict(form.errors), form.cleaned_data["name"]) == ({}, name)


@pytest.mark.parametrize("telephone", ["ring my aunty", "494 5718", "+64 4 494 5718 after five"])
def test_no_telephone_number_is_refused_beside_an_address(telephone: str) -> None:
    assert errors(telephone=telephone) == {}


def test_text_is_composed_as_it_comes_in() -> None:
    form = ExpressInterestForm(form_data(name=" Tu\u0304mai ", comments="a\r\nb\r"))
    assert form.is_valid()
    assert (form.cleaned_data["name"], form.cleaned_data["comments"]) == ("Tūmai", "a\nb")


def test_initiatives_count_only_with_a_yes() -> None:
    form = ExpressInterestForm(form_data(initiatives="a hall"))
    assert form.is_valid()
    assert form.answers().initiatives == ""
    form = ExpressInterestForm(form_data(initiatives="a hall", champion_accord="yes"))
    assert form.is_valid()
    assert form.answers().initiatives == "a hall"


def test_the_answers_as_the_intake_takes_them() -> None:
    form = ExpressInterestForm(
        form_data(organisation="Hapū", telephone="04 494 5718", give_advice="yes", comments="Kia kaha")
    )
    assert form.is_valid()
    answers = form.answers()
    assert vars(answers) == {
        "name": "Aroha Ngata",
        "organisation": "Hapū",
        "email": "aroha@example.org",
        "telephone": "04 494 5718",
        "said_yes": {
            "keep_informed": False,
            "community_of_interest": False,
            "give_advice": True,
            "champion_accord": False,
        },
        "initiatives": "",
        "comments": "Kia kaha",
    }


def test_the_labels_are_the_wording_of_2011() -> None:
    labels = {name: field.label for name, field in ExpressInterestForm().fields.items()}
    assert labels == {
        "name": "Name",
        "organisation": "Organisation (if applicable)",
        "email": "Email address",
        "telephone": "Telephone",
        **WORDINGS_OF_2011,
        "initiatives": "Please provide a brief description of possible actions or initiatives.",
        "comments": "Any other comments?",
        "website": "Leave this box empty",
        "started": None,
        "wording": None,
    }
    assert list(labels) == [
        "name",
        "organisation",
        "email",
        "telephone",
        "keep_informed",
        "community_of_interest",
        "give_advice",
        "champion_accord",
        "wording",
        "initiatives",
        "comments",
        "website",
        "started",
    ]


def preferences(data: dict[str, str] | None = None, language: str = "en") -> PreferencesForm:
    """The switches of somebody new."""
    return PreferencesForm(data, contact=ContactFactory(language=language))


@pytest.mark.parametrize("form", [ExpressInterestForm, WrittenDownForm, preferences])
def test_a_form_asks_in_the_words_in_force_and_says_which_they_are(form: Callable[[], Questions]) -> None:
    asked = wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=UserFactory())
    drawn = form()
    assert drawn.fields["give_advice"].label == "May we ask you?"
    assert drawn["wording"].value() == wordings.mark(wordings.current())
    assert f"-{asked.pk}-" in drawn["wording"].value()


def test_the_answers_are_to_the_words_that_were_shown() -> None:
    opened = preferences()
    shown = {purpose: words.key for purpose, words in wordings.current().items()}
    asked = wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=UserFactory())
    for mark, keys in [
        (opened["wording"].value(), shown),
        ("", {**shown, "give_advice": asked.pk}),
        ("rubbish", {**shown, "give_advice": asked.pk}),
    ]:
        form = preferences({**dict.fromkeys(Purpose.values, "no"), "wording": mark})
        assert form.is_valid()
        assert form.wordings_shown() == keys


def test_a_form_in_another_language_asks_in_it_where_there_are_words() -> None:
    text = "Tēnā koa, whakamōhiotia mai."
    wordings.reword(purpose="keep_informed", language="mi", text=text, by=UserFactory())
    labels = {name: field.label for name, field in preferences(language="mi").fields.items()}
    assert labels == {**WORDINGS_OF_2011, "keep_informed": text, "wording": None, "shown": None}
    assert preferences().fields["keep_informed"].label == WORDINGS_OF_2011["keep_informed"]


def test_nothing_is_preselected() -> None:
    drawn = ExpressInterestForm()
    assert [drawn[purpose].value() for purpose in Purpose.values] == [None] * 4
    assert "checked" not in str([drawn[purpose] for purpose in Purpose.values])


def test_browsers_may_fill_in_what_they_know() -> None:
    fields = ExpressInterestForm().fields
    known = {name: field.widget.attrs.get("autocomplete") for name, field in fields.items()}
    assert {name: value for name, value in known.items() if value} == {
        "name": "name",
        "organisation": "organization",
        "email": "email",
        "telephone": "tel",
        "website": "off",
    }


# --- robots ----------------------------------------------------------------------------------

QUICK = {"__all__": ["Check your answers, then press the button again: that was very quick"]}


@pytest.fixture
def at_least_two_seconds(settings: Settings) -> None:
    settings.FORM_MIN_SECONDS = 2


@pytest.mark.usefixtures("at_least_two_seconds")
@pytest.mark.parametrize(("seconds", "said"), [(0, QUICK), (1, QUICK), (2, {}), (86_400, {})])
def test_a_form_sent_sooner_than_a_person_can_is_asked_about(
    seconds: int, said: dict[str, list[str]]
) -> None:
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        started = started_token()
        clock.shift(seconds)
        assert errors(started=started) == said


@pytest.mark.usefixtures("at_least_two_seconds")
@pytest.mark.parametrize("started", ["", "rubbish", "0"])
def test_a_form_that_was_never_opened_is_asked_about(started: str) -> None:
    assert errors(started=started) == QUICK


@pytest.mark.usefixtures("at_least_two_seconds")
def test_other_mistakes_are_said_first() -> None:
    assert errors(name="") == {"name": ["Enter your name"]}


# --- the preferences page --------------------------------------------------------------------


def test_the_four_switches_have_the_same_wording() -> None:
    labels = {name: field.label for name, field in preferences().fields.items()}
    assert labels == {**WORDINGS_OF_2011, "wording": None, "shown": None}


def test_each_switch_must_be_set() -> None:
    assert dict(preferences({}).errors) == {purpose: [CHOOSE] for purpose in Purpose.values}


def test_the_switches_as_the_act_takes_them() -> None:
    form = preferences({**dict.fromkeys(Purpose.values, "no"), "give_advice": "yes"})
    assert form.is_valid()
    assert form.switches() == {
        "keep_informed": False,
        "community_of_interest": False,
        "give_advice": True,
        "champion_accord": False,
    }
