"""Staff pages as a browser meets them, and records to stand on them."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from accord_portal.digests import compose
from accord_portal.digests.models import DigestIssue
from accord_portal.staff.models import User
from responses.answers import triage
from responses.models import ExpressionOfInterest
from tests import factories
from tests.factories import UpdateFactory, UserFactory, answered, received
from tests.html import Element, read
from tests.powers import give, named

STALE = "This was changed since you opened the page. Look at it as it is now, then press again."


def sign_in(client: Client, *powers: str, **fields: Any) -> User:
    """A member of staff with these permissions only ("view_champion"), signed in."""
    user = UserFactory(**fields)
    give(user, *named(*powers))
    client.force_login(user)
    return user


def page_of(record: str, key: int) -> str:
    return f"/staff/{record}/{key}/change/"


def pressed_on(record: str, key: int, act: str) -> str:
    """The page with the button: what becomes public or is mailed is looked at first, and pressed there."""
    if (record, act) == ("digests/digestissue", "approve"):
        return f"/staff/{record}/{key}/approval/"
    if act in ("send_again", "treat_as_sent") and record.startswith("digests/"):
        return f"/staff/{record}/{key}/doubt/"
    return f"/staff/{record}/{key}/preview/publish/" if act == "publish" else page_of(record, key)


def act_url(record: str, key: int, act: str) -> str:
    return f"/staff/{record}/{key}/act/{act}/"


def filled_in(page: Element, url: str) -> dict[str, str]:
    """What a browser would post from the form that leads to this address, before anything is typed."""
    return {box["name"]: box["value"] or "" for box in form_to(page, url).all("input", type="hidden")}


def form_to(page: Element, url: str) -> Element:
    """The form that leads to this address, by itself or by one of its buttons."""
    forms = page.all("form")
    (form,) = [one for one in forms if one["action"] == url or one.all("button", formaction=url)]
    return form


def looked_at(client: Client, url: str, data: dict[str, str], **how: Any) -> HttpResponse:
    """The answer to a press; where it shows what will arrive, to the press of "Send" that follows."""
    response = client.post(url, data, **how)
    marks = [button["value"] for button in read(response).all("button", name="as_shown")]
    return client.post(url, {**data, "as_shown": str(marks[0])}, **how) if marks else response


def said(response: HttpResponse) -> list[str]:
    """What the page after an act says was done, or was not."""
    return [item.text for item in read(response).one("ul", class_="messagelist").all("li")]


def refusals(page: Element) -> list[str]:
    """What the summary above a refused form says."""
    return [item.text for summary in page.all(class_="error-summary") for item in summary.all("li")]


def eoi() -> ExpressionOfInterest:
    return received("keep_informed")


def acknowledged() -> ExpressionOfInterest:
    record = eoi()
    day = record.undertakings.get(kind="reply").due_on
    triage.acknowledge(eoi=record, seen=1, by=UserFactory(), text="Kia ora", reply_on=day)
    return record


def proposed() -> ExpressionOfInterest:
    return received("champion_accord", initiatives="Open the hall")


def replied() -> ExpressionOfInterest:
    return answered(by=UserFactory())


def closed() -> ExpressionOfInterest:
    return factories.closed(replied(), by=UserFactory())


def draft() -> DigestIssue:
    UpdateFactory(published=True)
    return compose.compose_issue(audience="keep_informed", by=UserFactory())
