"""Form fields for text that people type: every field of ours that takes text is one of these."""

from typing import Any, TypeVar

from django import forms
from django.core.validators import MaxLengthValidator

from .addresses import validate_address
from .text import cleaned, trimmed

Kind = TypeVar("Kind", bound=forms.Field)


def for_one_form(field: Kind) -> Kind:
    """A form's own copy of its class's field, to name and to word as it likes.

    The widget is that of the class: no form of ours changes it, and copying it costs as much as checking
    what was typed.
    """
    own = object.__new__(type(field))
    vars(own).update(vars(field), error_messages=field.error_messages.copy())
    return own


class ComposedCharField(forms.CharField):
    """Text in NFC with something to see in it; an empty answer, or one that nobody could see, is ""."""

    default_error_messages = {"max_length": "Use %(limit_value)d characters or fewer, not %(show_value)d"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = self.error_messages["max_length"]

    def __deepcopy__(self, memo: dict[int, Any]) -> "ComposedCharField":
        return for_one_form(self)

    def to_python(self, value: Any) -> str:
        return cleaned(super().to_python(value) or "")


class OneLineField(ComposedCharField):
    """Text of one line, with single spaces."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class AddressField(OneLineField):
    """An e-mail address that can be mailed; what nobody can see around it is no part of it."""

    default_validators = [validate_address]
    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})

    def to_python(self, value: Any) -> str:
        return trimmed(super().to_python(value))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "spellcheck": "false"}
