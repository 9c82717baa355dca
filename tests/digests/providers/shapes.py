"""How each provider's API reads a call and answers, in the shape that its documentation shows."""

import json
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.digests.providers.api import Answer, Api, Request


class Got(NamedTuple):
    """What one reader gets."""

    to: str
    text: str
    html: str
    headers: dict[str, str]
    told_back: dict[str, str]  # with each event


class Shape(NamedTuple):
    """One provider: its settings, what it delivers of a call, what it answers."""

    settings: dict[str, str]
    api_url: str
    path: str
    read: Callable[[Request], Iterable[Got]]
    taken: Callable[[int], Answer]
    bad_address: Answer  # of the whole call
    bad_sender: Answer
    partly: Callable[[int, int], Answer] | None = None  # of so many, the one at this place is refused
    most: int = 0


def take(shape: Shape) -> Callable[[Api, Request], Answer]:
    """Takes a call as this provider does; twice under one key it is one call."""

    def taking(api: Api, request: Request) -> Answer:
        if request.method == "GET":
            return found(api, request)
        assert urlsplit(request.path).path == shape.path
        key = request.headers.get("idempotency-key") or _key_of_brevo(request)
        if key in api.keys:
            before, answer = api.keys[key]
            return answer if before == request.body else (409, {"name": "invalid_idempotent_request"})
        got = list(shape.read(request))
        api.taken += got
        answer = shape.taken(len(got))
        if key:
            api.keys[key] = request.body, answer
        return answer

    return taking


