from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordResetForm
from django.core.exceptions import ValidationError
from django.forms import CharField, EmailInput, Form, HiddenInput, TextInput
from django.http import HttpRequest

from accord_portal.foundation import mail, rate_limit
from accord_portal.foundation.acts import NotPossible

from . import challenges, emails, passkeys, second_factor, signing_in
from .models import LogLine, User

LOCKED = "There were too many tries to sign in. Wait 15 minutes, then try again."
LINKS_A_DAY = 5  # to one mailbox


class SignInForm(AdminAuthenticationForm):
    """Address and passphrase; the page begins at its beginning, not in the first box.

    Whoever gets them right is half way in: the second factor is asked for by the next page.
    """

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "Enter the email address and the passphrase of a staff account",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget = EmailInput(attrs={"autocomplete": "username", "maxlength": 254})
        self.fields["password"].label = "Passphrase"

    def clean(self) -> dict[str, Any]:
        """Tries once. Raises ValidationError where it is wrong, or the account or the client is locked."""
        email, request = self.cleaned_data.get("username", ""), self.request
        if not (email and self.cleaned_data.get("password") and request):
            return super().clean()
        if not signing_in.try_once(request, email):
            raise ValidationError(LOCKED, code="locked")
        try:
            cleaned = super().clean()
        except ValidationError:
            signing_in.failed(request, email)
            raise
        user = self.get_user()
        assert isinstance(user, User)
        if second_factor.is_asked_for():
            signing_in.was_right(request, user)
        else:
            signing_in.succeeded(request, user)
        return cleaned


class CodeForm(Form):
    """A code of the app, or one of the recovery codes; a wrong one counts as a wrong passphrase does."""

    code = CharField(
        max_length=64,
        help_text="Six digits from your authenticator app, or one of your recovery codes.",
        error_messages={"required": "Enter a code"},
        widget=TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user
        if not second_factor.has_app(user):
            self.fields["code"].help_text = "One of your recovery codes."

    def clean_code(self) -> str:
        """Uses the code up. Raises ValidationError where it is wrong or was used, or it is locked."""
        code: str = self.cleaned_data["code"]
        if not signing_in.try_once(self.request, self.user.email):
            raise ValidationError(LOCKED, code="locked")
        if not second_factor.use(self.user, code):
            signing_in.failed(self.request, self.user.email, LogLine.Act.WRONG_CODE)
            raise ValidationError(
                "This code is wrong, or it was used before. Enter the one that is shown now"
            )
        return code


class SetUpForm(Form):
    """The first code of an app that has just been told the secret."""

    code = CharField(
        max_length=20,
        help_text="The six digits that the app shows now.",
        error_messages={"required": "Enter the code that the app shows"},
        widget=TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class GivePasskeyForm(Form):
    """What the browser signed with a passkey; a wrong one counts as a wrong passphrase does."""

    what_for = "give"
    answer = CharField(
        max_length=20_000,
        widget=HiddenInput,
        error_messages={"required": "Your browser gave no passkey"},
    )

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean(self) -> dict[str, Any]:
        """Takes what was signed, once. Raises ValidationError where it is refused, or it is locked."""
        if self.errors:
            return self.cleaned_data
        if not signing_in.try_once(self.request, self.user.email):
            raise ValidationError(LOCKED, code="locked")
        try:
            self.take(challenges.take(self.request.session, self.what_for))
        except NotPossible as refused:
            signing_in.failed(self.request, self.user.email, LogLine.Act.WRONG_PASSKEY, why=str(refused))
            raise ValidationError("This passkey was not accepted. Try again, or use something else") from None
        return self.cleaned_data

    def take(self, state: dict[str, Any]) -> None:
        """Raises NotPossible where the passkey did not sign this challenge."""
        passkeys.use(user=self.user, state=state, answer=self.cleaned_data["answer"])


class AddPasskeyForm(GivePasskeyForm):
    """A new passkey, as the browser made it, and what its owner calls it."""

    what_for = "add"
    codes: list[str]
    name = CharField(
        max_length=60,
        initial="My passkey",
        help_text="So that you know it again, say “Work laptop” or “Blue key”.",
        error_messages={"required": "Give the passkey a name"},
    )

    def take(self, state: dict[str, Any]) -> None:
        """As above, of the challenge that was to make it."""
        self.codes = passkeys.add(
            user=self.user, name=self.cleaned_data["name"], state=state, answer=self.cleaned_data["answer"]
        )


class LinkForm(PasswordResetForm):
    """Django's own reset by mail, through our outbox; it says the same whoever asks, and for whom."""

    def save(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        """Owes the link to the account's own mailbox. Too many from a client or to a mailbox are left out."""
        if rate_limit.sent_too_much(request):
            return
        email = self.cleaned_data["email"]
        signing_in.note(LogLine.Act.LINK_ASKED, request, email)
        for user in self.get_users(email):
            if rate_limit.may_have_more(user.email, a_day=LINKS_A_DAY):
                mail.owe(emails.set_passphrase, to=user.email, user_id=user.pk)
