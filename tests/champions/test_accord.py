"""The Accord itself: what nobody filled in shows nowhere; what is there is read in its own language."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client

from champions.models import AccordText, Reference
from tests.factories import PrincipleFactory, UserFactory
from tests.html import fields, read
from tests.register import AccordTextFactory, ReferenceFactory
from tests.staff.pages import refusals, said

pytestmark = pytest.mark.django_db
ADD = "/staff/champions/accordtext/add/"
PDF = b"%PDF-1.7 as signed"
NO_DOCUMENT = "File: Choose a PDF, Word (.docx) or OpenDocument (.odt) file without macros."
SAMOAN = {"language": "sm", "name": "Samoan", "own_name": "Gagana Sāmoa", "title": "Kia Tūtahi"}


def named(answer: HttpResponse) -> str:
    """What a browser calls the download."""
    return answer["Content-Disposition"].removeprefix('attachment; filename="').removesuffix('"')


def test_what_nobody_filled_in_is_nowhere(client: Client) -> None:
    call_command("load_accord", verbosity=0)
    AccordTextFactory(written="")
    about = read(client.get("/about/"))
    assert about.all("section", aria_labelledby="texts") == []
    titles = [title.text for title in about.one("section", aria_labelledby="founding").all("dt")]
    assert titles == [
        "Statement of Government Intentions for an Improved Community-Government Relationship 4 December 2001"
    ]
    assert Reference.objects.filter(note="").count() == 3
    assert client.get("/about/accord/mi/").status_code == 404
    assert "accord/mi" not in client.get("/sitemap-texts.xml").content.decode()


def test_papers_that_staff_changed_or_added_to_stay_when_the_content_is_loaded_again() -> None:
    call_command("load_accord", verbosity=0)
    Reference.objects.filter(title__contains="Cabinet").update(note="Signed by the Minister.")
    before = list(Reference.objects.values_list("pk", "note"))
    call_command("load_accord", verbosity=0)
    assert list(Reference.objects.values_list("pk", "note")) == before


def test_a_text_is_read_in_its_language_and_leads_to_the_others(client: Client) -> None:
    AccordTextFactory(**SAMOAN, written="## O le vaega\n\nFaʻatasi.")
    AccordTextFactory(language="ar", name="Arabic", own_name="العربية", written="نص")
    (links,) = [list_.all("a") for list_ in read(client.get("/about/")).all("ul", class_="languages")]
    assert [(link["hreflang"], link["href"]) for link in links] == [
        ("ar", "/about/accord/ar/"),
        ("sm", "/about/accord/sm/"),
    ]
    page = read(client.get("/about/accord/sm/"))
    text = page.one("article")
    assert (text["lang"], text["dir"], text.one("h2").text) == ("sm", "ltr", "O le vaega")
    assert [link["href"] for link in page.one("nav", aria_labelledby="others").all("a")] == [
        "/about/accord/ar/"
    ]
    assert read(client.get("/about/accord/ar/")).one("article")["dir"] == "rtl"
    assert "/about/accord/sm/" in client.get("/sitemap-texts.xml").content.decode()


def test_lists_do_not_read_the_files() -> None:
    AccordTextFactory(content=PDF, size=len(PDF), format="pdf")
    ReferenceFactory(content=PDF, size=len(PDF), format="pdf")
    for rows in (AccordText.objects.published(), Reference.objects.published()):
        assert [row.get_deferred_fields() for row in rows] == [{"content"}]


def test_files_are_downloads_with_their_format_and_size(client: Client) -> None:
    AccordTextFactory(**SAMOAN, content=PDF, size=len(PDF), format="pdf")
    ReferenceFactory(content=PDF, size=len(PDF), format="pdf")
    (link,) = read(client.get("/about/accord/sm/")).all("a", class_="file")
    assert (link["href"], link.text) == ("/about/accord/sm/file/", "Kia Tūtahi (PDF, 18 bytes)")
    answer = client.get("/about/accord/sm/file/")
    assert (answer.content, answer["Content-Disposition"]) == (
        PDF,
        'attachment; filename="kia-tutahi-sm.pdf"',
    )
    (link,) = read(client.get("/about/")).all("a", class_="file")
    answer = client.get(link["href"])
    assert (answer.content, answer["Content-Disposition"]) == (
        PDF,
        'attachment; filename="cabinet-paper.pdf"',
    )
    bare = ReferenceFactory()
    assert client.get(f"/about/papers/{bare.pk}/file/").status_code == 404


def test_expectations_show_on_their_principle_once_they_are_loaded(client: Client) -> None:
    principle = PrincipleFactory(slug="good-faith")
    assert read(client.get("/principles/good-faith/")).all("section", aria_labelledby="expectations") == []
    principle.expectations.create(position=1, text="Each side says what it can do")
    asked = read(client.get("/principles/good-faith/")).one("section", aria_labelledby="expectations")
    assert [line.text for line in asked.all("li")] == ["Each side says what it can do"]


def test_an_editor_fills_in_a_text_replaces_its_file_and_takes_it_away(client: Client) -> None:
    client.force_login(UserFactory(is_editor=True))
    file = SimpleUploadedFile("accord.exe", PDF)
    assert said(client.post(ADD, {**SAMOAN, "written": "", "file": file}, follow=True)) == ["Saved: Samoan"]
    text = AccordText.objects.get()
    assert (text.format, text.size, bytes(text.content)) == ("pdf", len(PDF), PDF)
    page = f"/staff/champions/accordtext/{text.pk}/change/"
    shown = read(client.get(page))
    assert "Now: PDF, 18 bytes." in shown.one("form", class_="sheet").text
    typed = fields(shown.one("form", class_="sheet"))
    client.post(page, {**typed, "no_file": "on"})
    text.refresh_from_db()
    assert (text.format, text.size, bytes(text.content)) == ("", 0, b"")
    assert client.get("/about/accord/sm/").status_code == 404


def test_a_refused_file_keeps_what_was_typed_and_the_file_that_was_there(client: Client) -> None:
    client.force_login(UserFactory(is_editor=True))
    text = AccordTextFactory(**SAMOAN, content=PDF, size=len(PDF), format="pdf")
    page = f"/staff/champions/accordtext/{text.pk}/change/"
    typed = fields(read(client.get(page)).one("form", class_="sheet"))
    sent = {**typed, "written": "New words", "file": SimpleUploadedFile("accord.pdf", b"<html>")}
    answer = client.post(page, sent)
    assert refusals(read(answer)) == [NO_DOCUMENT]
    assert "New words" in answer.content.decode()
    text.refresh_from_db()
    assert (text.size, bytes(text.content)) == (len(PDF), PDF)


@pytest.mark.parametrize("language", ["Māori", "m", "zh_Hans", "en/", "EN", "mi-x"])
def test_a_language_is_a_tag_that_browsers_know(client: Client, language: str) -> None:
    client.force_login(UserFactory(is_editor=True))
    answer = client.post(ADD, {**SAMOAN, "language": language, "written": "A"})
    assert refusals(read(answer)) == ["Language: Enter the tag of a language, for example “mi” or “zh-Hans”"]


def test_the_database_holds_no_file_without_a_format() -> None:
    with pytest.raises(IntegrityError, match="file_has_a_format"):
        AccordTextFactory(size=3, content=b"abc")
