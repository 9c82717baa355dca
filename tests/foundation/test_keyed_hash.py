import pytest
from django.utils.crypto import salted_hmac
from pytest_django import Settings

from accord_portal.foundation import keyed_hash

MAILBOX = "aroha@example.org"


@pytest.fixture
def keys(settings: Settings) -> Settings:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.HASH_KEY = "one", [], ""
    return settings


def rotate(keys: Settings, new: str) -> None:
    keys.SECRET_KEY_FALLBACKS = [keys.SECRET_KEY, *keys.SECRET_KEY_FALLBACKS]
    keys.SECRET_KEY = new


# --- hashes that are kept --------------------------------------------------------------------


def test_a_hash_is_always_the_same_and_does_not_show_the_value(keys: Settings) -> None:
    kept = keyed_hash.hashed("mailbox", MAILBOX)
    assert kept == keyed_hash.hashed("mailbox", MAILBOX)
    assert (len(kept), int(kept, 16) > 0) == (64, True)
    assert "aroha" not in kept


def test_a_hash_is_the_one_that_django_makes(keys: Settings) -> None:
    django = salted_hmac("mailbox", "ā" + MAILBOX, algorithm="sha256").hexdigest()
    assert (
        keyed_hash.hashed("mailbox", "ā" + MAILBOX) == keyed_hash.passing("mailbox", "ā" + MAILBOX) == django
    )


def test_other_values_other_kinds_and_other_keys_have_other_hashes(keys: Settings) -> None:
    kept = {
        keyed_hash.hashed("mailbox", MAILBOX),
        keyed_hash.hashed("mailbox", "x"),
        keyed_hash.hashed("row", MAILBOX),
    }
    keys.SECRET_KEY = "another"
    kept.add(keyed_hash.hashed("mailbox", MAILBOX))
    assert len(kept) == 4


@pytest.mark.parametrize("hash_key", ["", "never rotated"])
def test_a_kept_hash_is_recognised_after_the_key_is_rotated_twice(keys: Settings, hash_key: str) -> None:
    keys.HASH_KEY = hash_key
    kept = keyed_hash.hashed("mailbox", MAILBOX)
    rotate(keys, "two")
    rotate(keys, "three")
    assert kept in keyed_hash.every("mailbox", MAILBOX)
    assert kept not in keyed_hash.every("mailbox", "other@example.org")
    assert (keyed_hash.hashed("mailbox", MAILBOX) == kept) is bool(hash_key)


def test_with_a_key_of_their_own_hashes_outlive_every_secret(keys: Settings) -> None:
    keys.HASH_KEY = "never rotated"
    kept = keyed_hash.hashed("mailbox", MAILBOX)
    keys.SECRET_KEY = "the old one was lost"
    assert keyed_hash.hashed("mailbox", MAILBOX) == kept
    assert kept in keyed_hash.every("mailbox", MAILBOX)


def test_hashes_from_before_there_was_a_key_of_their_own_are_recognised(keys: Settings) -> None:
    kept = keyed_hash.hashed("mailbox", MAILBOX)
    keys.HASH_KEY = "from now on"
    assert kept in keyed_hash.every("mailbox", MAILBOX)
    assert keyed_hash.every("mailbox", MAILBOX)[0] == keyed_hash.hashed("mailbox", MAILBOX) != kept


# --- marks on links --------------------------------------------------------------------------


def test_a_mark_is_short_and_recognised_under_keys_that_were_rotated_out(keys: Settings) -> None:
    seen = keyed_hash.mark("mailbox", MAILBOX)
    assert len(seen) == 16
    rotate(keys, "two")
    assert keyed_hash.has_mark("mailbox", MAILBOX, seen) is True
    assert keyed_hash.has_mark("mailbox", "other@example.org", seen) is False
    keys.SECRET_KEY_FALLBACKS = []
    assert keyed_hash.has_mark("mailbox", MAILBOX, seen) is False


@pytest.mark.parametrize("seen", ["", "rubbish", "0" * 16, "0" * 17])
def test_what_is_no_mark_is_recognised_by_nobody(keys: Settings, seen: str) -> None:
    assert keyed_hash.has_mark("mailbox", MAILBOX, seen) is False


def test_marks_turn_with_the_secret_and_not_with_the_key_of_hashes(keys: Settings) -> None:
    seen = keyed_hash.mark("mailbox", MAILBOX)
    keys.HASH_KEY = "from now on"
    assert keyed_hash.mark("mailbox", MAILBOX) == seen
