"""Every involvement is what its lines add up to; where it is not, that is said."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from responses.answers import referring
from responses.consent import audit, switches
from responses.models import Contact, Involvement, Referral
from tests.asked import ReferralFactory
from tests.factories import ContactFactory, received, subscriber

pytestmark = pytest.mark.django_db


def test_what_the_acts_write_agrees() -> None:
    contact = received("keep_informed", "give_advice").contact
    switches.confirm(contact=contact)
    switches.withdraw(contact=contact, purposes=["give_advice"], source="one_click")
    subscriber()
    assert list(audit.disagreements()) == []
    out = StringIO()
    call_command("check_consents", stdout=out)
    assert out.getvalue() == ("Every involvement and every referral is what the evidence says.\n")


def test_an_involvement_that_was_tampered_with_is_reported() -> None:
    contact = received("keep_informed").contact
    Involvement.objects.update(confirmed_at=contact.created_at)
    err = StringIO()
    with pytest.raises(CommandError, match=r"^1 involvements and 0 referrals differ from the evidence\.$"):
        call_command("check_consents", stderr=err)
    assert err.getvalue().startswith(f"Contact {contact.pk}, keep_informed: the ledger says ConsentState(")


def test_a_referral_that_says_more_than_its_line_is_reported() -> None:
    asked, agreed, tampered = (ReferralFactory(eoi=received(email=f"{n}@example.org")) for n in "abc")
    referring.agree(referral=agreed)
    assert audit.referrals_without_their_line() == []
    Referral.objects.filter(pk=tampered.pk).update(state="declined", answered_at=asked.asked_at)
    assert audit.referrals_without_their_line() == [tampered.pk]
    err = StringIO()
    with pytest.raises(CommandError, match="0 involvements and 1 referrals"):
        call_command("check_consents", stderr=err)
    assert err.getvalue().startswith(f"Referral {tampered.pk}: ")


def test_a_missing_involvement_and_one_too_many_are_reported() -> None:
    contact, other = received("keep_informed").contact, ContactFactory()
    Involvement.objects.update(contact=other)
    found = [(d.contact, d.purpose, bool(d.ledger), bool(d.written)) for d in audit.disagreements()]
    assert found == [(contact.pk, "keep_informed", True, False), (other.pk, "keep_informed", False, True)]


def test_merged_contacts_add_up_each_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, other = subscriber(), subscriber("give_advice")
    Contact.objects.filter(pk=other.pk).update(merged_into=kept)
    monkeypatch.setattr(audit, "CONTACTS_A_CHECK", 1)
    assert list(audit.disagreements()) == []
