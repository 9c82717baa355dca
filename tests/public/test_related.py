"""What staff may point to when they answer a form: stories and initiatives that share its rare words."""

import pytest
from django.test import Client

from accord_portal.public.related import related
from tests.factories import InitiativeFactory, PracticeStoryFactory, UserFactory, received
from tests.html import read

pytestmark = pytest.mark.django_db
TEXT = "We would open the marae kitchens after floods, and keep a telephone tree for the Ōtāhuhu streets."


def titles(text: str) -> list[str]:
    return [result.title for result in related(text)]


def test_the_closest_come_first_in_any_spelling_and_three_at_most() -> None:
    PracticeStoryFactory(title="Telephone trees of Otahuhu", body="Four streets.")
    PracticeStoryFactory(title="A kitchen", body="Open after the flood.")
    InitiativeFactory(title="Kitchens", description="Of each marae.", published=True)
    InitiativeFactory(title="Telephone", description="One for all.", published=True)
    PracticeStoryFactory(title="Nothing of the kind", body="Bicycles.")
    PracticeStoryFactory(title="Telephone trees, a draft", published_at=None)
    found = titles(TEXT)
    assert (found[0], len(found)) == ("Telephone trees of Otahuhu", 3)
    assert "Nothing of the kind" not in found


@pytest.mark.parametrize("text", ["", "We do it", "“…”", "zzzzzzzz"])
def test_of_a_text_without_such_words_nothing_is_related(text: str) -> None:
    PracticeStoryFactory(title="We do it")
    assert titles(text) == []


def test_whoever_answers_puts_the_address_into_the_answer(client: Client) -> None:
    story = PracticeStoryFactory(title="Telephone trees", slug="trees")
    eoi = received("give_advice", comments="A telephone tree for our street")
    client.force_login(UserFactory(is_triage_officer=True))
    page = read(client.get(eoi.get_absolute_url()))
    links = {link.text: link["href"] for link in page.all("a")}
    assert links["Practice story: Telephone trees"] == story.get_absolute_url()
    mention = str(links["Mention Telephone trees in the answer"])
    page = read(client.get(eoi.get_absolute_url() + mention.partition("#")[0]))
    (box, *_) = [box for box in page.all("textarea", name="text") if "/good-practice/trees/" in box.text]
    assert box.text.strip().endswith("/good-practice/trees/")


@pytest.mark.parametrize("path", ["https://evil.example/", "/staff/", "//evil.example/good-practice/x/", ""])
def test_no_other_page_is_mentioned(client: Client, path: str) -> None:
    eoi = received("give_advice")
    client.force_login(UserFactory(is_triage_officer=True))
    pages = [read(client.get(eoi.get_absolute_url(), asked)) for asked in ({}, {"mention": path})]
    before, after = ([box.text for box in page.all("textarea", name="text")] for page in pages)
    assert after == before
