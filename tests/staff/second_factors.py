"""Members of staff with a second factor, and the code that their app shows."""

from django.test import Client

from accord_portal.foundation import sealing
from accord_portal.staff import second_factor, totp
from accord_portal.staff.models import SecondFactor, User

PAGE = "/staff/second-factor/"
APP = f"{PAGE}app/"


def set_up(user: User) -> list[str]:
    """Gives the account an app, which has shown no code yet, and recovery codes; returns those."""
    sealed = second_factor.proposed(user)
    secret = second_factor.secret_in(sealed, user)
    codes = second_factor.set_up(user=user, sealed=sealed, code=totp.code_at(secret, totp.step_now()))
    SecondFactor.objects.filter(user=user).update(last_step=0)
    return codes


def code_of(user: User) -> str:
    """What the app shows now."""
    (secret,) = sealing.unseal(second_factor.SECRET, SecondFactor.objects.get(user=user).secret)
    return totp.code_at(str(secret), totp.step_now())


def half_way_in(user: User, passphrase: str, source: str = "192.0.2.1") -> Client:
    """A browser in which the passphrase was given."""
    client = Client(REMOTE_ADDR=source)
    client.post("/staff/login/", {"username": user.email, "password": passphrase})
    return client
