"""The messages to members of staff about their accounts."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accord_portal.foundation import mail

from .models import User


@mail.kind("set_passphrase")
def set_passphrase(user_id: int) -> mail.Message:
    """The link by which somebody sets the passphrase of their own account."""
    user = User.objects.get(pk=user_id)
    if not user.is_active:
        raise mail.NoLongerWanted
    parts = {
        "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    path = reverse("admin:password_reset_confirm", kwargs=parts)
    return mail.compose(
        "staff/set_passphrase",
        {"name": user.get_short_name(), "url": settings.BASE_URL + path},
        to=user.email,
        subject="Set your passphrase for the Accord Portal",
    )


@mail.kind("account_address_changed")
def address_changed(user_id: int, old: str) -> mail.Message:
    """Tells the old address of an account that it signs in with another from now on."""
    user = User.objects.get(pk=user_id)
    return mail.compose(
        "staff/address_changed",
        {"name": user.get_short_name()},
        to=old,
        subject="Your account on the Accord Portal has another address now",
    )


@mail.kind("second_factor_reset")
def second_factor_reset(user_id: int) -> mail.Message:
    """Tells the owner of an account that its second factor is gone and a new one is to be set up."""
    user = User.objects.get(pk=user_id)
    return mail.compose(
        "staff/second_factor_reset",
        {"name": user.get_short_name()},
        to=user.email,
        subject="The second factor of your account on the Accord Portal was reset",
    )
