"""A device that keeps a passkey: it answers as a browser does, or wrongly where a test wants it to."""

import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accord_portal.staff import passkeys
from accord_portal.staff.models import User
from tests.staff.second_factors import PAGE

ADD, TO_ADD, TO_GIVE = f"{PAGE}passkey/", f"{PAGE}passkey/to-add/", f"{PAGE}passkey/to-give/"
FLAG = AuthenticatorData.FLAG
UNLOCKED = FLAG.UP | FLAG.UV


class Device:
    """One passkey for `localhost`; `count` is how often it signed."""

    def __init__(self, key_id: bytes = b"k" * 32, *, count: int = 0, counts: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.key_id, self.count, self.counts = key_id, count, counts
        self.origin, self.host, self.flags = settings.BASE_URL, "localhost", UNLOCKED

    def made(self, asked: dict[str, Any]) -> str:
        """What the browser answers to `to_add`."""
        key = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.key_id, key)
        data = self._data(self.flags | FLAG.AT, credential)
        return self._answer(
            CollectedClientData.TYPE.CREATE,
            asked,
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def signed(self, asked: dict[str, Any]) -> str:
        """What the browser answers to `to_give`."""
        self.count += self.counts
        data = self._data(self.flags)
        said = self._client_data(CollectedClientData.TYPE.GET, asked)
        signature = self.key.sign(data + said.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(CollectedClientData.TYPE.GET, asked, authenticatorData=data, signature=signature)

    def _data(self, flags: AuthenticatorData.FLAG, credential: bytes = b"") -> AuthenticatorData:
        return AuthenticatorData.create(sha256(self.host.encode()), flags, self.count, credential)

    def _client_data(self, kind: Any, asked: dict[str, Any]) -> CollectedClientData:
        challenge = websafe_decode(asked["publicKey"]["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, kind: Any, asked: dict[str, Any], **parts: bytes) -> str:
        parts["clientDataJSON"] = self._client_data(kind, asked)
        key_id = websafe_encode(self.key_id)
        response = {name: websafe_encode(part) for name, part in parts.items()}
        return json.dumps({"id": key_id, "rawId": key_id, "type": "public-key", "response": response})


def enrolled(user: User, device: Device | None = None, name: str = "Work laptop") -> Device:
    """Gives the account a passkey on this device."""
    device = device or Device()
    asked, state = passkeys.to_add(user)
    passkeys.add(user=user, name=name, state=state, answer=device.made(asked))
    return device


def use(user: User, device: Device) -> None:
    """Signs what the account is asked. Raises NotPossible."""
    asked, state = passkeys.to_give(user)
    passkeys.use(user=user, state=state, answer=device.signed(asked))


def asked_by(client: Client, url: str) -> dict[str, Any]:
    """What the page's script is told to ask of the browser."""
    asked: dict[str, Any] = client.post(url).json()
    return asked
