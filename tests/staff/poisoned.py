"""Rows that each hold an address and a number, to see where those come out."""

from django.contrib import admin
from django.db.models import Model

from accord_portal.digests.models import DigestIssue, DigestSchedule, ProviderEvent
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import LogLine
from champions.models import Agency, CodeListEntry, TimelineEvent
from responses.answers import letters
from responses.contacts import duplicates
from responses.models import Activity, Consent, Contact, Decision, Erasure, FollowUp, ReplyTemplate
from tests.factories import (
    ChampionFactory,
    ConsentFactory,
    ContactFactory,
    ContactImportFactory,
    DeliveryFactory,
    ImportRowFactory,
    InitiativeFactory,
    OutgoingMailFactory,
    PracticeStoryFactory,
    PrincipleFactory,
    RecommendationFactory,
    UpdateFactory,
    UserFactory,
    received,
)
from tests.partnerships import PartnershipDocumentFactory, PartnershipFactory, PartyFactory
from tests.register import (
    AccordTextFactory,
    MilestoneFactory,
    PageProposalFactory,
    PartnerFactory,
    ProgressReportFactory,
    ReferenceFactory,
)

WRITTEN = "Rang poison{}@secret.example and 021 555 {}00"
NAMED = "Hēmi poison@secret.example and 021 555 7700"  # as some fill in the box for their name

SITE = admin.site

REGISTERED = {model._meta.label_lower: page for model, page in SITE._registry.items()}


def poisoned() -> dict[str, Model]:
    """A record of each kind, with an address and a number wherever somebody could have written one."""
    text = iter(WRITTEN.format(n, n % 10) for n in range(1000))
    mere = UserFactory(name="Somebody Else")
    eoi = received(
        "champion_accord",
        name=NAMED,
        organisation=NAMED,
        email="poison@secret.example",
        telephone="021 555 1234",
        comments=next(text),
        initiatives=next(text),
    )
    contact = eoi.contact
    Contact.objects.filter(pk=contact.pk).update(postal_address="77 Poison Street")
    again = received(
        "champion_accord",
        name=NAMED,
        organisation=NAMED,
        email="poison@secret.example",
        telephone="021 555 9999",
        comments=next(text),
        initiatives=next(text),
    )
    for kind in Activity.Kind.values:
        Activity.objects.create(contact=contact, eoi=eoi, kind=kind, text=next(text), done_by=mere)
    for source in Consent.Source.values:
        ConsentFactory(contact=contact, message=next(text), source=source)
    task = FollowUp.objects.create(
        contact=contact, what=next(text), result=next(text), due_on="2030-01-01", owner=mere, created_by=mere
    )
    delivery = DeliveryFactory(contact=contact, address="poison@secret.example", state="failed")
    issue = delivery.issue
    told = ProviderEvent.objects.create(
        provider="postmark",
        type="bounced",
        dedupe_key="poison",
        mailbox="poison@secret.example",
        payload={"as_received": {"Email": "poison@secret.example", "Details": next(text)}},
        delivery=delivery,
        applied_at=delivery.settled_at,
    )
    DigestIssue.objects.filter(pk=issue.pk).update(
        trouble=next(text), decisions=next(text), state="needs_attention"
    )
    listed = ContactImportFactory(
        state="checked",
        file_name="poison@secret.example.csv",
        source=next(text),
        basis_detail=next(text),
        trouble=next(text),
        fates={"new": 1},
        columns=[
            {"place": 0, "heading": next(text), "holds": "email", "consent": False, "samples": [next(text)]}
        ],
        layout={"rows": 1, "sheet": next(text), "other_sheets": [next(text)]},
    )
    ImportRowFactory(
        contact_import=listed,
        values={"name": "Hēmi", "email": "poison@secret.example"},
        errors=[[next(text), next(text)]],
        notes=[[next(text), next(text)]],
        contact=contact,
    )
    decided = again.undertakings.get(kind="decide")
    Decision.objects.create(eoi=again, number=1, outcome="partly", reason=next(text), decided_by=mere)
    moved = f"{decided}: {day_in_words(decided.first_due_on)} to {day_in_words(decided.due_on)}. {next(text)}"
    line = Activity.objects.create(contact=contact, eoi=again, kind="moved", text=moved, done_by=mere)
    again.undertakings.filter(pk=decided.pk).update(
        evidence_kind="activity", evidence_key=line.pk, evidence_text=next(text)
    )
    champion = ChampionFactory(contact=contact, eoi=again)
    initiative = InitiativeFactory(champion=champion)
    for one in (champion, PartnerFactory(initiative=initiative).champion):
        ProgressReportFactory(initiative=initiative, champion=one, why=next(text), speaker=NAMED)
    MilestoneFactory(initiative=initiative, what=next(text))
    partnership = PartnershipFactory(agreed_how=next(text), parties=["Hapori Trust"])
    PartyFactory(partnership=partnership, contact=contact)
    PartnershipDocumentFactory(partnership=partnership)
    partnership.steps.create(status="signed", since_on="2026-01-31", note=next(text), recorded_by=mere)
    letter = letters.receive(
        name="Hēmi", email="poison@secret.example", telephone="021 555 4321", message=next(text)
    )
    letters.note(letter=letter, by=mere, text=next(text))
    other = ContactFactory(name="Hēmi", email="poison2@secret.example", telephone="021 555 1234")
    made: list[Model] = [
        eoi,
        contact,
        issue,
        listed,
        champion,
        decided,
        letter,
        task,
        duplicates.suggest(contact=contact, other=other, by=mere),
        Erasure.objects.create(contact=contact, state="asked", reason=next(text)),
        RecommendationFactory(
            recommender=contact, email="poison3@secret.example", why=next(text), declined_because=next(text)
        ),
        told,
        OutgoingMailFactory(
            to="poison@secret.example",
            recipient=contact.pk,
            facts={"text": next(text)},
            subject="The words of our own mail",
            last_error="SMTPRecipientsRefused: poison@secret.example",
            state="failed",
        ),
        initiative,
        PrincipleFactory(),
        partnership,
        PracticeStoryFactory(),
        PageProposalFactory(champion=champion, summary=next(text), place=NAMED, initiative_title=NAMED),
        UpdateFactory(),
        ReplyTemplate.objects.create(act="reply", title="Thanks", text="Thank you."),
        Agency.objects.create(slug="dia"),
        CodeListEntry.objects.create(list="region", position=1, label="Otago"),
        TimelineEvent.objects.create(position=1, when="2011", what="Signed"),
        AccordTextFactory(),
        DigestSchedule.objects.get_or_create(audience="keep_informed")[0],
        ReferenceFactory(),
        mere,
        LogLine.objects.create(act="exported", kind="responses.contact", detail="A list", done_by=mere),
        eoi.call,
        eoi.evidence.first().wording,
    ]
    return {record._meta.label_lower: record for record in made}
