import pytest
from django import forms

from accord_portal.foundation.addresses import UNSEEN_MESSAGE, WRONG_FORMAT
from accord_portal.foundation.fields import AddressField, ComposedCharField, OneLineField
from tests.foundation.unseen import NOTHING_TO_SEE


@pytest.mark.parametrize("typed", NOTHING_TO_SEE)
@pytest.mark.parametrize("field", [ComposedCharField, OneLineField])
def test_something_to_see_is_required(field: type[forms.CharField], typed: str) -> None:
    assert field(required=False).clean(typed) == ""
    with pytest.raises(forms.ValidationError) as refused:
        field(error_messages={"required": "Enter your name"}).clean(typed)
    assert refused.value.messages == ["Enter your name"]


def test_a_text_keeps_its_lines_and_a_line_has_single_spaces() -> None:
    typed = " Aroha\r\n\u202e Nga\u0304ta\u00a0 \u2003 "
    assert ComposedCharField().clean(typed) == "Aroha\n Ngāta"
    assert OneLineField().clean(typed) == "Aroha Ngāta"


def test_too_long_is_said_in_plain_words() -> None:
    with pytest.raises(forms.ValidationError) as refused:
        OneLineField(max_length=3).clean("four")
    assert refused.value.messages == ["Use 3 characters or fewer, not 4"]


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u3164", "\u2800", "\u00a0", "\u202a"]
)
def test_what_is_unseen_around_an_address_is_no_part_of_it(unseen: str) -> None:
    address = "aroha@example.org"
    for typed in (f"{unseen}{address}", f"{address}{unseen} ", f" {unseen} {address}{unseen}"):
        assert AddressField().clean(typed) == address


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("aroha", WRONG_FORMAT),
        ("aroha ngata@example.org", WRONG_FORMAT),
        ("aro\u200bha@example.org", UNSEEN_MESSAGE),
    ],
)
def test_an_address_that_cannot_be_mailed_is_refused(typed: str, said: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        AddressField().clean(typed)
    assert refused.value.messages == [said]


def test_an_address_is_typed_in_a_box_for_addresses() -> None:
    class AnyForm(forms.Form):
        email = AddressField()

    attrs = {"maxlength": "254", "required": True, "id": "id_email", "spellcheck": "false"}
    box = AnyForm()["email"]
    assert (box.field.widget.input_type, box.build_widget_attrs({}, box.field.widget)) == (
        "email",
        {"required": True},
    )
    assert {**box.field.widget.attrs, "required": True, "id": box.auto_id} == attrs


def test_a_form_names_and_words_a_field_for_itself_alone() -> None:
    class AnyForm(forms.Form):
        name = OneLineField(label="Name", error_messages={"required": "Enter your name"})

    own, another = AnyForm({}), AnyForm({})
    own.fields["name"].label = "Your new name"
    own.fields["name"].error_messages["required"] = "Enter your new name"
    assert (own.fields["name"].label, own.errors["name"]) == ("Your new name", ["Enter your new name"])
    assert (another.fields["name"].label, another.errors["name"]) == ("Name", ["Enter your name"])
    assert own.fields["name"].widget is another.fields["name"].widget
