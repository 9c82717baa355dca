"""Search in the folded column: every word, whatever its case or macrons, and no more words than it takes."""

import pytest
from django.test import Client

from accord_portal.foundation.search import MOST_WORDS
from responses.models import Contact
from tests.factories import ChampionFactory, ContactFactory, InitiativeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words", ["", "  ", "tumai", "TŪMAI", "mai walker", "walker tumai", "obrien", "@EXAMPLE"]
)
def test_every_word_is_somewhere_in_the_text(words: str) -> None:
    found = ContactFactory(name="Tūmai Walker", organisation="O’Brien")
    assert list(Contact.objects.matching(words)) == [found]


@pytest.mark.parametrize("words", ["tumai hemi", "tu_mai", "%", "\\"])
def test_a_word_that_is_nowhere_finds_nothing(words: str) -> None:
    ContactFactory(name="Tūmai Walker")
    assert list(Contact.objects.matching(words)) == []


def test_the_words_beyond_the_twelfth_are_not_looked_for() -> None:
    found = ContactFactory(name="Tūmai Walker")
    assert MOST_WORDS == 12
    assert list(Contact.objects.matching("tumai " * 12 + "hemi")) == [found]
    assert list(Contact.objects.matching("tumai " * 11 + "hemi")) == []


@pytest.mark.parametrize("path", ["/champions/", "/initiatives/"])
def test_a_search_of_two_thousand_words_is_answered(client: Client, path: str) -> None:
    InitiativeFactory(published=True)
    ChampionFactory(published=True)
    assert client.get(path, {"q": "garden " * 2000}).status_code == 200


@pytest.mark.parametrize(
    "record",
    ["responses/contact", "responses/expressionofinterest", "champions/champion", "champions/initiative"],
)
def test_so_is_one_of_staff(admin_client: Client, record: str) -> None:
    assert admin_client.get(f"/staff/{record}/", {"q": "garden " * 2000}).status_code == 200
