"""What the settings say of addresses and of sign-in, checked at the start instead of failing later.

Each function raises ImproperlyConfigured with the variable's name. Imports no model: the settings use it.
"""

import re
from email.errors import ObsoleteHeaderDefect
from email.headerregistry import Address
from email.policy import default as rules
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_email_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from environs import Env

from .addresses import ascii_domain, validate_address
from .text import composed

URL = re.compile(r"(https?)://(\[[\da-f:]+\]|[^\s/?#@:\\\[\]]+)(:\d{1,5})?/*", re.IGNORECASE)


def sender(variable: str, value: str) -> str:
    """One address, with a name or without: quotes where a header needs them, the domain in ASCII."""
    try:
        header = rules.header_factory("From", value)
        (address,) = header.addresses
        (group,) = header.groups
        if group.display_name or [d for d in header.defects if not isinstance(d, ObsoleteHeaderDefect)]:
            raise ValueError("it is not written as RFC 5322 has it")
        if composed(address.display_name) != address.display_name:
            raise ValueError("its name has characters that cannot be seen")
        validate_address(address.addr_spec)
        return str(Address(address.display_name, address.username, ascii_domain(address.domain)))
    except (ValueError, ValidationError) as error:
        raise ImproperlyConfigured(
            f"Set {variable} to one email address, like Kia Tūtahi Accord <accord@example.org>."
            f' A name with a comma or a colon stands in double quotes ("). {value!r} cannot be mailed from.'
        ) from error


def base_url(variable: str, value: str) -> str:
    """Where the portal is, "https://host" or "https://host:port", with the domain in ASCII."""
    parts = URL.fullmatch(value.strip())
    if not parts:
        raise ImproperlyConfigured(
            f"Set {variable} to an address like https://accord.example.org, not {value!r}."
        )
    return f"{parts[1].lower()}://{host(variable, parts[2])}{parts[3] or ''}"


def host(variable: str, value: str) -> str:
    """A name the portal answers to, in ASCII as browsers send it; "*" and ".example.org" are Django's."""
    value = value.strip()
    dot = "." if value.startswith(".") else ""
    try:
        return dot + ascii_domain(value.removeprefix("."))
    except ValueError as error:
        raise ImproperlyConfigured(f"Set {variable} to names of hosts: {value!r} is not one.") from error


def mail_server(variable: str, value: str) -> dict[str, Any]:
    """Django’s settings for a mail server: smtp+tls:// (STARTTLS), smtp+ssl://, or what dj-email-url knows.

    That library does not know the first two and would send the password unencrypted.
    """
    scheme = urlsplit(value).scheme
    encrypted = {"smtp+tls": "submission://", "smtp+ssl": "smtp://"}.get(scheme)
    try:
        found: dict[str, Any] = dj_email_url.parse(
            encrypted + value.partition("://")[2] if encrypted else value
        )
    except ValueError as error:
        raise ImproperlyConfigured(f"Set {variable} as .env.example shows it: {error}.") from error
    if "EMAIL_BACKEND" not in found:
        raise ImproperlyConfigured(
            f"Set {variable} to an address that begins with smtp+tls://, smtp+ssl:// or smtp://,"
            f" not with {scheme!r}."
        )
    if scheme == "smtp+ssl":
        found |= {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}
        found["EMAIL_PORT"] = urlsplit(value).port or 465
    return found


def provider_backend(name: str) -> str:
    """The transport for a provider: ours (`docs/providers.md`) or Anymail's."""
    ours = Path(__file__).parent / "providers" / f"{name}.py"
    room = "accord_portal.foundation.providers" if ours.exists() else "anymail.backends"
    return f"{room}.{name}.EmailBackend"


def hour(variable: str, value: str) -> int:
    """An hour of the day, from 0 to 23."""
    if not (value.isascii() and value.isdigit() and int(value) < 24):
        raise ImproperlyConfigured(f"Set {variable} to an hour from 0 to 23, not {value!r}.")
    return int(value)


def short(variable: str, value: str, length: int) -> str:
    """A text that a column of this many characters keeps."""
    if len(value) > length:
        raise ImproperlyConfigured(f"Set {variable} to {length} characters or fewer, not {len(value)}.")
    return value


def sign_in_providers(env: Env, *, is_laptop: bool) -> list[dict[str, Any]]:
    """The OpenID Connect providers that staff sign in through, as `.env.example` says.

    Raises ImproperlyConfigured, with the variable's name, where one is missing or an issuer is not on https.
    """
    return [_sign_in_provider(env, name, is_laptop) for name in env.str("SIGN_IN_PROVIDERS", "").split()]


def _sign_in_provider(env: Env, name: str, is_laptop: bool) -> dict[str, Any]:
    prefix = f"SIGN_IN_{name.upper().replace('-', '_')}"
    needed = {each: env.str(f"{prefix}_{each}", "") for each in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
    for each, value in needed.items():
        if not value:
            raise ImproperlyConfigured(
                f"Set {prefix}_{each} in the environment: .env.example says what it is for."
            )
    if not (is_laptop or needed["ISSUER"].startswith("https://")):
        raise ImproperlyConfigured(f"{prefix}_ISSUER must begin with https://")
    return {
        "name": name,
        "label": env.str(f"{prefix}_LABEL", name),
        "gives_second_factor": env.bool(f"{prefix}_GIVES_SECOND_FACTOR", False),
        **{each.lower(): value for each, value in needed.items()},
    }
