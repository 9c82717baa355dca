"""What people send us, cleaned into plain values."""

from functools import lru_cache
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core import signing

from accord_portal.foundation import clock
from accord_portal.foundation.fields import AddressField, ComposedCharField, OneLineField, for_one_form
from accord_portal.foundation.telephones import TO_RING, can_be_rung
from accord_portal.staff.models import User

from . import wordings
from .intake import Answers
from .models import ExpressionOfInterest, Language, Purpose
from .models.wording import WORDINGS_OF_2011

YES_NO = [("yes", "Yes"), ("no", "No")]
STARTED_SALT = "form:started"
Channel = ExpressionOfInterest.Channel
WRITTEN_DOWN_BY_STAFF = [Channel.EMAIL, Channel.TELEPHONE, Channel.PAPER]


class YesNoField(forms.ChoiceField):
    """Yes or No, with nothing preselected. The two are never changed, so that no form copies them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "YesNoField":
        return for_one_form(self)


def yes_no(purpose: str) -> YesNoField:
    """One of the four questions, with nothing preselected; `ask` puts the words in force in its place."""
    return YesNoField(
        label=WORDINGS_OF_2011[purpose],
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose Yes or No", "invalid_choice": "Choose Yes or No"},
    )


def started_token() -> str:
    """A mark of when the form was opened, for the minimum time a person takes to fill it in."""
    return _mark_of(int(clock.now().timestamp()))


@lru_cache(maxsize=2)
def _mark_of(second: int) -> str:
    return signing.dumps(second, salt=STARTED_SALT)


def robot_speed(started: str) -> bool:
    """Whether the form came back sooner than a person could have answered it."""
    if not settings.FORM_MIN_SECONDS:
        return False
    try:
        opened: int = signing.loads(started, salt=STARTED_SALT)
    except signing.BadSignature:
        return True
    return clock.now().timestamp() - opened < settings.FORM_MIN_SECONDS


class Guarded(forms.Form):
    """A form that anybody can send: robots are held off without a puzzle."""

    website = ComposedCharField(
        label="Leave this box empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    started = ComposedCharField(required=False, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Leave this box empty: it is there to catch robots")
        return ""

    def refuse_robots(self, data: dict[str, Any]) -> None:
        """Adds an error where no person can have filled it in; called last, by `clean`."""
        if not self.errors and self.too_quick(data):
            self.add_error(None, "Check your answers, then press the button again: that was very quick")

    def too_quick(self, data: dict[str, Any]) -> bool:
        """Whether no person can have filled it in."""
        return robot_speed(data.get("started", ""))


class Questions(forms.Form):
    """The four questions in the words in force, and a mark of which words those are."""

    keep_informed = yes_no(Purpose.KEEP_INFORMED)
    community_of_interest = yes_no(Purpose.COMMUNITY_OF_INTEREST)
    give_advice = yes_no(Purpose.GIVE_ADVICE)
    champion_accord = yes_no(Purpose.CHAMPION_ACCORD)
    wording = ComposedCharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: str = Language.ENGLISH, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language, words = language, wordings.current(language)
        for purpose, wording in words.items():
            self.fields[purpose].label = wording.text
        self.fields["wording"].initial = wordings.mark(words)

    def switches(self) -> dict[str, bool]:
        """Each purpose, and whether it is wanted."""
        return {purpose: self.cleaned_data[purpose] == "yes" for purpose in wordings.QUESTIONS}

    def wordings_shown(self) -> dict[str, int]:
        """The version of each question that was shown, by key."""
        return wordings.shown(self.cleaned_data["wording"], self.language)


class ExpressInterestForm(Guarded, Questions):
    """The form of 2011, in its wording and order."""

    name = OneLineField(
        label="Name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    organisation = OneLineField(
        label="Organisation (if applicable)",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = AddressField(
        label="Email address",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    telephone = OneLineField(
        label="Telephone",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
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
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True  # the page splices the token in
        helper.layout = Layout(
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
        return helper

    def clean(self) -> dict[str, Any]:
        """The rules that span questions: a way to reach the person, and initiatives only with a Yes."""
        data = super().clean() or {}
        if not ({"email", "telephone"} & self.errors.keys()) and not data["email"]:
            if not data["telephone"]:
                self.add_error("email", "Enter an email address or a telephone number")
            elif not can_be_rung(data["telephone"]):
                self.add_error("telephone", TO_RING)
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


class RecordForm(ExpressInterestForm):
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


class AcknowledgeForm(forms.Form):
    """What staff say to the person; mailed where there is an address."""

    text = ComposedCharField(
        label="What you tell them",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what you tell the person, or how you told them"},
    )


class AssignForm(forms.Form):
    """Who takes it on."""

    to = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label="Assign to",
        empty_label="Choose somebody",
        error_messages={"required": "Choose who takes it on"},
    )


class NoteForm(forms.Form):
    """A line for the timeline."""

    text = ComposedCharField(
        label="Note",
        help_text="The person can ask to see this, and so can anybody under the Official Information Act.",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the note"},
    )


class ReopenForm(forms.Form):
    """Why it is taken up again."""

    text = ComposedCharField(label="Why", max_length=2_000, error_messages={"required": "Say why"})


class CloseForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(
        choices=[("", "Choose an outcome"), *ExpressionOfInterest.Outcome.choices],
        error_messages={"required": "Choose an outcome"},
    )
    text = ComposedCharField(
        label="More about it (optional)",
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    text = ComposedCharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why"},
    )
