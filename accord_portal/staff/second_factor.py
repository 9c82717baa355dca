"""The second factor: what a member of staff has, beside the passphrase that they know.

An authenticator app, or where the telephone is lost one of ten recovery codes. A code of either is used
once. Without one nothing of the staff pages answers (`middleware.py`), whoever knows the passphrase or
has the mailbox.
"""

import re
import secrets

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accord_portal.foundation import clock, keyed_hash, mail, sealing
from accord_portal.foundation.acts import NotPossible

from . import alerting, emails, totp
from .log import log
from .models import LogLine, ProviderIdentity, RecoveryCode, SecondFactor, User

NUMBER_OF_CODES = 10
FEW_CODES = 3
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no two look alike
CODE_LENGTH = 24  # letters and digits: 118 bits, so that a hash gives nothing away
IN_SESSION, OF_PROVIDER = "second_factor", "second_factor_of_provider"
SECRET, TO_SET_UP = "second factor", "second factor to set up"  # what is sealed


def is_asked_for() -> bool:
    """Whether this portal asks for it: all do but a demo and a developer's."""
    return bool(settings.SECOND_FACTOR)


def was_given(request: HttpRequest) -> bool:
    """Whether this session gave the factor that the account has now, or need not."""
    if not is_asked_for():
        return True
    counting = {each["name"] for each in settings.SIGN_IN_PROVIDERS if each["gives_second_factor"]}
    if request.session.get(OF_PROVIDER) in counting:
        return True
    factor, account = request.session.get(IN_SESSION, 0), request.user.pk or 0
    return SecondFactor.objects.filter(pk=factor, user_id=account).exists()


def remember(request: HttpRequest, user: User) -> None:
    """The session is signed in from now on, under a new key; it ends with the factor."""
    request.session.cycle_key()
    request.session[IN_SESSION] = SecondFactor.objects.get(user=user).pk


def given_elsewhere(request: HttpRequest, provider: str) -> None:
    """The provider asked for several factors, and the settings say that this counts here."""
    request.session[OF_PROVIDER] = provider


def proposed(user: User) -> str:
    """A new secret for an app, sealed for this account: it stands in the page, and nowhere else yet."""
    return sealing.seal(TO_SET_UP, user.pk, totp.new_secret())


def secret_in(sealed: str, user: User) -> str:
    """The secret that was proposed to this account. Raises NotPossible."""
    try:
        key, secret = sealing.unseal(TO_SET_UP, sealed)
    except sealing.Unreadable as error:
        raise NotPossible("This page is too old. Begin again.") from error
    if key != user.pk:
        raise NotPossible("This page is of another account. Begin again.")
    return str(secret)


@transaction.atomic
def set_up(*, user: User, sealed: str, code: str) -> list[str]:
    """The app with the proposed secret is the account's second factor; returns its recovery codes.

    Raises NotPossible where the code is not the app's, or there is a second factor already.
    """
    secret = secret_in(sealed, user)
    step = totp.step_of(secret, _typed(code))
    if step is None:
        raise NotPossible("This is not the code that the app shows now. Look again, and enter it.")
    _, is_new = SecondFactor.objects.get_or_create(
        user=user, defaults={"secret": sealing.seal(SECRET, secret), "last_step": step}
    )
    if not is_new:
        raise NotPossible("This account has a second factor already.")
    log(LogLine.Act.FACTOR_SET_UP, user, by=user)
    return _fresh_codes(user)


@transaction.atomic
def use(user: User, code: str) -> bool:
    """Whether this is a good code of the account's, which nobody used before: from now on it is used."""
    typed = _typed(code)
    return _use_of_app(user, typed) or _use_of_recovery(user, typed)


@transaction.atomic
def make_new_codes(*, user: User) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing from now on."""
    log(LogLine.Act.CODES_MADE, user, by=user)
    return _fresh_codes(user)


@transaction.atomic
def take_off(*, user: User) -> None:
    """The owner takes another app; until it is set up their session opens nothing else."""
    _remove(user)
    log(LogLine.Act.FACTOR_RESET, user, by=user)


@transaction.atomic
def reset(*, account: User, by: User | None) -> None:
    """Somebody's telephone and codes are gone: they set up another when they sign in next.

    Who they are at a provider is forgotten, too: it goes by their address again. `by` is nobody for
    whoever runs the server. Raises NotPossible for one's own, and where there is none.
    """
    if account == by:
        raise NotPossible("Nobody resets their own second factor. Ask another administrator.")
    forgotten = ProviderIdentity.objects.filter(user=account).delete()[0]
    if not _remove(account) and not forgotten:
        raise NotPossible("They have not set up a second factor, so there is nothing to reset.")
    alerting.tell(log(LogLine.Act.FACTOR_RESET, account, by=by))
    mail.owe(emails.second_factor_reset, to=account.email, user_id=account.pk)


def codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _use_of_app(user: User, typed: str) -> bool:
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        return False
    try:
        (secret,) = sealing.unseal(SECRET, factor.secret)
    except sealing.Unreadable:  # its key was given up: a recovery code, or a reset
        return False
    step = totp.step_of(str(secret), typed)
    # Sealed anew, so that it goes over to the present key. One of two presses at once finds the step taken.
    return step is not None and bool(
        SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(
            last_step=step, secret=sealing.seal(SECRET, secret)
        )
    )


def _use_of_recovery(user: User, typed: str) -> bool:
    codes = RecoveryCode.objects.filter(user=user, hash__in=_hashes(user, typed), used_at=None)
    if not codes.update(used_at=clock.now()):
        return False
    log(LogLine.Act.CODE_USED, user, by=user, detail=f"{codes_left(user)} left")
    return True


def _remove(user: User) -> int:
    RecoveryCode.objects.filter(user=user).delete()
    return SecondFactor.objects.filter(user=user).delete()[0]


def _fresh_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(NUMBER_OF_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, hash=keyed_hash.hashed("recovery code", f"{user.pk} {code}"))
        for code in codes
    )
    return ["-".join(re.findall(".{6}", code)) for code in codes]


def _hashes(user: User, typed: str) -> list[str]:
    return keyed_hash.every("recovery code", f"{user.pk} {typed}")


def _typed(code: str) -> str:
    """The code without what is put between its letters for reading."""
    return re.sub(r"[\s\-–.]+", "", code).lower()
