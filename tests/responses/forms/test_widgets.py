"""Forms share the widgets of their class: what one request does to its form, no other sees."""

import copy
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string

from champions.forms.champion import ChampionDetailsForm
from responses.forms.express_interest import ExpressInterestForm, WrittenDownForm
from responses.forms.letter import LetterForm
from responses.forms.preferences import AskForLinkForm
from responses.forms.recommend import RecommendForm

pytestmark = pytest.mark.django_db
FORMS = [
    ExpressInterestForm,
    WrittenDownForm,
    LetterForm,
    AskForLinkForm,
    RecommendForm,
    ChampionDetailsForm,
]


def attributes(kind: type[forms.Form]) -> dict[str, Any]:
    return {name: copy.deepcopy(field.widget.attrs) for name, field in kind.base_fields.items()}


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_that_was_shown_with_its_errors_leaves_nothing_in_the_next(kind: type[forms.Form]) -> None:
    before = attributes(kind)
    sent = kind(dict.fromkeys(kind.base_fields, "<typed>"))
    assert sent.errors
    shown = render_to_string("accord/uni_form.html", {"form": sent, "form_show_errors": True})
    assert "&lt;typed&gt;" in shown
    assert attributes(kind) == before
    assert "typed" not in render_to_string("accord/uni_form.html", {"form": kind()})
