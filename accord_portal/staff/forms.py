from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordResetForm
from django.core.exceptions import ValidationError
from django.forms import EmailInput

from accord_portal.foundation import mail, rate_limit

from . import emails, signing_in
from .models import LogLine, User

LOCKED = "There were too many tries to sign in. Wait 15 minutes, then try again."
LINKS_A_DAY = 5  # to one mailbox


class SignInForm(AdminAuthenticationForm):
    """Address and passphrase; the page begins at its beginning, not in the first box."""

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
        signing_in.succeeded(request, user)
        return cleaned


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
