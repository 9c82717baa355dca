"""Members of staff who sign in."""

import re

from django.core import mail as django_mail
from django.test import Client

from accord_portal.foundation import mail
from accord_portal.staff.models import LogLine
from tests.html import read


def sign_in(email: str, passphrase: str, source: str = "192.0.2.1") -> str:
    """What the page says: nothing where somebody is signed in."""
    response = Client(REMOTE_ADDR=source).post("/staff/login/", {"username": email, "password": passphrase})
    return "" if response.status_code == 302 else read(response).one(class_="error-summary").one("li").text


def acts() -> list[str]:
    return list(LogLine.objects.order_by("pk").values_list("act", flat=True))


ASK = "/staff/password_reset/"


def ask(email: str, source: str = "192.0.2.1") -> str:
    return Client(REMOTE_ADDR=source).post(ASK, {"email": email}, follow=True).content.decode()


def link() -> str:
    mail.deliver_due()
    (path,) = re.findall(r"https?://[^/]+(/staff/reset/\S+)", str(django_mail.outbox[-1].body))
    return path


def set_passphrase(url: str, passphrase: str) -> int:
    client = Client()
    form = client.get(url, follow=True).redirect_chain[-1][0]
    typed = {"new_password1": passphrase, "new_password2": passphrase}
    return client.post(form, typed).status_code
