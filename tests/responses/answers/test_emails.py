"""The messages to people who wrote in, as they arrive."""

import re

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from responses.answers import confirming, intake, referring, triage
from responses.answers import emails as answers_emails
from responses.consent import emails as consent_emails
from responses.consent import switches
from responses.contacts import emails as contacts_emails
from responses.models import Contact, ExpressionOfInterest, Involvement, Referral
from responses.models.wording import WORDINGS_OF_2011
from tests.asked import EnquiryFactory, ReferralFactory
from tests.clock import NOON
from tests.factories import (
    InvolvementFactory,
    UserFactory,
    answered,
    answers,
    closed_unanswered,
    received,
    subscriber,
)
from tests.html import read

pytestmark = pytest.mark.django_db


def acknowledged(*yes: str, **changes: str) -> EmailMultiAlternatives:
    return answers_emails.acknowledgement(received(*yes, at=NOON, **changes).pk)


def html(message: EmailMultiAlternatives) -> str:
    return message.alternatives[0].content


def links(message: EmailMultiAlternatives) -> list[str]:
    """The paths of the links in the text, which the HTML must have too."""
    found = re.findall(r"http://testserver(/\S+)", message.body)
    assert [f"http://testserver{path}" in html(message) for path in found] == [True] * len(found)
    return found


def said_in(message: mail.Message, place: int = 0) -> dict[str, str]:
    """What each question of such a list in the message is answered with."""
    rows = read(html(message)).all("div", class_="answers")[place].all("p")
    return {row.one("span").text: row.text.removeprefix(row.one("span").text).strip() for row in rows}


