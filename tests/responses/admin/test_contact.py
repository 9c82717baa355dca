"""The contact list, one page a contact, and two contacts side by side, as staff see and use them."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation import clock
from accord_portal.staff.models import LogLine, User
from responses.answers import intake, triage
from responses.contacts import acts as contact_acts
from responses.contacts import duplicates, merging
from responses.models import Activity, Contact, Duplicate, Erasure, ExpressionOfInterest, FollowUp, Merge
from responses.people import suppressions
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    DeliveryFactory,
    OutgoingMailFactory,
    UserFactory,
    answers,
    received,
    subscriber,
)
from tests.html import Element, read
from tests.staff.test_act_admin import filled_in, refusals, said, sign_in

pytestmark = pytest.mark.django_db
LIST, PAIRS = "/staff/responses/contact/", "/staff/responses/duplicate/"
EOIS = "/staff/responses/expressionofinterest/"
PRIVATE = ["mere@example.org", "+64 4 494 5718", "04 494 5718", "PO Box 805"]


@pytest.fixture
def ana(client: Client) -> User:
    """Somebody who may do everything, signed in."""
    return sign_in(client, is_superuser=True)


@pytest.fixture
def mere(db: None) -> Contact:
    """Somebody with every way to reach her, and one confirmed Yes."""
    return subscriber(
        name="Mere Tūtahi", email="mere@example.org", telephone="04 494 5718", postal_address="PO Box 805"
    )


def url(contact: Contact | Duplicate, act: str = "") -> str:
    return (
        f"{LIST if isinstance(contact, Contact) else PAIRS}{contact.pk}/{f'act/{act}' if act else 'change'}/"
    )


def page(client: Client, contact: Contact | Duplicate) -> Element:
    return read(client.get(url(contact)))


def press(client: Client, contact: Contact | Duplicate, act: str, **typed: str) -> list[str]:
    """What the portal says when a button is pressed on the page as it is."""
    sent = {**filled_in(page(client, contact), url(contact, act)), **typed}
    return said(client.post(url(contact, act), sent, follow=True))


def listed(client: Client, **query: str) -> list[str]:
    return [cell.text for cell in read(client.get(LIST, query)).all("th", class_="field-name")]


def headings(element: Element) -> list[str]:
    return [heading.text for heading in element.all("h2")]


# --- the page --------------------------------------------------------------------------------


def test_the_page_says_who_it_is_and_what_they_said_yes_to(client: Client, ana: User, mere: Contact) -> None:
    shown = page(client, mere)
    assert shown.all("h1")[-1].text == "Mere Tūtahi"
    facts = {row.one("dt").text: row.one("dd").text for row in shown.one("dl").all("div")}
    assert facts["Email address"].startswith("mere@example.org, confirmed ")
    assert facts["Telephone"] == "+64 4 494 5718, typed as 04 494 5718"
    assert (facts["Postal address"], facts["Language"]) == ("PO Box 805", "English")
    switches = [heading.text for heading in shown.one("section", aria_labelledby="switches").all("h3")]
    assert switches == [
        "Keep informed: Yes",
        "Community of interest: never said Yes",
        "Give advice: never said Yes",
        "Champion the Accord: never said Yes",
    ]
    text = shown.one("section", aria_labelledby="switches").text
    assert (text.count("We may write about this now"), text.count("We may not write")) == (1, 3)
    assert "Confirmed from the mailbox" in text
    assert "To version 1, English: I want to be kept informed" in text


def test_what_stands_in_the_way_of_writing_is_plain(client: Client, ana: User, mere: Contact) -> None:
    contact_acts.restrict(contact=mere, by=ana, why="She rang.")
    suppressions.never_again(mailbox="mere@example.org")
    warnings = " ".join(warning.text for warning in page(client, mere).all(class_="warning"))
    assert "Restricted since" in warnings
    assert "asked not to be contacted" in warnings
    assert "Never again since" in warnings
    assert "We may write about this now" not in page(client, mere).text


def test_everything_of_the_person_stands_on_one_page(client: Client, ana: User, mere: Contact) -> None:
    other = received("give_advice", name="Mere T", email="", telephone="04 494 5718").contact
    merging.merge(kept=mere, other=other, by=ana)
    DeliveryFactory(contact=mere)
    OutgoingMailFactory(recipient=other.pk, subject="Please confirm")
    contact_acts.follow_up(contact=mere, by=ana, what="Call her", due_on=dt.date(2999, 1, 1), owner=ana)
    shown = page(client, mere).text
    assert other.eois.get().reference in shown
    for line in (
        "Answered the call",
        "Merged",
        "Follow-up",
        "Please confirm",
        "Call her",
        "merged into this one, says Yes since",
    ):
        assert line in shown


def test_the_timeline_is_cut_and_can_be_shown_whole(client: Client, ana: User, mere: Contact) -> None:
    lines = [Activity(contact=mere, kind="note", text=f"Note {n}") for n in range(101)]
    Activity.objects.bulk_create(lines)
    assert len(page(client, mere).one("section", aria_labelledby="timeline").all("li")) == 100
    whole = read(client.get(f"{url(mere)}?all"))
    assert len(whole.one("section", aria_labelledby="timeline").all("li")) == 101


def test_a_merged_one_leads_to_the_one_that_stands_for_it(client: Client, ana: User, mere: Contact) -> None:
    other = ContactFactory(name="Mere T")
    merging.merge(kept=mere, other=other, by=ana)
    shown = page(client, other)
    assert shown.one(class_="state").one("a")["href"] == url(mere)
    assert shown.all("form", class_="act") == []


def test_of_an_erased_one_nothing_personal_is_shown(client: Client, ana: User, mere: Contact) -> None:
    blank = {"name": "", "email": "", "mailbox": None, "email_confirmed_at": None, "erased_at": clock.now()}
    Contact.objects.update(telephone="", telephone_e164="", postal_address="", **blank)
    shown = page(client, mere)
    assert shown.all("h1")[-1].text == f"Erased person {mere.pk}"
    assert shown.all("form", class_="act") == []
    assert "Timeline" not in headings(shown)


def test_the_page_costs_the_same_for_much_as_for_little(client: Client, ana: User, mere: Contact) -> None:
    def more(number: int) -> None:
        eoi = received("give_advice", name=f"Mere {number}", email="mere@example.org")
        triage.note(eoi=eoi, by=ana, text="A note.")
        DeliveryFactory(contact=mere)
        OutgoingMailFactory(recipient=mere.pk)
        contact_acts.follow_up(contact=mere, by=ana, what="Call", due_on=dt.date(2999, 1, 1), owner=ana)
        merging.merge(kept=mere, other=ContactFactory(), by=ana)
        duplicates.suggest(contact=mere, other=ContactFactory(), by=ana)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(mere)).status_code == 200
        return len(captured)

    received(email="mere@example.org")  # so that there is something to differ from
    more(1)
    one = asked()
    more(2)
    more(3)
    assert asked() == one


# --- who sees what ---------------------------------------------------------------------------


def test_without_the_permission_nothing_is_seen(client: Client, mere: Contact) -> None:
    sign_in(client, "view_expressionofinterest", "see_contact_details")
    pair = duplicates.suggest(contact=mere, other=ContactFactory(), by=UserFactory())
    for path in (LIST, url(mere), PAIRS, url(pair), f"{LIST}add/"):
        assert client.get(path).status_code == 403, path
    assert not LogLine.objects.filter(act="viewed").exists()


def test_addresses_and_numbers_are_for_those_who_need_them(client: Client, mere: Contact) -> None:
    eoi = received(name="Mere Tūtahi", email="mere@example.org", telephone="04 494 5718")
    pair = duplicates.suggest(contact=mere, other=ContactFactory(), by=UserFactory())
    powers = ["view_contact", "change_contact", "view_expressionofinterest", "change_expressionofinterest"]
    paths = [LIST, url(mere), url(pair), eoi.get_absolute_url()]
    sign_in(client, *powers)
    for path in paths:
        text = client.get(path).content.decode()
        assert "Mere Tūtahi" in text
        assert [secret for secret in PRIVATE if secret in text] == [], path
    for act in ("correct", "change_address", "take_over"):
        assert client.post(url(mere, act)).status_code == 403
    sign_in(client, *powers, "see_contact_details")
    for path in paths:
        assert "mere@example.org" in client.get(path).content.decode(), path


def test_who_may_not_change_reads_everything(client: Client, mere: Contact) -> None:
    sign_in(client, "view_contact", "see_contact_details")
    shown = page(client, mere)
    assert shown.all("form", class_="act") == []
    assert "You may read this, and not change it." in shown.text
    assert client.post(url(mere, "record"), {"kind": "called", "text": "Hello"}).status_code == 403


def test_the_history_of_a_contact_is_its_timeline(client: Client, mere: Contact) -> None:
    sign_in(client, "view_contact")
    assert client.get(f"/staff/responses/contact/{mere.pk}/history/")["Location"] == f"{url(mere)}#timeline"
    assert client.get("/staff/responses/contact/0/history/").status_code == 404
    sign_in(client, "view_letter")
    assert client.get(f"/staff/responses/contact/{mere.pk}/history/").status_code == 403


def test_every_look_is_logged(client: Client, ana: User, mere: Contact) -> None:
    eoi = received(email="aroha@example.org")
    pair = duplicates.suggest(contact=mere, other=eoi.contact, by=ana)
    for path in (LIST, url(mere), eoi.get_absolute_url(), url(pair)):
        client.get(path)
    viewed = LogLine.objects.filter(act="viewed")
    lines = viewed.order_by("pk").values_list("act", "kind", "key", "done_by")
    assert lines[0] == ("viewed", "responses.contact", mere.pk, ana.pk)
    assert lines[1] == ("viewed", "responses.expressionofinterest", eoi.pk, ana.pk)
    assert {line[2] for line in lines[2:]} == {mere.pk, eoi.contact_id}
    client.post(url(mere, "record"), {"kind": "called"})
    assert viewed.count() == 5


def test_a_page_that_tells_of_a_contact_is_a_look_too(client: Client, ana: User, mere: Contact) -> None:
    champion, letter = ChampionFactory(contact=mere), OutgoingMailFactory()
    client.get(f"/staff/champions/champion/{champion.pk}/change/")
    client.get(f"/staff/foundation/outgoingmail/{letter.pk}/change/")
    assert list(LogLine.objects.order_by("pk").values_list("act", "kind", "key")) == [
        ("viewed", "responses.contact", mere.pk),
        ("viewed", "foundation.outgoingmail", letter.pk),
    ]


OLD_LINES = {
    "confirmed": "Confirmed old@example.org",
    "address_changed": "Before: old@example.org",
    "note": "Likes kōrero @ the marae",
}


@pytest.mark.parametrize("power", ["", "see_contact_details"])
def test_addresses_in_old_lines_are_for_those_who_may_see_them(
    client: Client, mere: Contact, power: str
) -> None:
    for kind, text in OLD_LINES.items():
        Activity.objects.create(contact=mere, kind=kind, text=text)
    Activity.objects.create(contact=mere, kind="confirmed", text="Yes: Keep informed")
    champion, eoi = ChampionFactory(contact=mere), received(email="mere@example.org")
    sign_in(client, "view_contact", "view_champion", "view_expressionofinterest", power)
    for path in (url(mere), eoi.get_absolute_url(), f"/staff/champions/champion/{champion.pk}/change/"):
        timeline = read(client.get(path)).one("section", aria_labelledby="timeline").text
        assert ("old@example.org" in timeline) == bool(power)
        assert "Yes: Keep informed" in timeline
        assert "@ the marae" in timeline


@pytest.mark.parametrize(
    ("words", "is_name"),
    [
        ("tutahi hapori", True),
        ("Tūtahi", True),
        ("tu", True),
        ("ha", True),
        ("aroha@example.org", False),
        ("tutahi example", False),
        ("+6444945718", False),
        ("04", False),
        ("ar", False),
    ],
)
@pytest.mark.parametrize("power", ["", "see_contact_details"])
def test_addresses_and_numbers_find_people_for_those_who_may_see_them(
    client: Client, words: str, is_name: bool, power: str
) -> None:
    who = {"name": "Mere Tūtahi", "organisation": "Hapori Trust", "email": "aroha@example.org"}
    eoi = received(**who, telephone="04 494 5718", comments="")
    duplicates.seek_new()
    sign_in(client, "view_contact", "view_expressionofinterest", power)
    assert bool(listed_keys(client, LIST, words)) == (is_name or bool(power))
    if words != "+6444945718":  # a form keeps the number as it was typed
        assert bool(listed_keys(client, EOIS, words)) == (is_name or bool(power))
    assert listed_keys(client, EOIS, eoi.reference) == [eoi.get_absolute_url()]


def listed_keys(client: Client, path: str, words: str) -> list[str]:
    """The pages that a search leads to."""
    links = [link for row in read(client.get(path, {"q": words})).all("th") for link in row.all("a")]
    return [link["href"].partition("?")[0] for link in links if "/change/" in link["href"]]


def test_who_was_not_looked_at_by_the_sweep_yet_is_found_by_name(client: Client) -> None:
    received(name="Mere Tautahi", email="aroha@example.org")
    sign_in(client, "view_contact", "view_expressionofinterest")
    for path in (LIST, EOIS):
        assert len(listed_keys(client, path, "tautahi me")) == 1
        assert listed_keys(client, path, "aroha") == []


def test_the_log_is_read_by_those_who_may_do_everything(client: Client, ana: User, mere: Contact) -> None:
    page(client, mere)
    row = read(client.get("/staff/staff/logline/?act__exact=viewed")).one("tbody").one("tr")
    assert "Mere Staff Viewed responses.contact" in row.text
    line = LogLine.objects.get()
    for path in ("add/", f"{line.pk}/delete/"):
        assert client.get(f"/staff/staff/logline/{path}").status_code == 403
    sign_in(client, "view_logline")
    assert client.get("/staff/staff/logline/").status_code == 403


# --- the acts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "typed", "done"),
    [
        ("record", {"kind": "called", "text": "She will come."}, "Written down."),
        ("switch", {"purpose": "keep_informed", "yes": "no", "how": "rang"}, "The switch is changed."),
        ("restrict", {"why": "She rang."}, "Nobody writes to this contact from now on."),
        ("follow_up", {"what": "Call", "due_on": "31/12/2998", "owner": "me"}, "The follow-up is added."),
        ("correct", {"name": "Mere T", "telephone": "1", "language": "mi"}, "Corrected."),
    ],
)
def test_each_button_does_it_and_says_so(
    client: Client, ana: User, mere: Contact, act: str, typed: dict[str, str], done: str
) -> None:
    typed = {name: str(ana.pk) if value == "me" else value for name, value in typed.items()}
    assert press(client, mere, act, **typed) == [done]
    assert Activity.objects.get().done_by == ana


def test_after_a_refusal_everything_typed_is_still_there(client: Client, ana: User, mere: Contact) -> None:
    sent = filled_in(page(client, mere), url(mere, "follow_up"))
    refused = read(
        client.post(url(mere, "follow_up"), {**sent, "what": "Call her", "due_on": "1/1/2020", "owner": "x"})
    )
    assert refused.one("title").text.startswith("Error: ")
    assert refused.one("input", name="what")["value"] == "Call her"
    assert refused.one("input", name="due_on")["value"] == "1/1/2020"
    unfolded = [part.one("summary").text for part in refused.all("details") if "open" in part.attrs]
    assert unfolded == ["Add a follow-up"]
    errors = {error.text for error in refused.all(class_="error")}
    assert "Choose today or a later day" in errors
    assert FollowUp.objects.count() == 0


def test_two_officers_do_not_overwrite_each_other(client: Client, ana: User, mere: Contact) -> None:
    sent = filled_in(page(client, mere), url(mere, "correct"))
    contact_acts.correct(
        contact=mere, by=ana, name="Mere N", organisation="", telephone="", postal_address="", language="en"
    )
    refused = read(client.post(url(mere, "correct"), {**sent, "name": "Mere Other", "language": "en"}))
    (refusal,) = refusals(refused)
    assert "changed since you opened the page" in refusal
    assert refused.one("input", id="id_correct_name")["value"] == "Mere Other"
    mere.refresh_from_db()
    assert mere.name == "Mere N"


def test_a_follow_up_is_done_with_one_press(client: Client, ana: User, mere: Contact) -> None:
    due = dt.date(2999, 1, 1)
    task = contact_acts.follow_up(contact=mere, by=ana, what="Call", due_on=due, owner=ana)
    elsewhere = contact_acts.follow_up(contact=ContactFactory(), by=ana, what="Other", due_on=due, owner=ana)
    shown = {"shown": mere.fingerprint}
    response = client.post(url(mere, "done"), {**shown, "follow_up": str(elsewhere.pk)})
    assert "Not carried out" in headings(read(response))
    assert said(client.post(url(mere, "done"), {**shown, "follow_up": str(task.pk)}, follow=True)) == [
        "Done."
    ]
    assert list(FollowUp.objects.outstanding()) == [elsewhere]


def test_what_a_form_says_is_taken_over_with_one_press(client: Client, ana: User, mere: Contact) -> None:
    received(name="Mere Ngata", email="mere@example.org")
    assert "“Mere Ngata”, where we have “Mere Tūtahi”" in page(client, mere).text
    assert press(client, mere, "take_over") == ["Taken over from the form."]
    assert page(client, mere).all("h1")[-1].text == "Mere Ngata"


def test_a_confirmed_address_is_not_changed_here(client: Client, ana: User, mere: Contact) -> None:
    assert not page(client, mere).all("form", action=url(mere, "change_address"))
    other = ContactFactory()
    assert press(client, other, "change_address", email="new@example.org") == ["The address is changed."]


# --- adding ----------------------------------------------------------------------------------


def test_a_contact_is_added_by_hand(client: Client, ana: User) -> None:
    typed = {"name": "Hōne", "telephone": "021 123 4567", "language": "mi"}
    response = client.post(f"{LIST}add/", typed, follow=True)
    hone = Contact.objects.get()
    assert (response.redirect_chain, said(response)) == ([(url(hone), 302)], ["Added."])
    assert (hone.email, hone.telephone_in_full, hone.language) == ("", "+64 21 123 4567", "mi")


def test_a_known_address_is_said_with_a_link(client: Client, ana: User, mere: Contact) -> None:
    typed = {"name": "Mere", "email": "Mere@Example.org", "language": "en"}
    shown = read(client.post(f"{LIST}add/", typed))
    assert shown.one(class_="warning").one("a")["href"] == url(mere)
    assert shown.one("input", name="name")["value"] == "Mere"
    assert shown.one("title").text.startswith("Error: ")
    refused = read(client.post(f"{LIST}add/", {"name": "Ana", "language": "en"}))
    assert "Enter a way to reach them" in refused.one(class_="refused").text


def test_who_may_not_add_does_not(client: Client) -> None:
    sign_in(client, "view_contact", "change_contact")
    assert client.get(f"{LIST}add/").status_code == 403
    assert "Add a contact" not in read(client.get(LIST)).text


# --- the list --------------------------------------------------------------------------------


def test_the_list_shows_who_is_somebody_and_can_be_narrowed(client: Client, ana: User) -> None:
    subscriber(name="Yes")
    received("give_advice", name="Waiting", email="waiting@example.org")
    ContactFactory(name="By post", email="", postal_address="PO Box 805")
    ContactFactory(name="Restricted", confirmed=True, restricted_at=clock.now(), restricted_because="asked")
    merging.merge(kept=Contact.objects.get(name="Yes"), other=ContactFactory(name="Merged"), by=ana)
    assert listed(client) == ["Restricted", "By post", "Waiting", "Yes"]
    for who, names in [
        ("keep_informed", ["Yes"]),
        ("give_advice", []),
        ("waiting", ["Waiting"]),
        ("unconfirmed", ["Waiting"]),
        ("without", ["By post"]),
        ("restricted", ["Restricted"]),
        ("gone", ["Merged"]),
    ]:
        assert listed(client, who=who) == names, who
    assert listed(client, q="waiting", who="waiting") == ["Waiting"]


def test_the_list_shows_numbers_as_dialled_from_anywhere(client: Client, ana: User, mere: Contact) -> None:
    row = read(client.get(LIST)).one("tbody").one("tr")
    assert row.one("td", class_="field-telephone_in_full").text == "+64 4 494 5718"
    assert row.one("td", class_="field-email").text == "mere@example.org"


@pytest.mark.parametrize("path", [LIST, f"{LIST}?who=keep_informed", PAIRS])
def test_lists_cost_the_same_for_three_as_for_one(client: Client, ana: User, path: str) -> None:
    def more(number: int) -> None:
        one = subscriber(name="Mere Tūtahi", telephone="04 494 5718")
        duplicates.suggest(contact=one, other=ContactFactory(name=f"Other {number}"), by=ana)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    more(1)
    one = asked()
    more(2)
    more(3)
    assert asked() == one


# --- two side by side ------------------------------------------------------------------------


@pytest.fixture
def pair(ana: User, mere: Contact) -> Duplicate:
    other = received("give_advice", name="Mere Tutahi", email="", telephone="04 494 5718").contact
    duplicates.seek_new()
    return Duplicate.objects.get(first=mere, second=other)


def test_the_two_are_shown_with_what_differs(client: Client, pair: Duplicate) -> None:
    rows = page(client, pair).one("table").one("tbody").all("tr")
    shown = {row.one("th").text: [cell.text for cell in row.all("td")] for row in rows}
    assert shown["Name"] == ["Mere Tūtahi", "Mere Tutahi", "Differs"]
    assert shown["Telephone"] == ["+64 4 494 5718", "+64 4 494 5718", "Same"]
    assert shown["Email address"] == ["mere@example.org", "Not given", "Differs"]
    assert shown["Forms"][:2] == ["0", "1"]
    assert shown["Lines of consent"][:2] == ["2", "4"]


@pytest.mark.parametrize(("act", "kept"), [("keep_first", "first"), ("keep_second", "second")])
def test_staff_say_which_one_is_kept(client: Client, ana: User, pair: Duplicate, act: str, kept: str) -> None:
    done = ["Merged. Their histories are read together from now on."]
    assert press(client, pair, act) == done
    merge = Merge.objects.get()
    assert (merge.kept, merge.merged_by) == (getattr(pair, kept), ana)
    shown = page(client, pair)
    assert (shown.one(class_="state").all("a")[0]["href"], shown.all("form", class_="act")) == (
        url(merge.kept),
        [],
    )
    assert press(client, merge.kept, "undo_merge", merge=str(merge.pk)) == ["The merge is undone."]
    assert Contact.objects.filter(merged_into=None).count() == 2


def test_staff_say_they_are_two(client: Client, pair: Duplicate) -> None:
    assert press(client, pair, "tell_apart") == ["They are two. They are not suggested again."]
    assert read(client.get(PAIRS)).all("tbody") == []
    assert "decided" in page(client, pair).one(class_="state").text.lower()
    assert len(read(client.get(f"{PAIRS}?decided=yes")).one("tbody").all("tr")) == 1


def test_nobody_merges_what_has_changed_since(client: Client, ana: User, pair: Duplicate) -> None:
    sent = filled_in(page(client, pair), url(pair, "keep_first"))
    contact_acts.restrict(contact=pair.second, by=ana, why="She rang.")
    refused = read(client.post(url(pair, "keep_first"), sent))
    assert "changed since you opened the page" in refused.one(class_="refused").text
    assert Merge.objects.count() == 0


def test_staff_name_a_pair_by_number_or_address(client: Client, ana: User, mere: Contact) -> None:
    other = ContactFactory(name="Hōne", email="hone@example.org")
    for typed in (str(other.pk), "HONE@example.org"):
        press(client, mere, "compare", other=typed)
    pair = Duplicate.objects.get()
    assert (pair.first, pair.second, pair.reason) == (mere, other, "staff")
    assert url(pair) in [link["href"] for link in page(client, mere).all("a")]
    sent = filled_in(page(client, mere), url(mere, "compare"))
    for nobody in ("999999", "nobody@example.org", "a@b@c", "9" * 30):
        refused = read(client.post(url(mere, "compare"), {**sent, "other": nobody}))
        assert refused.one(class_="error").text == "No contact has this number or address"


# --- an expression of interest and its versions ----------------------------------------------


@pytest.fixture
def versions(ana: User) -> tuple[ExpressionOfInterest, ExpressionOfInterest]:
    old = received("keep_informed", name="Mere Tūtahi", email="mere@example.org")
    changed = answers("keep_informed", name="Mere Ngata", email="mere@example.org", telephone="04 494 5718")
    return old, intake.change(before=old, answers=changed)


def test_what_differs_and_every_version_stand_on_the_page(
    client: Client, versions: tuple[ExpressionOfInterest, ExpressionOfInterest]
) -> None:
    old, new = versions
    shown = read(client.get(new.get_absolute_url()))
    different = shown.one("section", aria_labelledby="different")
    assert different.text.startswith("What is different from last time Name Mere Ngata (before: Mere Tūtahi)")
    links = shown.one("section", aria_labelledby="versions").all("a")
    assert [(link.text, link["href"]) for link in links] == [(old.reference, old.get_absolute_url())]


def test_nobody_works_on_a_version_that_was_replaced(
    client: Client, ana: User, versions: tuple[ExpressionOfInterest, ExpressionOfInterest]
) -> None:
    old, new = versions
    shown = read(client.get(old.get_absolute_url()))
    assert shown.one(class_="state").one("a")["href"] == new.get_absolute_url()
    assert [form["action"] for form in shown.all("form", class_="act")] == [
        f"/staff/responses/expressionofinterest/{old.pk}/act/note/"
    ]
    seen = ExpressionOfInterest.objects.get(pk=old.pk).version
    acts: list[tuple[Callable[..., None], dict[str, object]]] = [
        (triage.acknowledge, {"text": "Thank you."}),
        (triage.assign, {"to": ana}),
        (triage.close, {"outcome": "noted"}),
        (triage.mark_as_spam, {}),
        (triage.reopen, {"text": "Again."}),
    ]
    for act, typed in acts:
        with pytest.raises(triage.NotPossible, match="A newer version has replaced this one"):
            act(eoi=old, seen=seen, by=ana, **typed)
    path = f"/staff/responses/expressionofinterest/{old.pk}/act/close/"
    refused = read(client.post(path, {"seen": str(seen), "outcome": "noted"}))
    assert refusals(refused) == {"A newer version has replaced this one: work on that one."}


# --- the first page of staff -----------------------------------------------------------------


def test_the_first_page_says_what_is_owed_to_contacts(client: Client, ana: User, pair: Duplicate) -> None:
    FollowUp.objects.create(contact=pair.first, what="Call her", due_on=dt.date(2020, 1, 1), owner=ana)
    FollowUp.objects.create(
        contact=pair.first, what="Not mine", due_on=dt.date(2020, 1, 1), owner=UserFactory()
    )
    Erasure.objects.create(contact=pair.second, state="asked")
    shown = read(client.get("/staff/"))
    mine = shown.one("section", aria_labelledby="follow-ups").text
    assert ("Call her" in mine, "Not mine" in mine, "Late" in mine) == (True, False, True)
    text = shown.one("section", aria_labelledby="duplicates").text
    assert text.startswith("Possible duplicates: 1 ")
    assert "Mere Tutahi : asked for" in text
    sign_in(client)
    assert read(client.get("/staff/")).all("section", aria_labelledby="follow-ups") == []
