"""The messages to members of staff about their accounts, and to administrators about what cannot wait."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accord_portal.foundation import mail
from accord_portal.foundation.dates import instant_in_words

from .models import LogLine, User


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


ALERT_SAYS = {
    LogLine.Act.EXPORTED: "downloaded",
    LogLine.Act.FACTOR_RESET: "reset the second factor of",
    LogLine.Act.ACCOUNT_CHANGED: "gave another role to",
    LogLine.Act.ADDRESS_CHANGED: "gave another role and another address to",
}


@mail.kind("alert", a_day=20)
def alert(user_id: int, line_id: int) -> mail.Message:
    """Tells an administrator of one line of the log."""
    line = LogLine.objects.select_related("done_by").filter(pk=line_id).first()
    if line is None:
        raise mail.NoLongerWanted
    is_account = line.kind == User._meta.label_lower
    account = User.objects.filter(pk=line.key or 0).first() if is_account else None
    about = str(account or apps.get_model(line.kind)._meta.verbose_name_plural)
    context = {
        "who": str(line.done_by or "Whoever runs the server"),
        "did": ALERT_SAYS[LogLine.Act(line.act)],
        "about": about,
        "when": instant_in_words(line.happened_at),
    }
    return _to_administrator(user_id, "staff/alert", "To look at on the Accord Portal today", context)


@mail.kind("many_failures", a_day=8)
def many_failures(user_id: int) -> mail.Message:
    """Tells an administrator that many tries to sign in failed within the hour."""
    return _to_administrator(
        user_id, "staff/many_failures", "Many tries to sign in to the Accord Portal failed", {}
    )


def _to_administrator(user_id: int, template: str, subject: str, context: dict[str, Any]) -> mail.Message:
    user = User.objects.administrators().filter(pk=user_id).first()
    if user is None:
        raise mail.NoLongerWanted
    url = settings.BASE_URL + reverse("admin:staff_logline_changelist")
    facts = {"name": user.get_short_name(), "url": url, **context}
    return mail.compose(template, facts, to=user.email, subject=subject)
