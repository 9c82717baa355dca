"""What a champion is told of another: by mail, on the pages behind the links, and when they press."""

import pytest
from django.test import Client

from accord_portal.staff.models import User
from champions import emails, enrolment, told
from champions.forms.publication import PublicationForm
from champions.initiatives import progress
from champions.links import progress_url
from champions.models import Champion, Initiative, Partner, ProgressReport
from tests.factories import ChampionFactory, InitiativeFactory, subscriber
from tests.register import PartnerFactory, ProgressReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
WORDS, NAME = "Our cousin Zebulon is ill.", "Secret Office"


@pytest.fixture
def reader() -> Partner:
    """A partner of the agency side, who may be mailed."""
    return PartnerFactory(
        initiative=InitiativeFactory(published=True, title="Open the hall"),
        champion__contact=subscriber("champion_accord"),
    )


def said_by_another(one: Initiative, **partner: object) -> ProgressReport:
    speaker = PartnerFactory(initiative=one, **{"champion__name": NAME, **partner}).champion
    return ProgressReportFactory(initiative=one, champion=speaker, why=WORDS)


def everything(client: Client, partner: Partner) -> list[str]:
    """What the mail and the five pages say to this partner."""
    champion = partner.champion
    url = progress_url(champion.pk, champion.contact, partner.initiative_id)
    mailed = emails.how_is_it_going(partner.initiative_id, champion.pk)
    choices = ("", "still-true/", "changed/", "finished/", "help/")
    return [mailed.body, *(client.get(url + choice).content.decode() for choice in choices)]


@pytest.mark.parametrize("show", [True, False, None])
def test_words_that_the_public_does_not_see_and_a_name_that_is_not_ticked_are_not_told(
    client: Client, reader: Partner, mere: User, show: bool | None
) -> None:
    row = said_by_another(reader.initiative)
    if show is not None:
        progress.read_words(initiative=reader.initiative, by=mere, report=row, show=show)
    for text in everything(client, reader):
        assert (WORDS in text, NAME in text) == (False, False)
    assert told.words(row, row.champion) == WORDS  # their own
    assert told.speaks(row, row.champion) == NAME


def test_what_the_public_sees_is_told(client: Client, reader: Partner, mere: User) -> None:
    row = said_by_another(reader.initiative, shown=True)
    assert told.words(row, reader.champion) == ""
    assert told.speaks(row, reader.champion) == NAME
    progress.read_words(initiative=reader.initiative, by=mere, report=row, show=True)
    mailed, *pages = everything(client, reader)
    assert (WORDS in mailed, all(WORDS in page and NAME in page for page in pages)) == (True, True)
    assert f">{WORDS}</textarea>" not in pages[2]  # another's words are not filled in
    enrolment.withdraw(champion=reader.initiative.champion)
    assert (told.words(row, reader.champion), told.speaks(row, reader.champion)) == ("", "")


@pytest.mark.parametrize("taken_down", [True, False])
def test_the_initiative_of_somebody_who_is_not_public_is_not_named(client: Client, taken_down: bool) -> None:
    """Neither a draft, nor one whose champion was taken down."""
    owner = ChampionFactory(name="Secret Person, 021 555 1234")
    one = InitiativeFactory(champion=owner, title="Secret hall", agreed=True, agreed_at="2026-11-01T00:00Z")
    partner = PartnerFactory(initiative=one, champion__contact=subscriber("champion_accord"))
    if taken_down:
        published = {
            "state": "published",
            "published_at": "2026-11-01T00:00Z",
            "published_by": partner.added_by,
        }
        Initiative.objects.filter(pk=one.pk).update(**published)
    form = PublicationForm(champion=partner.champion)
    ((_, label),) = form.fields["partnerings"].choices
    assert label == "An initiative of another champion, written down on 16 November 2026"
    for text in everything(client, partner):
        assert "Secret" not in text


def test_a_published_initiative_is_named(client: Client, reader: Partner) -> None:
    ((_, label),) = PublicationForm(champion=reader.champion).fields["partnerings"].choices
    assert "Open the hall" in label
    assert reader.initiative.champion.name in label
    for text in everything(client, reader)[:2]:
        assert "Open the hall" in text
    assert told.may_be_named(reader.initiative, Champion.objects.get(pk=reader.initiative.champion_id))