def found(api: Api, request: Request) -> Answer:
    """Postmark's and Mailjet's search."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
    if "CustomID" in query:
        return 200, {
            "Count": sum(one.told_back["uuid"] == query["CustomID"] for one in api.taken),
            "Data": [],
        }
    ours = [one for one in api.taken if one.told_back["call"] == query["metadata_call"]]
    return 200, {"Messages": [{"Metadata": one.told_back, "Recipients": [one.to]} for one in ours]}


def _key_of_brevo(request: Request) -> str:
    if b"idempotencyKey" not in request.body:
        return ""
    return str(request.json["headers"]["idempotencyKey"])


def _postmark(request: Request) -> Iterable[Got]:
    for one in request.json:
        headers = {header["Name"]: header["Value"] for header in one["Headers"]}
        yield Got(one["To"], one["TextBody"], one["HtmlBody"], headers, one["Metadata"])


def _brevo(request: Request) -> Iterable[Got]:
    for one in request.json["messageVersions"]:
        ((to,), headers) = one["to"], one["headers"]
        told_back = json.loads(headers["X-Mailin-custom"])
        yield Got(to["email"], one["textContent"], one["htmlContent"], headers, told_back)


def _resend(request: Request) -> Iterable[Got]:
    assert request.headers["x-batch-validation"] == "permissive"
    for one in request.json:
        (to,), headers = one["to"], one["headers"]
        yield Got(to, one["text"], one["html"], headers, json.loads(headers["X-Metadata"]))


def _mailgun(request: Request) -> Iterable[Got]:
    form = parse_qs(request.body.decode())
    variables = json.loads(form["recipient-variables"][0])
    assert list(variables) == form["to"]
    for to, own in variables.items():

        def fill(text: str, own: dict[str, str] = own) -> str:
            return re.sub(r"%recipient\.([^%]+)%", lambda found: own[found[1]], text)

        headers = {name[2:]: fill(value[0]) for name, value in form.items() if name.startswith("h:")}
        told_back = {name[2:]: fill(value[0]) for name, value in form.items() if name.startswith("v:")}
        yield Got(to, fill(form["text"][0]), fill(form["html"][0]), headers, told_back)


def _mailjet(request: Request) -> Iterable[Got]:
    assert not {"TextPart", "HTMLPart", "Headers"} & set(request.json["Globals"])
    for one in request.json["Messages"]:
        ((to,), told_back) = one["To"], json.loads(one["EventPayload"])
        assert one["CustomID"] == told_back["uuid"]
        yield Got(to["Email"], one["TextPart"], one["HTMLPart"], one["Headers"], told_back)


def _amazon(request: Request) -> Iterable[Got]:
    assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/")
    content = request.json["DefaultContent"]["Template"]["TemplateContent"]
    for one in request.json["BulkEmailEntries"]:
        data = json.loads(one["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"])

        def fill(text: str, data: dict[str, str] = data) -> str:
            return re.sub(r"\{\{\{(\w+)\}\}\}", lambda found: data[found[1]], text)

        (to,) = one["Destination"]["ToAddresses"]
        headers = {header["Name"]: header["Value"] for header in one["ReplacementHeaders"]}
        told_back = json.loads(headers["X-Metadata"])
        yield Got(to, fill(content["Text"]), fill(content["Html"]), headers, told_back)


def _id() -> str:
    return str(uuid.uuid4())


def _of_postmark(code: int, words: str) -> dict[str, Any]:
    return {"ErrorCode": code, "Message": words, **({} if code else {"MessageID": _id(), "To": "x"})}


def _without(number: int, place: int, good: Any, bad: Any) -> list[Any]:
    return [bad if at == place else good for at in range(number)]


def _of_mailjet(status: int) -> dict[str, Any]:
    error = {"ErrorCode": "mj-0013", "StatusCode": status, "ErrorMessage": "is an invalid email address."}
    return {"Status": "error", "Errors": [error]}


MAILJET_OK = {"Status": "success", "To": [{"Email": "x", "MessageID": 1, "MessageUUID": "1"}]}
INACTIVE = _of_postmark(406, "You tried to send to a recipient that has been marked as inactive.")
SES_OK = {"Status": "SUCCESS", "MessageId": "010"}
SES_NO = {"Status": "MESSAGE_REJECTED", "Error": "Illegal address"}
SHAPES = {
    "postmark": Shape(
        {"POSTMARK_SERVER_TOKEN": "token"},
        "POSTMARK_API_URL",
        "/email/batch",
        _postmark,
        lambda number: (200, [_of_postmark(0, "OK")] * number),
        (422, {"ErrorCode": 300, "Message": "Error parsing 'To': Illegal email address 'b'."}),
        (422, {"ErrorCode": 400, "Message": "The 'From' address is not a Sender Signature."}),
        lambda number, place: (200, _without(number, place, _of_postmark(0, "OK"), INACTIVE)),
        500,
    ),
    "brevo": Shape(
        {"BREVO_API_KEY": "key"},
        "BREVO_API_URL",
        "/smtp/email",
        _brevo,
        lambda number: (201, {"messageIds": [f"<{at}@smtp-relay.mailin.fr>" for at in range(number)]}),
        (400, {"code": "invalid_parameter", "message": "email is not valid in to"}),
        (400, {"code": "unauthorized", "message": "sender is not valid"}),
        None,
        1000,
    ),
    "resend": Shape(
        {"RESEND_API_KEY": "key"},
        "RESEND_API_URL",
        "/emails/batch",
        _resend,
        lambda number: (200, {"data": [{"id": _id()} for _ in range(number)]}),
        (422, {"name": "validation_error", "message": "Invalid `to` field."}),
        (403, {"name": "validation_error", "message": "The example.org domain is not verified."}),
        lambda number, place: (
            200,
            {
                "data": [{"id": _id()}] * (number - 1),
                "errors": [{"index": place, "message": "Invalid `to` field."}],
            },
        ),
        100,
    ),
    "mailgun": Shape(
        {"MAILGUN_API_KEY": "key"},
        "MAILGUN_API_URL",
        "/example.org/messages",
        _mailgun,
        lambda number: (200, {"id": "<1@example.org>", "message": "Queued. Thank you."}),
        (400, {"message": "to parameter is not a valid address. please check documentation"}),
        (400, {"message": "'from' parameter is not a valid address. please check documentation"}),
        None,
        1000,
    ),
    "mailjet": Shape(
        {"MAILJET_API_KEY": "key", "MAILJET_SECRET_KEY": "secret"},
        "MAILJET_API_URL",
        "/send",
        _mailjet,
        lambda number: (200, {"Messages": [MAILJET_OK] * number}),
        (400, {"ErrorIdentifier": _id(), "ErrorCode": "mj-0002", "StatusCode": 400, "ErrorMessage": "Bad"}),
        (
            403,
            {"ErrorIdentifier": _id(), "ErrorCode": "mj-0015", "StatusCode": 403, "ErrorMessage": "No"},
        ),
        lambda number, place: (400, {"Messages": _without(number, place, MAILJET_OK, _of_mailjet(400))}),
        50,
    ),
    "amazon_ses": Shape(
        {"AMAZON_SES_ACCESS_KEY_ID": "key", "AMAZON_SES_SECRET_ACCESS_KEY": "secret"},
        "AMAZON_SES_API_URL",
        "/v2/email/outbound-bulk-emails",
        _amazon,
        lambda number: (200, {"BulkEmailEntryResults": [SES_OK] * number}),
        (400, {"message": "Illegal address"}),
        (400, {"__type": "MailFromDomainNotVerifiedException", "message": "no"}),
        lambda number, place: (200, {"BulkEmailEntryResults": _without(number, place, SES_OK, SES_NO)}),
        50,
    ),
}
