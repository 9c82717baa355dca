"""The form of 2011, as people fill it in and as staff write it down for them."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Fieldset
from django import forms

from accord_portal.foundation.fields import ComposedCharField, OneLineField
from responses.answers.intake import Answers
from responses.forms.fields import Guarded, Questions, Reachable, in_the_page
from responses.models import ExpressionOfInterest, Purpose

Channel = ExpressionOfInterest.Channel
WRITTEN_DOWN_BY_STAFF = [Channel.EMAIL, Channel.TELEPHONE, Channel.PAPER]


class ExpressInterestForm(Guarded, Reachable, Questions):
    """The form of 2011, in its wording and order."""

    organisation = OneLineField(
        label="Organisation (if applicable)",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    initiatives = ComposedCharField(
        label="Please provide a brief description of possible actions or initiatives.",
        help_text="Don’t include financial or other sensitive details.",
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    comments = ComposedCharField(
        label="Any other comments?",
        help_text="Don’t include financial or other sensitive details.",
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ["name", "organisation", "email", "telephone", *Purpose.values]
    field_order += ["wording", "initiatives", "comments"]

    @property
    def helper(self) -> FormHelper:
        return in_the_page(
            Fieldset(
                "Your details",
                HTML(
                    '<p class="hint">We need a way to reach you: an email address or a telephone number.</p>'
                ),
                "name",
                "organisation",
                "email",
                "telephone",
            ),
            Field("keep_informed"),
            Field("community_of_interest"),
            Field("give_advice"),
            Field("champion_accord"),
            Field("initiatives", wrapper_class="revealed"),
            "comments",
            Field("website", wrapper_class="trap"),
            "started",
            "wording",
        )

    def clean(self) -> dict[str, Any]:
        """The rules that span questions: a way to reach the person, and initiatives only with a Yes."""
        data = super().clean() or {}
        self.expect_a_way_to_answer(data)
        if data.get(Purpose.CHAMPION_ACCORD) == "yes":
            if not data.get("initiatives") and "initiatives" not in self.errors:
                self.add_error("initiatives", "Describe the actions or initiatives you have in mind")
        else:
            data["initiatives"] = ""
            self.errors.pop("initiatives", None)
        self.refuse_robots(data)
        return data

    def answers(self) -> Answers:
        """The answers as the intake takes them."""
        data = self.cleaned_data
        return Answers(
            name=data["name"],
            organisation=data["organisation"],
            email=data["email"],
            telephone=data["telephone"],
            said_yes=self.switches(),
            initiatives=data["initiatives"],
            comments=data["comments"],
        )


class WrittenDownForm(ExpressInterestForm):
    """An answer that came another way than the web, written down by staff."""

    channel = forms.ChoiceField(
        label="How it came",
        choices=[(c.value, c.label) for c in WRITTEN_DOWN_BY_STAFF],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it came"},
    )
    website = started = None  # type: ignore[assignment]  # no robot signs in
    field_order = ["channel", "name", "organisation", "email", "telephone"]

    def too_quick(self, data: dict[str, Any]) -> bool:
        return False
