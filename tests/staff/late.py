"""A member of staff who signs in, leaves a form open, and comes back to it."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

PASSPHRASE = "stand together by the sea"


def signed_in(email: str, client: Client | None = None) -> Client:
    """A browser in which this account is signed in; it shows the token of each form that it sends."""
    client = client or Client(enforce_csrf_checks=True)
    page = client.get("/staff/login/")
    sign_in(client, email, token_in(page))
    return client


def sign_in(client: Client, email: str, token: str, wanted: str = "/staff/") -> HttpResponse:
    said = {"username": email, "password": PASSPHRASE, "next": wanted, "csrfmiddlewaretoken": token}
    return client.post("/staff/login/", said)


def token_in(page: HttpResponse) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    return found[1] if found else ""


def send(client: Client, url: str, fields: dict[str, Any], page: HttpResponse, at: str) -> HttpResponse:
    """Presses the button of a form that stands on `page`, whose address is `at`."""
    said = {**fields, "csrfmiddlewaretoken": token_in(page)}
    return client.post(url, said, headers={"referer": f"http://testserver{at}"})


def come_back(client: Client, answer: HttpResponse, email: str) -> HttpResponse:
    """Signs in from where the late form led to, and follows on to what is shown."""
    page = client.get(answer["Location"])
    wanted = urlsplit(answer["Location"]).query.removeprefix("next=")
    return follow(client, sign_in(client, email, token_in(page), wanted))


def follow(client: Client, answer: HttpResponse) -> HttpResponse:
    while answer.status_code in (302, 303):
        answer = client.get(answer["Location"])
    return answer
