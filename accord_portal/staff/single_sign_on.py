"""Signing in through an organisation's own sign-in (OpenID Connect Core 1.0, code flow with PKCE).

It opens the account of somebody who was invited, and makes none: a provider says who somebody is, the
portal says what they may. The first time the address decides, which the provider must have verified; from
then on the provider's own name for that person (`sub`), which is never given to anybody else.
"""

from dataclasses import dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from joserfc.errors import JoseError
from requests import RequestException

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.memory import ForAMinute

from .models import ProviderIdentity, User

SECONDS = 5  # for each answer of a provider
STRONG = "mfa"  # of `amr`: several factors were asked for (RFC 8176, section 2)


@dataclass(frozen=True)
class SignInProvider:
    """An organisation's sign-in, as the settings name it."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str
    gives_second_factor: bool


def providers() -> list[SignInProvider]:
    """Those that the settings name, in their order."""
    return [SignInProvider(**each) for each in settings.SIGN_IN_PROVIDERS]


def provider_named(name: str) -> SignInProvider | None:
    """The provider of this name, if there is one."""
    return next((each for each in providers() if each.name == name), None)


def lead_there(request: HttpRequest, provider: SignInProvider) -> HttpResponseRedirect:
    """To the provider's own page; what must come back is remembered in the session. Raises NotPossible."""
    back = settings.BASE_URL + reverse("admin:single_sign_on_back", args=[provider.name])
    try:
        answer: HttpResponseRedirect = _client(provider).authorize_redirect(request, back)
    except (OAuthError, RequestException, ValueError, RuntimeError) as error:
        raise NotPossible(_away(provider)) from error
    return answer


def who_came_back(request: HttpRequest, provider: SignInProvider) -> tuple[User, bool]:
    """Whose account it is, and whether the provider asked for a second factor that counts here.

    Raises NotPossible, with what to do, where the answer is not good or opens no account.
    """
    expected = {"iss": {"essential": True, "values": [provider.issuer]}, "aud": {"value": provider.client_id}}
    try:
        token = _client(provider).authorize_access_token(request, claims_options=expected)
    except RequestException as error:
        raise NotPossible(_away(provider)) from error
    except (OAuthError, JoseError, ValueError, KeyError, RuntimeError) as error:
        raise NotPossible(f"What {provider.label} answered cannot be used. Try again.") from error
    claims = token.get("userinfo")
    if not claims:
        raise NotPossible(f"{provider.label} did not say who you are. Try again.")
    user = _account_of(provider, claims)
    return user, provider.gives_second_factor and STRONG in (claims.get("amr") or ())


def _account_of(provider: SignInProvider, claims: dict[str, Any]) -> User:
    known = ProviderIdentity.objects.select_related("user").filter(
        issuer=provider.issuer, subject=claims["sub"]
    )
    if identity := known.first():
        return _working(identity.user, provider)
    if claims.get("email_verified") is not True or not claims.get("email"):
        raise NotPossible(f"{provider.label} has not verified your address, so it opens no account here.")
    try:
        user = User.objects.get_by_natural_key(claims["email"])
    except User.DoesNotExist as error:
        raise NotPossible(_no_account(provider)) from error
    _working(user, provider)
    try:
        with transaction.atomic():
            ProviderIdentity.objects.create(user=user, issuer=provider.issuer, subject=claims["sub"])
    except IntegrityError as error:  # somebody else at the provider has this account
        raise NotPossible(
            f"This account goes with another person at {provider.label}. Ask an administrator."
        ) from error
    return user


def _working(user: User, provider: SignInProvider) -> User:
    if not (user.is_active and user.is_staff):
        raise NotPossible(_no_account(provider))
    return user


def _no_account(provider: SignInProvider) -> str:
    return f"Nobody here signs in with your address at {provider.label}. Ask an administrator to invite you."


def _away(provider: SignInProvider) -> str:
    return f"{provider.label} does not answer. Try again in a few minutes, or sign in with your passphrase."


@ForAMinute
def _client(provider: SignInProvider) -> DjangoOAuth2App:
    """Remembers what the provider says of itself: whoever presses the button makes us ask once a minute."""
    return OAuth().register(
        provider.name,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )
