"""The staff pages of partnerships: one form for the record, acts for its course, a look before publishing."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accord_portal.staff.models import Revision
from champions.models import Partnership
from tests.factories import AgencyNameFactory, ChampionFactory, ContactFactory, UserFactory
from tests.html import fields, read
from tests.partnerships import PartnershipFactory
from tests.staff.pages import STALE, act_url, page_of, refusals, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADD = "/staff/champions/partnership/add/"
KIND = "champions/partnership"


def as_role(client: Client, *roles: str) -> None:
    client.force_login(UserFactory(**{f"is_{role}": True for role in roles}))


def rows(**parties: dict[str, str]) -> dict[str, str]:
    """The form's rows: these parties, and nothing else."""
    sent = {f"{prefix}-INITIAL_FORMS": "0" for prefix in ("parties", "work_items", "risks")}
    sent |= {f"{prefix}-TOTAL_FORMS": "0" for prefix in ("work_items", "risks")}
    for number, (name, about) in enumerate(parties.items()):
        sent[f"parties-{number}-name"] = name.replace("_", " ")
        sent |= {f"parties-{number}-{field}": text for field, text in about.items()}
    return {**sent, "parties-TOTAL_FORMS": str(len(parties))}


def edited(client: Client, partnership: Partnership, **changes: Any) -> Any:
    """What comes of the record's form with these changes."""
    url = reverse("admin:champions_partnership_edit", args=[partnership.pk])
    chosen = {"kind": "memorandum", "work_items-0-state": "to_do", "work_items-1-state": "to_do"}
    typed = fields(read(client.get(url)).one("form", class_="sheet"))
    return client.post(url, {**typed, **chosen, **changes})


def act(client: Client, partnership: Partnership, name: str, **typed: Any) -> Any:
    page = read(client.get(page_of(KIND, partnership.pk)))
    url = act_url(KIND, partnership.pk, name)
    (shown, *_) = [box["value"] for box in page.all("input", name="shown")]
    return client.post(url, {"shown": shown, **typed}, follow=True)


def test_a_partnership_is_written_down_with_its_parties(client: Client) -> None:
    as_role(client, "editor")
    agency = AgencyNameFactory(name="Sport New Zealand").agency
    champion, holder = ChampionFactory(name="River Trust"), ContactFactory(name="Aroha Ngata")
    sent = rows(river_trust={"leads": "on"}, Sport_New_Zealand={"holder": "aroha ngata", "office": "Manager"})
    answer = client.post(ADD, {"title": "Two rivers", "kind": "memorandum", **sent})
    partnership = Partnership.objects.get()
    assert answer.headers["Location"] == page_of(KIND, partnership.pk)
    first, second = partnership.parties.all()
    assert (first.champion, first.leads, second.agency, second.contact) == (champion, True, agency, holder)
    assert (partnership.slug, partnership.status, partnership.visibility) == (
        "two-rivers",
        "exploring",
        "private",
    )


@pytest.mark.parametrize(
    ("parties", "wrong"),
    [
        ({"One": {"leads": "on"}, "Two": {"leads": "on"}}, "One party leads: untick the others"),
        ({"One": {"holder": "Nobody"}}, "Nobody on the contact list has this name"),
    ],
)
def test_what_is_wrong_with_the_parties_is_said(client: Client, parties: dict[str, Any], wrong: str) -> None:
    as_role(client, "editor")
    answer = client.post(ADD, {"title": "Two rivers", "kind": "memorandum", **rows(**parties)})
    assert (answer.status_code, wrong in answer.content.decode()) == (200, True)
    assert "Two rivers" in answer.content.decode()
    assert not Partnership.objects.exists()


def test_an_active_one_keeps_its_review_day(client: Client) -> None:
    as_role(client, "editor")
    answer = edited(client, PartnershipFactory(active=True), review_on="", review_how="")
    assert "An active partnership has its review day" in answer.content.decode()
    assert "An active partnership has how it is reviewed" in answer.content.decode()


def test_what_an_editor_changes_comes_down_and_what_is_never_public_does_not(client: Client) -> None:
    as_role(client, "editor")
    partnership = PartnershipFactory()
    edited(client, partnership, handover="The key hangs there.")
    partnership.refresh_from_db()
    assert partnership.is_published
    answer = edited(client, partnership, vision="Water for all.")
    partnership.refresh_from_db()
    assert not partnership.is_published
    assert "It is not public until an approver publishes it again." in said(client.get(answer["Location"]))
    assert Revision.objects.filter(key=partnership.pk, kind="champions.partnership").count() == 2


def test_who_may_publish_has_read_what_they_change(client: Client) -> None:
    as_role(client, "editor", "approver")
    partnership = PartnershipFactory()
    edited(client, partnership, vision="Water for all.")
    partnership.refresh_from_db()
    assert partnership.is_published


