import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.folding import folded, folded_slug, free_slug
from accord_portal.foundation.text import composed
from champions.models import Champion
from tests.factories import ChampionFactory

text = st.text(max_size=60)


@given(text)
def test_composing_twice_changes_nothing(typed: str) -> None:
    assert composed(composed(typed)) == composed(typed)


@given(text)
def test_composed_text_is_nfc(typed: str) -> None:
    assert unicodedata.is_normalized("NFC", composed(typed))


@given(text)
def test_folding_twice_changes_nothing(typed: str) -> None:
    assert folded(folded(typed)) == folded(typed)


@given(text)
def test_decomposed_input_is_found_like_composed(typed: str) -> None:
    assert folded(unicodedata.normalize("NFD", typed)) == folded(unicodedata.normalize("NFC", typed))


@given(text)
def test_case_makes_no_difference_to_the_search(typed: str) -> None:
    assert folded(typed.casefold()) == folded(typed)


@given(text)
def test_a_slug_is_ascii_and_short(typed: str) -> None:
    slug = folded_slug(typed, "fallback")
    assert slug.isascii()
    assert 0 < len(slug) <= 80
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Tu\u0304tahi ", "Tūtahi"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\u2028Hapū\u00a0", "Hapū"),
        ("", ""),
    ],
)
def test_text_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert composed(typed) == kept


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("Tūtahi", "tutahi"),
        ("TŪTAHI", "tutahi"),
        ("Tu\u0304tahi", "tutahi"),
        ("Ngāti  Kahungunu\nki Wairarapa", "ngati kahungunu ki wairarapa"),
        ("Hawaiʻi", "hawaii"),  # ʻokina
        ("Hawai‘i", "hawaii"),
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("Straße", "strasse"),
        ("Łukasz", "lukasz"),  # the stroke is no mark
        ("Søren Ødegård", "soren odegard"),
        ("Đặng", "dang"),
        ("Ħamrun ŧ ı", "hamrun t i"),
        ("毛利", "毛利"),
        ("ﬁne", "fine"),
        ("Aro\u200bha", "aroha"),
        ("Aro\u00adha\ufeff Nga\u2060ta", "aroha ngata"),
        ("Aroha\u3164\u2800\u115f", "aroha"),
        ("می\u200cخواهم", "میخواهم"),
        ("Aroha\u00a0Ngata\u3000", "aroha ngata"),  # these are spaces
        ("❤\ufe0f", "❤"),
        ("\u200b", ""),
    ],
)
def test_search_sees_neither_macrons_nor_case_nor_apostrophes(typed: str, searched: str) -> None:
    assert folded(typed) == searched


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Kia Tūtahi: standing together!", "kia-tutahi-standing-together"),
        ("Hawaiʻi O’Brien", "hawaii-obrien"),
        ("毛利", "champion"),
        ("", "champion"),
        ("a" * 79 + " b", "a" * 79),
    ],
)
def test_addresses_of_pages_are_plain(title: str, slug: str) -> None:
    assert folded_slug(title, "champion") == slug


@pytest.mark.django_db
def test_a_taken_slug_gets_the_first_free_number() -> None:
    champions = Champion.objects.all()
    found = []
    for _ in range(3):
        found.append(free_slug("Hapori Trust", "champion", champions))
        ChampionFactory(slug=found[-1])
    assert found == ["hapori-trust", "hapori-trust-2", "hapori-trust-3"]


@pytest.mark.django_db
def test_a_slug_that_only_begins_alike_takes_nothing() -> None:
    ChampionFactory(slug="hapori-trust")
    assert free_slug("Hapori", "champion", Champion.objects.all()) == "hapori"
