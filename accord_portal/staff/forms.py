from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.forms import EmailInput


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
