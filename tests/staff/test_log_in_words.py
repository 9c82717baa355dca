"""The log as its readers see it: sentences with links, found by who did it and by what it is about."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from tests.factories import ContactFactory, RecommendationFactory, UserFactory
from tests.html import Element, read

pytestmark = pytest.mark.django_db
LOG = "/staff/staff/logline/"
Act = LogLine.Act


@pytest.fixture
def ada(client: Client) -> User:
    ada = UserFactory(name="Ada Administrator", is_superuser=True)
    client.force_login(ada)
    return ada


def listed(client: Client, **query: str) -> list[Element]:
    return read(client.get(LOG, query)).all(class_="field-what")


def test_a_line_names_who_and_what_and_leads_there(client: Client, ada: User) -> None:
    contact = ContactFactory(name="Ana Example", organisation="")
    log(Act.VIEWED, contact, by=UserFactory(name="Mere Staff"))
    (line,) = listed(client)
    assert line.text == "Mere Staff opened Ana Example’s record"
    assert line.one("a")["href"] == f"/staff/responses/contact/{contact.pk}/change/"


def test_lines_about_accounts_many_records_and_nobody_are_sentences_too(client: Client, ada: User) -> None:
    mere = UserFactory(name="Mere Staff")
    log(Act.SIGNED_IN, mere, by=mere)
    log(Act.EXPORTED, "responses.contact", by=mere, detail="120 rows")
    log(Act.NOT_SIGNED_IN, mere, by=None)
    log(Act.LOCKED_OUT, "staff.user", by=None)
    log(Act.REFUSED, "page", by=mere, detail="/staff/settings/")
    LogLine.objects.create(act=Act.VIEWED, kind="responses.contact", key=77, done_by=mere)
    assert [line.text for line in listed(client)] == [
        "Mere Staff opened the contact 77, which is not there any more",
        "Mere Staff was refused a page",
        "Somebody who was not signed in was not let try to sign in, for an account that there is not",
        "Somebody who was not signed in gave a wrong passphrase for the staff member Mere Staff",
        "Mere Staff exported contacts",
        "Mere Staff signed in",
    ]


def test_it_is_found_by_who_did_it_and_by_what_it_is_about(client: Client, ada: User) -> None:
    mere, contact = UserFactory(name="Mere Staff"), ContactFactory(name="Ana Example", organisation="")
    log(Act.VIEWED, contact, by=mere)
    log(Act.VIEWED, contact, by=ada)
    log(Act.VIEWED, RecommendationFactory(name="Hēmi"), by=ada)
    assert [line.text for line in listed(client, done_by=str(mere.pk))] == [
        "Mere Staff opened Ana Example’s record"
    ]
    assert [line.text for line in listed(client, kind="responses.recommendation")] == [
        "Ada Administrator opened the recommendation Hēmi"
    ]
    assert [line.text for line in listed(client, kind="responses.contact", done_by=str(ada.pk))] == [
        "Ada Administrator opened Ana Example’s record"
    ]


def test_every_act_is_said_in_words(client: Client, ada: User) -> None:
    for act in Act.values:
        log(act, ada, by=ada)
    assert len(listed(client)) == len(Act.values)
    assert {"_" in line.text for line in listed(client)} == {False}


def test_it_costs_the_same_for_one_line_and_for_three(client: Client, ada: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LOG)
        return len(captured)

    log(Act.VIEWED, ContactFactory(), by=ada)
    one = cost()
    for _ in range(2):
        log(Act.VIEWED, ContactFactory(), by=UserFactory())
    assert cost() == one