def test_an_approver_looks_at_the_page_and_publishes_it_there(client: Client) -> None:
    as_role(client, "approver")
    partnership = PartnershipFactory(title="Two rivers", vision="Water for all.", published_at=None)
    preview = reverse("admin:champions_partnership_preview", args=[partnership.pk, "publish"])
    assert preview in {link["href"] for link in read(client.get(page_of(KIND, partnership.pk))).all("a")}
    page = read(client.get(preview))
    assert "Water for all." in page.one("main").text
    partnership.refresh_from_db()
    assert not partnership.is_published  # looking changes nothing
    form = page.one("form", method="post")
    sent = {str(box["name"]): str(box["value"]) for box in form.all("input", type="hidden")}
    answer = client.post(str(form["action"]), sent, follow=True)
    assert said(answer) == ["Published."]
    assert client.get("/partnerships/two-rivers/").status_code == 200


def test_what_changed_since_the_look_is_not_published(client: Client) -> None:
    as_role(client, "approver")
    partnership = PartnershipFactory(published_at=None)
    form = read(
        client.get(reverse("admin:champions_partnership_preview", args=[partnership.pk, "publish"]))
    ).one("form", method="post")
    sent = {str(box["name"]): str(box["value"]) for box in form.all("input", type="hidden")}
    partnership.parties.update(role="Pays")
    answer = client.post(str(form["action"]), sent)
    assert refusals(read(answer)) == [STALE]
    partnership.refresh_from_db()
    assert not partnership.is_published


def test_what_cannot_be_published_is_said_in_place_of_the_look(client: Client) -> None:
    as_role(client, "approver")
    partnership = PartnershipFactory(published_at=None, parties=["One"])
    page = client.get(reverse("admin:champions_partnership_preview", args=[partnership.pk, "publish"]))
    assert refusals(read(page)) == ["Write down first who the parties are: two or more."]


def test_a_reader_sees_and_does_nothing(client: Client) -> None:
    as_role(client, "reader")
    partnership = PartnershipFactory(published_at=None)
    page = read(client.get(page_of(KIND, partnership.pk)))
    assert page.all("form", class_="act") == []
    preview = reverse("admin:champions_partnership_preview", args=[partnership.pk, "publish"])
    edit = reverse("admin:champions_partnership_edit", args=[partnership.pk])
    assert [client.get(preview).status_code, client.post(edit, {}).status_code] == [403, 403]
    other = reverse("admin:champions_partnership_preview", args=[partnership.pk, "move"])
    assert client.get(other).status_code == 404


def test_steps_reviews_and_documents_are_pressed_on_the_page(client: Client) -> None:
    as_role(client, "editor")
    partnership = PartnershipFactory(active=True, review_on=dt.date(2026, 11, 1))
    assert said(act(client, partnership, "move", status="under_review", since_on="2026-11-10")) == [
        "Written down."
    ]
    about = {"reviewed_on": "2026-11-16", "finding": "It goes well.", "next_on": "2027-11-16"}
    assert said(act(client, partnership, "review", **about)) == ["The review is written down."]
    file = SimpleUploadedFile("agreement.pdf", b"%PDF-1.7")
    assert said(act(client, partnership, "document", title="As signed", file=file)) == [
        "The document is kept."
    ]
    document = partnership.documents.get()
    url = reverse("admin:champions_partnership_document", args=[partnership.pk, document.pk])
    assert client.get(url).content == b"%PDF-1.7"
    partnership.refresh_from_db()
    assert (partnership.status, partnership.review_on) == ("active", dt.date(2027, 11, 16))


def test_a_document_is_taken_up_to_its_limit_and_refused_in_words_beyond(client: Client) -> None:
    as_role(client, "editor")
    partnership, megabyte = PartnershipFactory(), 1024 * 1024
    largest = SimpleUploadedFile("agreement.pdf", b"%PDF-1.7".ljust(5 * megabyte))
    answer = act(client, partnership, "document", title="As signed", file=largest)
    assert said(answer) == ["The document is kept."]
    larger = SimpleUploadedFile("agreement.pdf", b"%PDF-1.7".ljust(6 * megabyte))
    answer = act(client, partnership, "document", title="As signed", file=larger)
    assert refusals(read(answer)) == ["Choose a file of 5 MB or less. This one has 6.0 MB."]


def test_a_day_to_come_is_no_review(client: Client) -> None:
    as_role(client, "editor")
    partnership = PartnershipFactory(active=True)
    about = {"reviewed_on": "2026-11-17", "finding": "It goes well.", "next_on": "2027-11-16"}
    answer = act(client, partnership, "review", **about)
    assert refusals(read(answer)) == ["Choose today or an earlier day"]
    assert "It goes well." in answer.content.decode()
