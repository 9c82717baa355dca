"""Signed links: each is of one mailbox."""

import pytest
from pytest_django import Settings

from tests.factories import ContactFactory


@pytest.mark.django_db
def test_a_link_dies_with_the_address_it_was_mailed_to_but_not_with_the_key(settings: Settings) -> None:
    contact = ContactFactory(email="aroha@example.org")
    mark = contact.mailbox_mark
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the next one"
    assert (contact.goes_by(mark), contact.goes_by("")) == (True, False)
    contact.email = "Aroha@Example.ORG"
    contact.save()
    assert contact.goes_by(mark) is True
    contact.email = "new@example.org"
    contact.save()
    assert contact.goes_by(mark) is False
