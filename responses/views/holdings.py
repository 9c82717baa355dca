"""What is held about a person: how we reach them, what they were sent, what is public, and a copy of all."""

import datetime as dt
import json
import zipfile
from io import BytesIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from accord_portal.foundation import clock, office, personal_data
from accord_portal.foundation.dates import day_in_words, instant_in_words
from accord_portal.foundation.http_answers import unkept
from responses import contact_sections
from responses.models import Contact
from responses.personal_data import recommended_by
from responses.privacy import downloading

from .links import behind_the_one_link, own_page

SHOWN_AT_FIRST = 20  # messages


@behind_the_one_link
def details(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """How we reach the person, in which language, and who recommended them."""
    names = [recommendation.named for recommendation in recommended_by([contact.pk])]
    return own_page(request, "preferences_details", "show", person=contact, names=names, token=token)


@behind_the_one_link
def messages(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """What the person was sent, the latest first."""
    sent = personal_data.sent([contact.pk])
    context = {"latest": sent[:SHOWN_AT_FIRST], "earlier": sent[SHOWN_AT_FIRST:]}
    return own_page(request, "preferences_messages", "show", token=token, **context)


@behind_the_one_link
def public(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """GET shows what is public about the person; POST takes it all down."""
    if request.method == "POST":
        personal_data.take_down([contact.pk])
    choices = contact_sections.choices(contact, token)
    step = "done" if request.method == "POST" else "show"
    shown = personal_data.public([contact.pk])
    return own_page(request, "preferences_public", step, shown=shown, choices=choices, token=token)


@behind_the_one_link
def download(request: HttpRequest, token: str, contact: Contact) -> HttpResponseBase:
    """GET says what is in the copy; POST gives it: one page to read, and the same for a machine."""
    if request.method != "POST":
        return own_page(request, "preferences_download", "ask", token=token)
    archive = _zipped(downloading.download(contact=contact))
    return unkept(FileResponse(archive, as_attachment=True, filename="my-information.zip"))


def _zipped(held: personal_data.Held) -> BytesIO:
    readable = {
        heading: [[(label, _in_words(value)) for label, value in row.items()] for row in rows]
        for heading, rows in held.items()
    }
    context = {"held": readable, "at": clock.now(), "office": office.details()}
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("information.html", render_to_string("responses/information.html", context))
        plain = json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        files.writestr("information.json", plain)
    archive.seek(0)
    return archive


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.datetime):
        return instant_in_words(value)
    if isinstance(value, dt.date):
        return day_in_words(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {part}" for name, part in value.items())
    return str(value)
