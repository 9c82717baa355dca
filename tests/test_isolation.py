"""Names and titles that people type leave the order of the words around them alone, on pages and in mails.

See Unicode Standard Annex 9, and https://www.w3.org/International/questions/qa-bidi-unicode-controls.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord_portal.digests.content import NAME, Rendered
from accord_portal.digests.sending.emails import personal
from responses.contacts import emails
from tests.factories import ChampionFactory, ContactFactory

TEMPLATES = Path(__file__).parent.parent / "templates"
NAMED = re.compile(
    r"(?:^|\.)(?:(?:get_short_)?name(?:_mi)?|organisation|title|named|who|party|sample|contact|champion|"
    r"recommender|initiative|recommendation|user|owner|\w+_by)$"
)
VARIABLE = re.compile(r"\{\{\s*([\w.]+)([^}]*)\}\}")
ATTRIBUTE = re.compile(r'="[^"<>]*$')  # no element and no direction of its own
TITLE = re.compile(r"\{% block title %\}(?!.*endblock)")
OURS = {"name", "title", "shown.title"}  # in these templates: of a field, or of a page
OURS_IN = {
    "403.html",
    "429.html",
    "accord",
    "admin",
    "responses/preferences_nav.html",
    "staff/contact_import.html",
    "staff/desk.html",
    "staff/figure.html",
    "staff/figures.html",
}


def bare(text: str, *, ours: bool = False) -> Iterator[str]:
    """The names that a template prints as they are; a paragraph of its own is isolated by that."""
    for line in text.splitlines():
        for found in VARIABLE.finditer(line):
            before, (variable, filters) = line[: found.start()], found.groups()
            exempt = ATTRIBUTE.search(before) or TITLE.search(before) or variable == "office.name"
            is_name = NAMED.search(variable) and not exempt and not (ours and variable in OURS)
            if is_name and not filters.strip().endswith(("|isolated", "|linebreaks")):
                yield found[0]


def test_every_template_isolates_the_names_it_prints() -> None:
    found = {}
    for path in sorted(TEMPLATES.rglob("*.*")):
        name = path.relative_to(TEMPLATES).as_posix()
        ours = name in OURS_IN or name.split("/")[0] in OURS_IN
        if names := list(bare(path.read_text(), ours=ours)):
            found[name] = names
    assert found == {}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>By {{ champion.name }}, today</p>", ["{{ champion.name }}"]),
        ("{{ eoi.organisation|default:'None' }}", ["{{ eoi.organisation|default:'None' }}"]),
        ("{{ task.contact }} and {{ merge.merged_by|isolated }}", ["{{ task.contact }}"]),
        ('<input value="{{ person.name }}">{{ person.name|isolated }}', []),
        ("{% block title %}{{ story.title }}{% endblock %}", []),
        ("{{ office.name }} {{ eoi.reference }}", []),
    ],
)
def test_the_test_itself(template: str, found: list[str]) -> None:
    assert list(bare(template)) == found


@pytest.mark.parametrize(
    ("name", "html", "text"),
    [
        ("Aroha Ngata", "Aroha Ngata", "Aroha Ngata"),
        ("Tūtahi <b>", "Tūtahi &lt;b&gt;", "Tūtahi <b>"),
        ("毛 हिन्दी", "毛 हिन्दी", "毛 हिन्दी"),
        ("שלום <1>", "<bdi>שלום &lt;1&gt;</bdi>", "\u2068שלום <1>\u2069"),
        ("A (سلام)", "<bdi>A (سلام)</bdi>", "\u2068A (سلام)\u2069"),
        ("\u202eatagN", "<bdi>atagN</bdi>", "\u2068atagN\u2069"),  # kept before we dropped them
        ("a\u2069\u2069b", "<bdi>ab</bdi>", "\u2068ab\u2069"),
        (12, "12", "12"),
    ],
)
def test_what_runs_from_right_to_left_is_isolated(name: object, html: str, text: str) -> None:
    context = Context({"name": name})
    assert Template("{{ name|isolated }}").render(context) == html
    assert Template("{% autoescape off %}{{ name|isolated }}{% endautoescape %}").render(context) == text


@pytest.mark.django_db
def test_a_page_and_a_mail_show_it(client: Client) -> None:
    ChampionFactory(name="שלום 2", published=True)
    assert "<bdi>שלום 2</bdi>" in client.get(reverse("champions")).text
    contact = ContactFactory(name="שלום 2", email_confirmed_at=timezone.now())
    mail = emails.preferences_link(contact.email)
    assert "Tēnā koe \u2068שלום 2\u2069\n" in mail.body
    assert "<bdi>שלום 2</bdi>" in str(mail.alternatives[0][0])


def test_a_digest_does_too() -> None:
    own = personal(
        Rendered("", f"Tēnā koe {NAME}\n", f"<p>{NAME}</p>"),
        name="שלום <",
        why="",
        unsubscribe="",
        preferences="",
    )
    assert own == ("", "Tēnā koe \u2068שלום <\u2069\n", "<p>\u2068שלום &lt;\u2069</p>")


def test_no_tag_of_a_template_is_split_over_lines() -> None:
    """Django prints such a tag as it stands, for everybody to read."""
    files = [path for path in TEMPLATES.rglob("*") if path.is_file()]
    split = re.compile(r"\{\{[^}\n]*\n|\{%[^%\n]*\n")
    assert [str(path) for path in files if split.search(path.read_text())] == []
