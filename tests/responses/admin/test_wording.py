"""The words of the questions, as staff change them: a new version each time, and no version is touched."""

import pytest
from django.test import Client

from responses.consent import wordings
from responses.models import ConsentWording
from tests.html import read
from tests.staff.pages import STALE, filled_in, refusals, said, sign_in

pytestmark = pytest.mark.django_db
LIST = "/staff/responses/consentwording/"
WORDS = "I want to hear about the Accord."


@pytest.fixture
def first(db: None) -> ConsentWording:
    wordings.load()
    return ConsentWording.objects.get(purpose="keep_informed")


def act(wording: ConsentWording) -> str:
    return f"{LIST}{wording.pk}/act/reword/"


def test_a_new_version_counts_from_now_on_and_the_old_one_stays(
    client: Client, first: ConsentWording
) -> None:
    ana = sign_in(client, "view_consentwording", "change_consentwording")
    page = read(client.get(f"{LIST}{first.pk}/change/"))
    assert page.all("h1")[-1].text == "The wording of “Keep informed”"
    assert "What people said to an older version stays said to that version." in page.text
    sent = {**filled_in(page, act(first)), "language": "en", "text": WORDS}
    response = client.post(act(first), sent, follow=True)
    assert said(response) == ["The new wording is in force."]
    old, new = ConsentWording.objects.filter(purpose="keep_informed").order_by("version")
    assert (old.text, new.version, new.text, new.written_by) == (first.text, 2, WORDS, ana)
    assert wordings.texts()["keep_informed"] == WORDS
    entries = [dt.text for dt in read(response).one("dl").all("dt")]
    assert [("in force" in entry, entry[:9]) for entry in entries] == [
        (True, "Version 2"),
        (False, "Version 1"),
    ]


def test_another_language_is_a_wording_of_its_own(client: Client, first: ConsentWording) -> None:
    sign_in(client, is_superuser=True)
    sent = filled_in(read(client.get(f"{LIST}{first.pk}/change/")), act(first))
    client.post(act(first), {**sent, "language": "mi", "text": "Kia Tūtahi"})
    assert wordings.texts("mi")["keep_informed"] == "Kia Tūtahi"
    assert wordings.texts()["keep_informed"] == first.text


def test_the_same_words_and_words_nobody_has_read_are_refused(client: Client, first: ConsentWording) -> None:
    ana = sign_in(client, is_superuser=True)
    sent = {**filled_in(read(client.get(f"{LIST}{first.pk}/change/")), act(first)), "language": "en"}
    refused = read(client.post(act(first), {**sent, "text": first.text}))
    assert refusals(refused) == ["These words are already in use."]
    wordings.reword(purpose="keep_informed", language="en", text="Other words.", by=ana)
    refused = read(client.post(act(first), {**sent, "text": WORDS}))
    assert refusals(refused) == [STALE]
    assert refused.one("textarea").text == WORDS
    assert ConsentWording.objects.filter(purpose="keep_informed").count() == 2


def test_who_may_not_change_them_may_read_them(client: Client, first: ConsentWording) -> None:
    sign_in(client, "view_consentwording")
    assert read(client.get(f"{LIST}{first.pk}/change/")).all("form", class_="act") == []
    assert client.post(act(first), {"language": "en", "text": WORDS}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(f"{LIST}{first.pk}/delete/").status_code == 403
    sign_in(client)
    assert client.get(LIST).status_code == 403


def test_the_list_says_which_are_in_force(client: Client, first: ConsentWording) -> None:
    ana = sign_in(client, is_superuser=True)
    wordings.reword(purpose="keep_informed", language="en", text=WORDS, by=ana)
    rows = read(client.get(f"{LIST}?purpose__exact=keep_informed")).one("tbody").all("tr")
    shown = [(row.one("th").text, row.one("td", class_="field-in_force").text) for row in rows]
    assert shown == [("Keep informed, version 2", "Yes"), ("Keep informed, version 1", "No")]
