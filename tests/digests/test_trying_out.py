"""A test of a draft goes to the addresses that staff name, each once."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from accord_portal.digests import trying_out
from accord_portal.digests.whom import TryOutForm
from accord_portal.foundation import mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import LogLine, User
from responses.models import Contact
from responses.people import suppressions
from tests.clock import NOON
from tests.factories import ContactFactory
from tests.html import read
from tests.staff.pages import act_url, draft, filled_in, page_of, refusals, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ISSUES = "digests/digestissue"


def to() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("to", flat=True))


def test_several_addresses_get_one_each_and_it_is_said_to_whom(
    client: Client, superuser: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    issue = draft()
    url = act_url(ISSUES, issue.pk, "test")
    page = read(client.get(page_of(ISSUES, issue.pk)))
    typed = "ana@example.org, Bo@Example.org\nbo@example.org\n\n mere@example.org ;"
    done = client.post(url, {**filled_in(page, url), "addresses": typed}, follow=True)
    named = ["ana@example.org", "Bo@Example.org", "mere@example.org"]
    assert said(done) == [f"A test is on its way to {', '.join(named)}."]
    assert to() == named
    assert mail.deliver_due() == 3
    assert [message.subject.partition(":")[0] for message in mailoutbox] == ["Test"] * 3
    line = LogLine.objects.get()
    assert (line.act, line.key, line.done_by, line.detail) == (
        "test_sent",
        issue.pk,
        superuser,
        "To 3 addresses",
    )


def test_with_no_address_it_goes_to_whoever_pressed(client: Client, superuser: User) -> None:
    issue = draft()
    url = act_url(ISSUES, issue.pk, "test")
    page = read(client.get(page_of(ISSUES, issue.pk)))
    assert said(client.post(url, filled_in(page, url), follow=True)) == ["A test is on its way to you."]
    assert to() == [superuser.email]


def test_what_is_no_address_is_named_and_what_was_typed_stands(client: Client, superuser: User) -> None:
    issue = draft()
    url = act_url(ISSUES, issue.pk, "test")
    shown = filled_in(read(client.get(page_of(ISSUES, issue.pk))), url)
    typed = "ana@example.org\nnobody\nalso@"
    page = read(client.post(url, {**shown, "addresses": typed}))
    words = "Enter an email address in the correct format, like name@example.org"
    assert refusals(page) == [f"“nobody”: {words}", f"“also@”: {words}"]
    assert page.one("textarea", name="addresses").text.split() == typed.split()
    assert to() == []


@pytest.mark.parametrize(("number", "wrong"), [(10, []), (11, ["Name 10 addresses at most, not 11"])])
def test_ten_at_most(number: int, wrong: list[str]) -> None:
    form = TryOutForm({"addresses": ",".join(f"a{n}@example.org" for n in range(number))})
    assert form.is_valid() == (not wrong)
    assert list(form.errors.get("addresses", [])) == wrong


def test_ten_at_most_in_the_act_too(mere: User) -> None:
    with pytest.raises(NotPossible, match="10 addresses at most"):
        trying_out.send_test(issue=draft(), by=mere, addresses=[f"a{n}@example.org" for n in range(11)])


@pytest.mark.parametrize("because", ["never again", "asked", "erased"])
def test_nobody_is_mailed_a_test_who_is_to_be_left_alone(mere: User, because: str) -> None:
    contact = ContactFactory(email="ana@example.org", confirmed=True)
    if because == "asked":
        Contact.objects.filter(pk=contact.pk).update(restricted_at=NOON, restricted_because="asked")
    else:
        scope = {"never again": "never_again", "erased": "erased"}[because]
        suppressions.suppress("ana@example.org", scope)
    with pytest.raises(NotPossible, match=r"^Nothing was sent\. Ana@example\.org is not to be written to\.$"):
        trying_out.send_test(issue=draft(), by=mere, addresses=["bo@example.org", "Ana@example.org"])
    assert (to(), LogLine.objects.count()) == ([], 0)


def test_outside_production_only_those_that_are_allowed(mere: User, settings: Settings) -> None:
    issue = draft()
    settings.MAIL_ALLOWED = ["@example.com"]
    settings.EMAIL_BACKEND = "accord_portal.foundation.smtp_backend.EmailBackend"
    settings.EMAIL_HOST = "smtp.example.net"
    with pytest.raises(NotPossible, match=r"^Nothing was sent\. Not to bo@example\.org: This portal writes"):
        trying_out.send_test(issue=issue, by=mere, addresses=["ana@example.com", "bo@example.org"])
    assert trying_out.send_test(issue=issue, by=mere, addresses=["ana@example.com"]) == ["ana@example.com"]


def test_a_cancelled_issue_is_not_tried(mere: User) -> None:
    issue = draft()
    issue.state = "cancelled"
    with pytest.raises(NotPossible, match="cancelled"):
        trying_out.send_test(issue=issue, by=mere)
