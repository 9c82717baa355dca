import pytest
from pytest_django import Settings

from accord_portal.foundation import sealing


def test_what_is_sealed_is_read_again_for_the_same_thing_only() -> None:
    sealed = sealing.seal("one", 7, "kererū")
    assert sealing.unseal("one", sealed) == [7, "kererū"]
    assert "kerer" not in sealed
    for what, text in [("other", sealed), ("one", sealed[:-1]), ("one", ""), ("one", "ā")]:
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(what, text)


def test_it_is_read_while_the_old_key_stands_among_the_fallbacks(settings: Settings) -> None:
    sealed = sealing.seal("one", "kererū")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert sealing.unseal("one", sealed) == ["kererū"]
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealing.Unreadable):
        sealing.unseal("one", sealed)
