"""Passkeys: keys that a device keeps and unlocks by face, finger or number, good at this address only.

Nothing here is secret: of a passkey the portal has the public half. What the browser signs is checked by
`fido2`: the challenge, our own address, that its owner unlocked it, and the signature.
"""

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accord_portal.foundation import clock, keyed_hash
from accord_portal.foundation.acts import NotPossible

from . import second_factor, totp
from .log import log
from .models import LogLine, Passkey, User

MOST_PASSKEYS = 10  # of one account
VERIFIED = UserVerificationRequirement.REQUIRED
Options = tuple[dict[str, Any], dict[str, Any]]


def are_possible() -> bool:
    """Whether browsers keep passkeys for the portal's address: for a name they do, for a number never."""
    try:
        ipaddress.ip_address(_host())
    except ValueError:
        return True
    return False


def to_add(user: User) -> Options:
    """What the browser is asked in order to make a passkey, and the challenge to keep."""
    owner = PublicKeyCredentialUserEntity(
        id=bytes.fromhex(keyed_hash.hashed("passkey owner", str(user.pk))),
        name=user.email,
        display_name=user.name or user.email,
    )
    options, state = _server().register_begin(
        owner,
        _credentials(user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=VERIFIED,
    )
    return _plain(options), {**state, "generation": second_factor.generation(user), "user": user.pk}


def to_give(user: User) -> Options:
    """What the browser is asked in order to sign with one of the account's passkeys, and the challenge."""
    options, state = _server().authenticate_begin(_credentials(user), user_verification=VERIFIED)
    return _plain(options), {**state, "user": user.pk}


@transaction.atomic
def add(*, user: User, name: str, state: dict[str, Any], answer: str) -> list[str]:
    """The passkey that the browser made is one of the account's; returns recovery codes if they are new.

    Raises NotPossible, also where what the account has changed since the browser was asked.
    """
    second_factor.lock(user)
    if (state["user"], state["generation"]) != (user.pk, second_factor.generation(user)):
        raise NotPossible("Asked for another account, or before a change")
    if user.passkeys.count() >= MOST_PASSKEYS:
        raise NotPossible(f"No more than {MOST_PASSKEYS} passkeys")
    try:
        told = _server().register_complete(state, json.loads(answer))
        credential = told.credential_data
        assert credential is not None
    except Exception as error:  # whatever fido2 meets while it reads what a stranger wrote
        raise NotPossible(_reason(error)) from error
    if credential.public_key.ALGORITHM not in CoseKey.supported_algorithms():
        raise NotPossible("A kind of key that is not known")
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                user=user,
                name=name,
                key_id=websafe_encode(credential.credential_id),
                credential=bytes(credential),
                sign_count=told.counter,
            )
    except IntegrityError as error:
        raise NotPossible("This passkey is there already") from error
    second_factor.renew(user)
    log(LogLine.Act.PASSKEY_ADDED, user, by=user, detail=f"Passkey {passkey.pk}")
    return [] if second_factor.codes_left(user) else second_factor.fresh_codes(user)


@transaction.atomic
def use(*, user: User, state: dict[str, Any], answer: str) -> None:
    """A passkey of the account signed this challenge. Raises NotPossible where it did not.

    Where a device counts, its count only goes on: if it does not, the passkey was copied, or this is a
    second press with the same answer.
    """
    if state["user"] != user.pk:
        raise NotPossible("Asked for another account")
    try:
        said = AuthenticationResponse.from_dict(json.loads(answer))
        credential = _server().authenticate_complete(state, _credentials(user), said)
        counter = said.response.authenticator_data.counter
    except Exception as error:  # as above
        raise NotPossible(_reason(error)) from error
    passkey = Passkey.objects.get(user=user, key_id=websafe_encode(credential.credential_id))
    goes_on = Q(sign_count__lt=counter) if counter else Q(sign_count=0)  # many devices do not count
    if not Passkey.objects.filter(goes_on, pk=passkey.pk).update(
        sign_count=counter, last_used_at=clock.now()
    ):
        raise NotPossible(f"Passkey {passkey.pk}: its count went back")
    log(LogLine.Act.PASSKEY_USED, user, by=user, detail=f"Passkey {passkey.pk}")


@transaction.atomic
def remove(*, user: User, key: int) -> None:
    """This passkey opens nothing any more. Raises NotPossible where it is gone, or nothing else stands."""
    second_factor.lock(user)
    if not user.passkeys.filter(pk=key).exists():
        raise NotPossible("This passkey is removed already.")
    if not second_factor.has_app(user) and user.passkeys.count() == 1:
        raise NotPossible("This is all you have to sign in with. Add another passkey or an app first.")
    user.passkeys.filter(pk=key).delete()
    second_factor.renew(user)
    log(LogLine.Act.PASSKEY_REMOVED, user, by=user, detail=f"Passkey {key}")


def _server() -> Fido2Server:
    owner = PublicKeyCredentialRpEntity(id=_host(), name=totp.ISSUER)
    parts = urlsplit(settings.BASE_URL)
    ours = f"{parts.scheme}://{parts.netloc}"
    return Fido2Server(
        owner,
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == ours,
    )


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or ""


def _credentials(user: User) -> list[AttestedCredentialData]:
    return [AttestedCredentialData(bytes(passkey.credential)) for passkey in user.passkeys.all()]


def _plain(options: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(dict(options), default=dict))
    return plain


def _reason(error: Exception) -> str:
    """What fido2 says of it, where it says it; never what was sent."""
    return str(error).rstrip(".") if type(error) is ValueError else "Cannot be read"
