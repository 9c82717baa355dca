"""The second factor: what a member of staff has, beside the passphrase that they know.

A passkey (`passkeys.py`) or an authenticator app, or where both are lost one of ten recovery codes. A code is
used once. Without one nothing of the staff pages answers (`middleware.py`), whoever knows the passphrase or
has the mailbox.
"""

import datetime as dt
import re
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accord_portal.foundation import clock, keyed_hash, mail, sealing
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible

from . import alerting, emails, totp
from .log import log
from .models import LogLine, Passkey, ProviderIdentity, RecoveryCode, SecondFactor, User

NUMBER_OF_CODES = 10
FEW_CODES = 3
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no two look alike
CODE_LENGTH = 24  # letters and digits: 118 bits, so that a hash gives nothing away
IN_SESSION, GIVEN_AT = "second_factor", "second_factor_given_at"
OF_PROVIDER = "second_factor_of_provider"
JUST_NOW = dt.timedelta(minutes=5)  # so long whoever gave it may change what stands
SECRET, TO_SET_UP = "second factor", "second factor to set up"  # what is sealed


def is_asked_for() -> bool:
    """Whether this portal asks for it: all do but a demo and a developer's."""
    return bool(settings.SECOND_FACTOR)


def was_given(request: HttpRequest) -> bool:
    """Whether this session gave the factor that the account has now, or need not."""
    return was_given_in(request.session, request.user)


def was_given_in(session: Any, user: Any) -> bool:
    """The same of what a session holds, for the account that it names."""
    if not is_asked_for():
        return True
    counting = {each["name"] for each in settings.SIGN_IN_PROVIDERS if each["gives_second_factor"]}
    if session.get(OF_PROVIDER) in counting:
        return True
    return SecondFactor.objects.filter(pk=session.get(IN_SESSION, 0), user_id=user.pk or 0).exists()


def was_given_just_now(request: HttpRequest, user: User) -> bool:
    """Whether it was given so lately that what stands may be changed."""
    at = request.session.get(GIVEN_AT)
    if at is None or request.session.get(IN_SESSION) != generation(user):
        return False
    return clock.now() - dt.datetime.fromisoformat(at) < JUST_NOW


def remember(request: HttpRequest, user: User) -> None:
    """The session is signed in from now on, under a new key; it ends with what stands now."""
    request.session.cycle_key()
    request.session[IN_SESSION] = generation(user)
    request.session[GIVEN_AT] = clock.now().isoformat()


def carry_on(request: HttpRequest, user: User) -> None:
    """What stands was changed from this session: it goes on, and others end."""
    request.session[IN_SESSION] = generation(user)


def generation(user: User) -> int:
    """Which second factor stands: another number after each change of it, and 0 where none does."""
    return SecondFactor.objects.filter(user=user).values_list("pk", flat=True).first() or 0


def has_app(user: User) -> bool:
    """Whether an authenticator app is set up."""
    return SecondFactor.objects.filter(user=user).exclude(secret="").exists()


def lock(user: User) -> None:
    """Of two changes of an account's second factor one waits for the other: something stands always."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def renew(user: User, **app: Any) -> None:
    """What stands has changed: whoever is signed in to the account elsewhere gives the factor anew."""
    rows = SecondFactor.objects.filter(user=user)
    kept = dict(rows.values("secret", "last_step", "set_up_at").first() or {})
    rows.delete()
    SecondFactor.objects.create(user=user, **{**kept, **app})


def given_elsewhere(request: HttpRequest, provider: str) -> None:
    """The provider asked for several factors, and the settings say that this counts here."""
    request.session[OF_PROVIDER] = provider


def proposed(user: User) -> str:
    """A new secret for an app, sealed for this account: it stands in the page, and nowhere else yet."""
    return sealing.seal(TO_SET_UP, user.pk, generation(user), totp.new_secret())


def secret_in(sealed: str, user: User) -> str:
    """The secret that was proposed to this account, if nothing changed since. Raises NotPossible."""
    try:
        key, then, secret = sealing.unseal(TO_SET_UP, sealed)
    except (sealing.Unreadable, ValueError) as error:
        raise NotPossible("This page is too old. Begin again.") from error
    if key != user.pk:
        raise NotPossible("This page is of another account. Begin again.")
    if then != generation(user):
        raise ChangedMeanwhile("Your second factor was changed meanwhile. Begin again.")
    return str(secret)


@transaction.atomic
def set_up(*, user: User, sealed: str, code: str) -> list[str]:
    """The app with the proposed secret is the account's now, and none before it; returns new recovery codes.

    Beside a passkey the old codes stay good, and there are no new ones. Raises NotPossible where the code
    is not the app's.
    """
    lock(user)
    secret = secret_in(sealed, user)
    step = totp.step_of(secret, _typed(code))
    if step is None:
        raise NotPossible("This is not the code that the app shows now. Look again, and enter it.")
    keeps_codes = not has_app(user) and codes_left(user)
    renew(user, secret=sealing.seal(SECRET, secret), last_step=step, set_up_at=clock.now())
    log(LogLine.Act.FACTOR_SET_UP, user, by=user)
    return [] if keeps_codes else fresh_codes(user)


@transaction.atomic
def use(user: User, code: str) -> bool:
    """Whether this is a good code of the account's, which nobody used before: from now on it is used."""
    typed = _typed(code)
    return _use_of_app(user, typed) or _use_of_recovery(user, typed)


@transaction.atomic
def make_new_codes(*, user: User) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing from now on."""
    log(LogLine.Act.CODES_MADE, user, by=user)
    return fresh_codes(user)


@transaction.atomic
def remove_app(*, user: User) -> None:
    """The app is worth nothing any more. Raises NotPossible where there is none, or no passkey beside it."""
    lock(user)
    if not has_app(user):
        raise NotPossible("The app is removed already.")
    if not Passkey.objects.filter(user=user).exists():
        raise NotPossible("This is all you have to sign in with. Add a passkey first.")
    renew(user, secret="", last_step=0)
    log(LogLine.Act.APP_REMOVED, user, by=user)


@transaction.atomic
def reset(*, account: User, by: User | None) -> None:
    """Somebody's passkeys, telephone and codes are gone: they set up others when they sign in next.

    Who they are at a provider is forgotten, too: it goes by their address again. `by` is nobody for
    whoever runs the server. Raises NotPossible for one's own, and where there is none.
    """
    if account == by:
        raise NotPossible("Nobody resets their own second factor. Ask another administrator.")
    lock(account)
    forgotten = ProviderIdentity.objects.filter(user=account).delete()[0]
    if not _remove(account) and not forgotten:
        raise NotPossible("They have not set up a second factor, so there is nothing to reset.")
    alerting.tell(log(LogLine.Act.FACTOR_RESET, account, by=by))
    mail.owe(emails.second_factor_reset, to=account.email, user_id=account.pk)


def codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def fresh_codes(user: User) -> list[str]:
    """Ten recovery codes in the place of the old ones; they can be shown now and never again."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(NUMBER_OF_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, hash=keyed_hash.hashed("recovery code", f"{user.pk} {code}"))
        for code in codes
    )
    return ["-".join(re.findall(".{6}", code)) for code in codes]


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
    Passkey.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    return SecondFactor.objects.filter(user=user).delete()[0]


def _hashes(user: User, typed: str) -> list[str]:
    return keyed_hash.every("recovery code", f"{user.pk} {typed}")


def _typed(code: str) -> str:
    """The code without what is put between its letters for reading."""
    return re.sub(r"[\s\-–.]+", "", code).lower()
