"""Te reo Māori: each phrase has a source, and wherever one stands it is marked as such."""

import datetime as dt
import re
import unicodedata

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format, get_format, number_format

from accord_portal.foundation import te_reo
from accord_portal.foundation.templatetags.accord import file_link
from champions.models import Agency
from tests.factories import ChampionFactory, InitiativeFactory, PracticeStoryFactory, UpdateFactory
from tests.html import Element, read
from tests.partnerships import PartnershipFactory

NAMED = "Te Puni Kōkiri and Manatū Hauora"


def unmarked(element: Element) -> list[str]:
    """The texts in which a phrase stands that no element around it says to be te reo Māori."""
    if element["lang"] == "mi" or element.tag in ("title", "option", "script", "style", "textarea"):
        return []
    found: list[str] = []
    for part in element.parts:
        if isinstance(part, str):
            found += [part.strip()] if te_reo.FOUND.search(part) else []
        else:
            found += unmarked(part)
    return found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Te Puni Kōkiri’s", '<span lang="mi">Te Puni Kōkiri</span>’s'),
        ("<i>Kia Tūtahi</i>", '&lt;i&gt;<span lang="mi">Kia Tūtahi</span>&lt;/i&gt;'),
        ("Te Manatū Whakahiato Ora", '<span lang="mi">Te Manatū Whakahiato Ora</span>'),
        ("Te Puni, Kia tutahi", "Te Puni, Kia tutahi"),
        ("", ""),
    ],
)
def test_phrases_are_marked_and_the_rest_is_text(text: str, shown: str) -> None:
    assert te_reo.marked(text) == shown


def test_each_phrase_names_its_source_and_is_in_nfc() -> None:
    assert [phrase for phrase, source in te_reo.SOURCES.items() if not source] == []
    assert [p for p in te_reo.SOURCES if unicodedata.normalize("NFC", p) != p] == []


@pytest.mark.django_db
def test_every_te_reo_name_of_an_agency_has_a_source() -> None:
    call_command("load_accord", verbosity=0)
    names = {n.name_mi for agency in Agency.objects.all() for n in agency.names.all() if n.name_mi}
    assert names - set(te_reo.SOURCES) == set()


@pytest.mark.django_db
def test_wherever_it_stands_it_is_marked(client: Client) -> None:
    champion = ChampionFactory(published=True, name=NAMED, summary=NAMED, summary_agreed=True)
    champion.summary_is_public = True
    champion.save()
    initiative = InitiativeFactory(published=True, champion=champion, title=NAMED, description=NAMED)
    story = PracticeStoryFactory(title=NAMED, summary=NAMED, body=f"{NAMED}\n\n- *{NAMED}*\n\n[{NAMED}](/)")
    update = UpdateFactory(published=True, title=NAMED, summary=NAMED, body=f"# {NAMED}\n\n> {NAMED}")
    words = dict.fromkeys(["called", "vision", "purpose", "context", "lessons", "place"], NAMED)
    partnership = PartnershipFactory(title=NAMED, parties=[NAMED], **words)
    rows = (champion, initiative, story, update, partnership)
    lists = ["/", "/about/", "/contact/", "/champions/", "/initiatives/", "/partnerships/", "/good-practice/"]
    for path in [*lists, "/updates/", "/privacy/", "/none/", *(row.get_absolute_url() for row in rows)]:
        assert unmarked(read(client.get(path))) == [], path


LINK = re.compile(r"\(\w+, (less than )?\d+ (bytes|KB|MB)\)$")


@pytest.mark.django_db
def test_links_to_files_say_format_and_size(client: Client) -> None:
    pages = ["/", "/about/", "/contact/", "/privacy/", "/accessibility/", "/copyright/", "/champions/"]
    found = {}
    for path in [*pages, "/initiatives/", "/partnerships/", "/good-practice/", "/updates/", "/preferences/"]:
        for link in read(client.get(path)).one("body").all("a"):
            there = str(link["href"]).partition("#")[0]
            if there.startswith("/") and not client.get(there)["Content-Type"].startswith("text/html"):
                found[there] = bool(LINK.search(link.text))
    assert found == {"/.well-known/security.txt": True}
    assert len(client.get("/.well-known/security.txt").content) < 1024


BUTTON = re.compile(r"<button[^>]*>\s*(Download[^<]*?)\s*</button>")


def test_buttons_that_give_a_file_say_format_and_size() -> None:
    templates = (settings.ROOT / "templates").rglob("*.html")
    said = {
        " ".join(words.split()) for template in templates for words in BUTTON.findall(template.read_text())
    }
    assert said == {
        "Download my information (zip, usually less than 1 MB)",
        "Download the codes (text, less than 1 KB)",
        "Download the list (CSV, about 1 KB for 8 people)",
        "Download these lines (CSV, about 1 KB for 8 lines)",
        "Download the rows to fix (CSV, {{ to_mend }} row{{ to_mend|pluralize }})",
    }


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 bytes"), (300, "300 bytes"), (2048, "2.0 KB"), ("less than 1 KB", "less than 1 KB")],
)
def test_a_link_to_a_file(size: int | str, said: str) -> None:
    link = file_link("/a?b&c", "The <list>", "CSV", size)
    assert link == f'<a class="file" href="/a?b&amp;c">The &lt;list&gt; (CSV, {said})</a>'


@pytest.mark.django_db
def test_days_and_numbers_beside_te_reo_are_not_american() -> None:
    assert translation.get_language_info("mi")["name_local"] == "te reo Māori"
    with translation.override("mi"):
        assert date_format(dt.date(2026, 2, 3)) == "03/02/2026"
        assert get_format("DATE_INPUT_FORMATS")[0] == "%d/%m/%Y"
        assert number_format(1234567.5, 1, force_grouping=True) == "1,234,567.5"
        assert get_format("FIRST_DAY_OF_WEEK") == 1
