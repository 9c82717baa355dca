"""What the tests of this room share."""

import pytest

from accord_portal.digests import compose
from accord_portal.staff.models import User
from responses.answers import enquiring, letters, referring, triage
from responses.consent import switches
from responses.models import Contact, FollowUp
from tests import factories
from tests.clock import NOON
from tests.factories import received


@pytest.fixture
def person(mere: User) -> Contact:
    """Somebody who has left traces in every room."""
    eoi = received(
        "keep_informed",
        "champion_accord",
        name="Zebulonia Quick",
        organisation="Quixotrust",
        email="zebu@quix.example.org",
        telephone="04 494 5718",
        initiatives="A Wintergarten for all",
        comments="Marmalade",
    )
    switches.confirm(contact=eoi.contact)
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=mere, text="Dear Zebulonia, thank you", is_full=True)
    triage.note(eoi=eoi, by=mere, text="Zebulonia prefers the Lighthouse")
    eoi.refresh_from_db()
    enquiring.ask(eoi=eoi, seen=eoi.version, by=mere, text="Which Wintergarten, Zebulonia?")
    enquiring.answer(enquiry=eoi.enquiries.get(), text="The one at the Lighthouse. Zebulonia")
    eoi.refresh_from_db()
    about = {"agency": "Marmalade Makers", "address": "kiaora@agency.example.org", "text": "Ring Zebulonia"}
    referring.refer(eoi=eoi, seen=eoi.version, by=mere, **about)
    referring.agree(referral=eoi.referrals.get())
    champion = factories.ChampionFactory(
        published=True, contact=eoi.contact, name="Zebulonia Quick", summary="Wintergarten and Marmalade"
    )
    factories.InitiativeFactory(published=True, champion=champion, title="Wintergarten")
    factories.UpdateFactory(published=True, title="Other news")
    issue = compose.compose_issue(audience="keep_informed", by=mere)
    compose.introduce(issue=issue, by=mere, text="Welcome, *Zebulonia Quick*.")
    compose.approve(issue=issue, by=factories.UserFactory())
    batch = factories.BatchFactory(issue=issue, last_error="<zebu@quix.example.org>")
    factories.DeliveryFactory(
        batch=batch, contact=eoi.contact, state="failed", reason="550 zebu@quix.example.org unknown"
    )
    letter = letters.receive(
        name="Zebulonia Q", email="Zebu@quix.example.org", telephone="", message="Marmalade"
    )
    letters.answer(letter=letter, seen=0, by=mere, text="Dear Zebulonia, the Lighthouse is open")
    FollowUp.objects.create(
        contact=eoi.contact, what="Call Zebulonia", due_on=NOON.date(), owner=mere, result="Zebulonia is glad"
    )
    Contact.objects.filter(pk=eoi.contact.pk).update(postal_address="1 Lighthouse Road")
    return Contact.objects.get(pk=eoi.contact.pk)