def test_the_acknowledgement_is_an_automatic_reply_in_two_forms() -> None:
    eoi = received(at=NOON)
    message = answers_emails.acknowledgement(eoi.pk)
    assert message.subject == f"We have received your answers: {eoi.reference}"
    assert (message.to, message.cc, message.bcc) == (["aroha@example.org"], [], [])
    assert message.from_email == "Department of Internal Affairs <accord@example.org>"
    assert message.reply_to == ["Department of Internal Affairs <accord@example.org>"]
    assert message.extra_headers == {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    assert [part.mimetype for part in message.alternatives] == ["text/html"]
    assert message.message().get_content_type() == "multipart/alternative"


def test_the_acknowledgement_says_the_reference_and_the_day() -> None:
    eoi = received(at=NOON)
    message = answers_emails.acknowledgement(eoi.pk)
    lines = message.body.splitlines()
    assert f"Thank you for answering the call. Your reference is {eoi.reference}." in lines
    assert "A person reads your answers. You will hear from us by Thursday 19 November 2026." in lines
    page = read(html(message))
    assert page.one("html")["lang"] == "en-NZ"
    assert page.one("p", class_="reference").text == eoi.reference
    assert page.all("strong")[0].text == "You will hear from us by Thursday 19 November 2026."
    assert {span.text for span in page.all("span", lang="mi")} == {"Kia Tūtahi", "Tēnā koe", "Ngā mihi"}


WRITTEN = {
    "name": "Tūmai <b>O’Brien</b>",
    "organisation": "Hapū & whānau",
    "telephone": "04 494 5718",
    "initiatives": "- a hall\n- a garden",
    "comments": "Kia kaha",
}


def test_the_acknowledgement_of_answers_that_were_changed_since_promises_no_day() -> None:
    eoi = received("keep_informed", at=NOON)
    intake.change(before=eoi, answers=answers("keep_informed", comments="Kia kaha"))
    message = answers_emails.acknowledgement(eoi.pk)
    assert ["You will hear from us by" in body for body in (message.body, html(message))] == [False, False]


def test_the_acknowledgement_holds_the_four_answers_and_nothing_that_was_typed() -> None:
    message = acknowledged("keep_informed", "champion_accord", **WRITTEN)
    rows = said_in(message)
    assert rows == {
        WORDINGS_OF_2011["keep_informed"]: "Yes",
        WORDINGS_OF_2011["community_of_interest"]: "No",
        WORDINGS_OF_2011["give_advice"]: "No",
        WORDINGS_OF_2011["champion_accord"]: "Yes",
    }
    said = message.body.partition("WHAT YOU ANSWERED")[2].partition("TO CHANGE YOUR MIND")[0]
    assert said.strip().splitlines() == [f"{question} {answer}" for question, answer in rows.items()]


def test_the_copy_holds_every_answer_once_the_form_is_confirmed() -> None:
    eoi = received("keep_informed", "champion_accord", at=NOON, **WRITTEN)
    with pytest.raises(mail.NoLongerWanted):
        answers_emails.copy_of_answers(eoi.pk)
    with time_machine.travel(NOON, tick=False):
        confirming.confirm(contact=eoi.contact, eoi=eoi)
    message = answers_emails.copy_of_answers(eoi.pk)
    assert (message.subject, message.to) == (f"A copy of your answers: {eoi.reference}", [eoi.email])
    rows = said_in(message, -1)
    assert rows == {
        "Name": "Tūmai <b>O’Brien</b>",
        "Organisation": "Hapū & whānau",
        "Email address": "aroha@example.org",
        "Telephone": "04 494 5718",
        WORDINGS_OF_2011["keep_informed"]: "Yes",
        WORDINGS_OF_2011["community_of_interest"]: "No",
        WORDINGS_OF_2011["give_advice"]: "No",
        WORDINGS_OF_2011["champion_accord"]: "Yes",
        "Possible actions or initiatives": "- a hall - a garden",
        "Any other comments?": "Kia kaha",
    }
    copy = message.body.partition("WHAT YOU SENT US")[2].partition("TO CHANGE YOUR MIND")[0]
    typed = {**rows, "Possible actions or initiatives": "- a hall\n- a garden"}
    assert copy.strip() == "\n\n".join(f"{label}\n{text}" for label, text in typed.items())
    assert "Tēnā koe Tūmai <b>O’Brien</b>" in message.body.splitlines()
    assert "A person reads your answers. You will hear from us by Thursday 19 November 2026." in message.body


@pytest.mark.parametrize("settled", ["acknowledged", "closed"])
def test_the_copy_promises_no_day_once_a_person_has_answered(settled: str) -> None:
    if settled == "acknowledged":
        eoi = answered(by=UserFactory())
    else:
        eoi = closed_unanswered(received(), by=UserFactory())
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    assert "You will hear" not in answers_emails.copy_of_answers(eoi.pk).body


def test_the_links_in_the_acknowledgement_work_when_followed(client: Client) -> None:
    with time_machine.travel(NOON):
        confirm, preferences = links(acknowledged("keep_informed"))
        assert (confirm.split("/")[1], preferences.split("/")[1]) == ("confirm", "preferences")
        assert client.get(preferences).status_code == 200
        assert client.post(confirm).status_code == 200
    (yes,) = Involvement.objects.permitting("keep_informed")
    assert yes.contact == Contact.objects.get()


def test_without_any_yes_the_button_is_explained_in_another_way() -> None:
    explained = {
        "said Yes": "You said Yes to being written to or invited.",
        "said No": "Please confirm that these answers are yours, so that we know our answer reaches you:",
    }
    assert explained["said Yes"] in acknowledged("keep_informed").body
    assert explained["said No"] in acknowledged(comments="other").body.splitlines()


def test_the_acknowledgement_goes_to_the_mailbox_as_it_was_typed_and_the_domain_in_ascii() -> None:
    assert acknowledged(email="Info@tepūkenga.ac.nz").to == ["Info@xn--tepkenga-szb.ac.nz"]


def test_a_macron_domain_is_mailed_under_its_ascii_name(mailoutbox: list[EmailMultiAlternatives]) -> None:
    received(email="info@tepūkenga.ac.nz")
    assert mail.deliver_due() == 1
    assert mailoutbox[0].message()["To"] == "info@xn--tepkenga-szb.ac.nz"


def test_a_reply_is_a_persons_and_says_what_staff_wrote() -> None:
    eoi = received(at=NOON)
    message = answers_emails.reply(eoi.pk, "Kia ora Aroha.\n\nWe will <ring> you.")
    assert message.subject == f"Your expression of interest: {eoi.reference}"
    assert message.extra_headers["Auto-Submitted"] == "no"
    assert "\n\nKia ora Aroha.\n\nWe will <ring> you.\n\n" in message.body
    assert [p.text for p in read(html(message)).all("p")][1:3] == ["Kia ora Aroha.", "We will <ring> you."]
    assert len(links(message)) == 1


def test_what_is_owed_can_be_made_and_sent(mailoutbox: list[EmailMultiAlternatives]) -> None:
    eoi = received("keep_informed")
    triage.acknowledge(eoi=eoi, seen=1, by=UserFactory(), text="Kia ora", is_full=True)
    assert mail.deliver_due() == 2
    assert [m.subject for m in mailoutbox] == [
        f"We have received your answers: {eoi.reference}",
        f"Your expression of interest: {eoi.reference}",
    ]


def test_no_message_loads_anything_from_elsewhere() -> None:
    page = read(html(acknowledged("keep_informed")))
    assert page.all("img", "link", "script", "iframe") == []


# --- what a person changed -------------------------------------------------------------------


def test_saved_preferences_are_confirmed_with_a_link_that_undoes_them(client: Client) -> None:
    contact = subscriber(name="Aroha Ngata")
    switches.set_switches(contact=contact, wanted={"keep_informed": False, "give_advice": True})
    (owed,) = OutgoingMail.objects.all()
    message = consent_emails.preferences_saved(**owed.facts)
    assert (message.subject, message.to) == ("Your preferences are saved", [contact.email])
    assert said_in(message) == {
        **dict.fromkeys(WORDINGS_OF_2011.values(), "No"),
        WORDINGS_OF_2011["give_advice"]: "Yes",
    }
    undo, preferences = links(message)
    assert (undo.split("/")[1], preferences.split("/")[1]) == ("undo", "preferences")
    assert client.post(undo).status_code == 200
    assert list(contact.involvements.confirmed().values_list("purpose", flat=True)) == ["keep_informed"]


def test_a_yes_that_waits_is_asked_about_with_its_button(client: Client) -> None:
    contact = InvolvementFactory(purpose="give_advice").contact
    message = consent_emails.please_confirm(contact.pk)
    assert (message.subject, message.to) == ("Please confirm your choices", [contact.email])
    assert [li.text for li in read(html(message)).all("li")] == [WORDINGS_OF_2011["give_advice"]]
    confirm, preferences = links(message)
    assert (confirm.split("/")[1], preferences.split("/")[1]) == ("confirm", "preferences")
    assert client.post(confirm).status_code == 200
    assert contact.involvements.confirmed().count() == 1


def test_the_merged_are_asked_about_what_waits_for_themselves() -> None:
    kept = InvolvementFactory(purpose="give_advice").contact
    merged = InvolvementFactory(contact__merged_into=kept, purpose="keep_informed").contact
    message = consent_emails.please_confirm(merged.pk)
    assert message.to == [merged.email]
    assert [li.text for li in read(html(message)).all("li")] == [WORDINGS_OF_2011["keep_informed"]]


def test_the_link_to_everything_is_mailed_alone(client: Client) -> None:
    contact = subscriber(name="Aroha Ngata")
    message = contacts_emails.preferences_link(contact.email)
    assert (message.subject, message.to) == ("Your link to what we hold about you", [contact.email])
    (preferences,) = links(message)
    assert client.get(preferences).context["contact"] == contact


def test_a_new_address_is_asked_without_naming_anybody(client: Client) -> None:
    contact = subscriber(name="Aroha Ngata")
    message = contacts_emails.address_asked(contact.pk, "new@example.org")
    assert (message.subject, message.to) == ("Is this your new email address?", ["new@example.org"])
    assert ["Aroha" in part for part in (message.body, html(message))] == [False, False]
    (address,) = links(message)
    assert client.get(address).status_code == 200


def test_the_old_address_is_told_with_no_link_of_the_persons_own() -> None:
    contact = subscriber(email="new@example.org")
    message = contacts_emails.address_changed(contact.pk, "old@example.org")
    assert (message.subject, message.to) == ("We have changed your email address", ["old@example.org"])
    assert links(message) == ["/contact/"]
    for hidden in ("new@example.org", contact.name):
        assert [hidden in part for part in (message.body, html(message))] == [False, False]


def confirmed(eoi: ExpressionOfInterest) -> EmailMultiAlternatives:
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    return answers_emails.copy_of_answers(eoi.pk)


def test_who_answers_again_reads_what_is_different_once_both_are_confirmed() -> None:
    confirmed(received("keep_informed", "give_advice", at=NOON))
    message = confirmed(received("give_advice", at=NOON, organisation="Hapū"))
    assert said_in(message) == {
        "Organisation": "Hapū (before: not given)",
        WORDINGS_OF_2011["keep_informed"]: "No (before: Yes)",
    }
    assert "Nothing you told us before is lost." in message.body.splitlines()


def test_what_a_stranger_sent_before_is_no_difference() -> None:
    received("keep_informed", at=NOON, name="You won, claim at https://prize.example")
    message = confirmed(received("give_advice", at=NOON))
    assert "prize.example" not in str(message.message())
    assert "WHAT IS DIFFERENT" not in message.body


def test_who_changed_their_answers_has_nothing_to_confirm() -> None:
    before = received("keep_informed", at=NOON)
    eoi = intake.change(before=before, answers=answers("keep_informed", comments="Kia kaha"))
    owed = OutgoingMail.objects.latest("pk")
    assert owed.message == "copy_of_answers"
    message = answers_emails.copy_of_answers(eoi.pk)
    assert [path.split("/")[1] for path in links(message)] == ["preferences"]
    assert "Now: Kia kaha. Before: Not given." in message.body.splitlines()
    assert "They count from now on, and there is nothing to confirm." in message.body
    assert "once you confirm it" not in message.body


def test_a_question_is_markdown_with_a_button_and_the_day_of_the_answer_that_is_owed() -> None:
    enquiry = EnquiryFactory(eoi=received(at=NOON), text="Which of these?\n\n- hall\n- garden")
    message = answers_emails.ask_for_more(enquiry.pk, "2026-12-14")
    page = read(html(message))
    assert message.subject == f"A question about your expression of interest: {enquiry.eoi.reference}"
    assert [item.text for item in page.one("ul").all("li")] == ["hall", "garden"]
    assert "you will get our full answer by Monday 14 December 2026." in message.body
    (button,) = [a for a in page.all("a") if a.text == "Answer our question"]
    assert "/question/" in str(button["href"])
    assert str(button["href"]) in message.body
    assert message.extra_headers["Auto-Submitted"] == "no"
    assert "full answer" not in answers_emails.ask_for_more(enquiry.pk).body


def test_the_question_whether_to_pass_on_names_the_agency_and_not_the_text() -> None:
    referral = ReferralFactory(eoi=received(at=NOON))
    message = answers_emails.may_we_pass_it_on(referral.pk)
    assert message.to == ["aroha@example.org"]
    assert "Sport New Zealand" in message.body
    assert "If you do nothing by\nMonday 14 December 2026, nothing is sent." in message.body
    assert [part for part in (message.body, html(message)) if "open the hall" in part] == []
    Referral.objects.update(state="expired")
    with pytest.raises(mail.NoLongerWanted):
        answers_emails.may_we_pass_it_on(referral.pk)


def test_the_agency_gets_word_for_word_what_was_agreed_once() -> None:
    referral = ReferralFactory(eoi=received(at=NOON))
    with pytest.raises(mail.NoLongerWanted):
        answers_emails.passed_on(referral.pk)
    referring.agree(referral=referral)
    message = answers_emails.passed_on(referral.pk)
    assert message.to == ["kiaora@sport.example.org"]
    assert "Aroha would like to open the hall." in message.body.splitlines()
    assert read(html(message)).one("blockquote").text == "Aroha would like to open the hall."
    assert [part for part in (message.body, html(message)) if "/preferences/" in part] == []
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
