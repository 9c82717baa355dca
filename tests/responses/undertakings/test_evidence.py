"""How evidence is found and shown: what is written here, and what the upper rooms have."""

import datetime as dt

import pytest
from django.core.mail import EmailMultiAlternatives

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import triage
from responses.models import Undertaking
from responses.undertakings import evidence, keeping, owing
from tests.clock import NOON
from tests.factories import BatchFactory, DeliveryFactory, DigestIssueFactory, received, subscriber
from tests.responses.undertakings.promises import row_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
QUARTER_ON = dt.date(2026, 10, 1)


@pytest.mark.parametrize(
    ("state", "is_good"),
    [
        ("queued", True),
        ("sending", True),
        ("sent", True),
        ("failed", False),
        ("held", False),
        ("in_doubt", False),
        ("cancelled", False),
    ],
)
def test_a_message_shows_it_as_long_as_it_may_arrive(mere: User, state: str, is_good: bool) -> None:
    eoi = received()
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    OutgoingMail.objects.filter(message="reply").update(
        state=state, claimed_at=NOON, sent_at=NOON if state == "sent" else None
    )
    keys = set(eoi.undertakings.values_list("pk", flat=True))
    assert evidence.good(eoi.undertakings.all()) == (keys if is_good else set())


def test_each_kind_of_evidence_has_a_place_where_staff_see_it(mere: User) -> None:
    eoi = received()
    row = row_of(eoi, "acknowledge")
    assert evidence.url(row) == ""
    line = eoi.activities.get()
    keeping.keep(eoi.undertakings.all(), by=mere, proof=keeping.by_line(line, "Rang"))
    form = eoi.get_absolute_url()
    row.refresh_from_db()
    assert evidence.url(row) == f"{form}#timeline"
    for kind, page in [
        ("form", form),
        ("mail", "/staff/foundation/outgoingmail/7/change/"),
        ("issue", "/staff/digests/digestissue/7/change/"),
    ]:
        row.evidence_kind, row.evidence_key = kind, 7
        assert evidence.url(row) == page


def test_a_line_about_a_person_stands_on_their_page(mere: User) -> None:
    contact = subscriber("give_advice")
    owing.settle(contact)
    row = row_of(contact, "invite")
    row.evidence_kind, row.evidence_key = "activity", 7
    assert evidence.url(row) == f"{contact.get_absolute_url()}#timeline"


@pytest.mark.parametrize(
    ("state", "accepted", "is_good"),
    [("sent", 1, True), ("sent", 0, False), ("sending", 1, True)],
)
def test_an_issue_shows_it_once_somebody_has_it(mere: User, state: str, accepted: int, is_good: bool) -> None:
    issue = DigestIssueFactory(approved=True, state=state, accepted=accepted)
    owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=QUARTER_ON)
    proof = keeping.Proof("issue", issue.pk, issue.subject)
    keeping.keep_for_audience(audience="keep_informed", quarter_on=QUARTER_ON, by=mere, proof=proof)
    row = Undertaking.objects.get()
    assert evidence.good([row]) == ({row.pk} if is_good else set())


def test_what_a_person_was_told_as_one_of_an_audience_is_listed_the_latest_first() -> None:
    contact = subscriber("keep_informed")
    DeliveryFactory(contact=contact, state="accepted", settled_at=NOON)
    late = BatchFactory()
    DeliveryFactory(contact=contact, batch=late, state="failed", settled_at=NOON + dt.timedelta(days=1))
    DeliveryFactory(contact=contact, state="pending")
    DeliveryFactory(contact=subscriber(), state="accepted", settled_at=NOON)
    told = [(one.at, one.was_sent, one.audience) for one in evidence.told([contact.pk])]
    assert told == [
        (NOON + dt.timedelta(days=1), False, "keep_informed"),
        (NOON, True, "keep_informed"),
    ]
    assert evidence.told([contact.pk])[0].key == late.issue_id


def test_evidence_that_came_back_shows_nothing(mere: User, mailoutbox: list[EmailMultiAlternatives]) -> None:
    eoi = received()
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    mail.deliver_due()
    assert len(evidence.good(Undertaking.objects.kept())) == 2
    mail.came_back(OutgoingMail.objects.filter(message="reply"))
    assert evidence.good(Undertaking.objects.all()) == set()
