"""Setting the switches, and undoing it: each act adds lines to the evidence, and the sum stands."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from accord_portal.foundation.acts import ChangedMeanwhile
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.consent import audit, wordings
from responses.consent import switches as consent_switches
from responses.models import Contact
from tests.clock import NOON
from tests.factories import EMPTY, InvolvementFactory, received
from tests.responses.consent.readers import (
    everything,
    evidence,
    gave,
    may_be_written_to,
    reader,
    save,
    switches,
    timeline,
    waits,
)

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)

BEFORE = NOON - dt.timedelta(days=1)

NEWS = {**EMPTY, "keep_informed": True}


@pytest.fixture(autouse=True)
def _the_lines_add_up(clock: time_machine.Traveller, db: None) -> Iterator[None]:
    """Whatever happened, in the end the involvements are what the lines say."""
    yield
    assert list(audit.disagreements()) == []


def test_setting_a_switch_counts_at_once() -> None:
    contact = waits()
    assert consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True}) == [
        "give_advice"
    ]
    contact.refresh_from_db()
    assert contact.email_confirmed_at == NOON
    assert switches(contact) == {"give_advice": (NOON, NOON, None)}
    assert evidence(contact) == [("give_advice", "given", "preference_page")]
    assert timeline(contact) == [("preferences", "Yes: Give advice")]
    assert gave(contact, "give_advice").source == "preference_page"


def test_turning_a_switch_off_ends_it_at_once() -> None:
    contact = reader()
    assert consent_switches.set_switches(contact=contact, wanted=EMPTY) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}
    assert evidence(contact) == [("keep_informed", "withdrawn", "preference_page")]
    assert timeline(contact) == [("preferences", "No: Keep informed")]


def test_saving_is_confirmed_by_mail_with_what_undoing_needs() -> None:
    contact = reader()
    consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True})
    on, off = contact.consents.filter(recorded_at=NOON).order_by("pk")
    assert (on.purpose, off.purpose) == ("give_advice", "keep_informed")
    assert OutgoingMail.objects.values("message", "to", "recipient", "facts").get() == {
        "message": "preferences_saved",
        "to": contact.email,
        "recipient": contact.pk,
        "facts": {"contact_id": contact.pk, "lines": f"{on.pk}-{off.pk}"},
    }


def test_saving_the_page_confirms_a_yes_that_waited() -> None:
    contact = waits("keep_informed")
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (NOON, NOON, None)}
    assert gave(contact, "keep_informed").source == "preference_page"


def test_saving_the_page_unchanged_adds_nothing() -> None:
    contact = reader()
    before = everything()
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == []
    assert everything() == before


def test_saving_the_page_unchanged_confirms_the_address() -> None:
    contact = waits()
    assert consent_switches.set_switches(contact=contact, wanted=EMPTY) == []
    contact.refresh_from_db()
    assert (contact.email_confirmed_at, timeline(contact)) == (NOON, [])
    assert OutgoingMail.objects.filter(message="preferences_saved").count() == 0


def test_a_switch_can_be_turned_off_and_on_again(clock: time_machine.Traveller) -> None:
    contact = reader()
    consent_switches.set_switches(contact=contact, wanted=EMPTY)
    clock.shift(60)
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (NOON + MINUTE, NOON + MINUTE, None)}
    assert [line[1] for line in evidence(contact)] == ["withdrawn", "given"]


def test_leaving_a_switch_on_that_a_form_wanted_off_says_yes_again() -> None:
    contact = reader(email="aroha@example.org")
    line = gave(contact, "keep_informed")
    received()
    before = OutgoingMail.objects.count()
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == []
    assert evidence(contact)[-1] == ("keep_informed", "given", "preference_page")
    assert switches(contact) == {"keep_informed": (BEFORE, BEFORE, None)}
    assert (consent_switches.waiting(contact), gave(contact, "keep_informed")) == (([], []), line)
    assert OutgoingMail.objects.count() == before


def test_the_lines_name_the_words_that_the_page_showed(mere: User) -> None:
    contact, marked = reader(), wordings.mark(wordings.current())
    shown = wordings.current()
    for purpose in ("keep_informed", "give_advice"):
        wordings.reword(purpose=purpose, language="en", text=f"New words: {purpose}", by=mere)
    consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True}, marked=marked)
    said = contact.consents.filter(recorded_at=NOON).values_list("purpose", "wording")
    assert dict(said) == {p: shown[p].key for p in ("keep_informed", "give_advice")}


def test_confirming_a_no_that_a_form_wanted_by_saving_the_page_says_no_once() -> None:
    contact = reader(email="aroha@example.org")
    received()
    assert consent_switches.set_switches(contact=contact, wanted=EMPTY) == ["keep_informed"]
    assert [line for line in evidence(contact) if line[2] == "preference_page"] == [
        ("keep_informed", "withdrawn", "preference_page")
    ]


@pytest.mark.parametrize("want", [True, False])
def test_only_a_yes_lifts_what_keeps_us_from_writing(want: bool) -> None:
    contact = reader(never_again_at=BEFORE)
    consent_switches.set_switches(contact=contact, wanted={"keep_informed": True, "give_advice": want})
    contact.refresh_from_db()
    assert contact.never_again_at == (None if want else BEFORE)


def test_who_has_no_address_any_more_is_mailed_nothing() -> None:
    contact = reader()
    Contact.objects.filter(pk=contact.pk).update(email="", mailbox=None, email_confirmed_at=None)
    assert consent_switches.set_switches(contact=contact, wanted=EMPTY) == ["keep_informed"]
    assert OutgoingMail.objects.count() == 0


# --- a page that was open for a while --------------------------------------------------------


def stood(*, asked: bool = False, **switch: dt.datetime | None) -> Contact:
    contact = waits()
    InvolvementFactory(contact=contact, since_at=BEFORE, off_asked_at=BEFORE if asked else None, **switch)
    return contact


NOW = {
    "off": {"ended_at": BEFORE},
    "waiting": {},
    "on": {"confirmed_at": BEFORE},
    "asked": {"confirmed_at": BEFORE, "asked": True},
}


@pytest.mark.parametrize("now", NOW)
def test_how_each_switch_stands_is_said_in_one_word(now: str) -> None:
    assert consent_switches.states(stood(**NOW[now])) == {**dict.fromkeys(EMPTY, "off"), "keep_informed": now}


@pytest.mark.parametrize("want", [True, False])
@pytest.mark.parametrize("now", NOW)
@pytest.mark.parametrize("unsaid", [True, False])
def test_what_stands_as_it_was_shown_is_asked_for(now: str, want: bool, unsaid: bool) -> None:
    shown = {} if unsaid else {"keep_informed": now}
    wanted = {"keep_informed": want}
    assert consent_switches.meant(stood(**NOW[now]), wanted, shown) == wanted


@pytest.mark.parametrize(
    ("was", "want", "now", "asks"),
    [
        ("off", False, "on", False),
        ("off", False, "waiting", False),
        ("off", False, "asked", False),
        ("off", True, "on", True),
        ("off", True, "waiting", True),
        ("on", True, "off", False),
        ("on", True, "asked", False),
        ("on", False, "off", True),
        ("on", False, "asked", True),
        ("waiting", True, "off", False),
        ("waiting", True, "on", False),
        ("waiting", False, "on", True),
        ("asked", False, "off", True),
        ("asked", False, "on", True),
        ("asked", True, "on", True),
    ],
)
def test_what_has_changed_elsewhere_is_asked_for_only_where_the_person_touched_it(
    was: str, want: bool, now: str, asks: bool
) -> None:
    """Of a switch that a form wants off the page asks, so whatever is saved is an answer."""
    asked = consent_switches.meant(stood(**NOW[now]), {"keep_informed": want}, {"keep_informed": was})
    assert asked == ({"keep_informed": want} if asks else {})


def test_a_yes_to_what_was_turned_off_meanwhile_is_looked_at_again() -> None:
    contact = stood(ended_at=BEFORE)
    before = everything()
    with pytest.raises(ChangedMeanwhile) as refused:
        consent_switches.set_switches(
            contact=contact,
            wanted={"give_advice": True, "keep_informed": True},
            shown={"give_advice": "off", "keep_informed": "asked"},
        )
    assert str(refused.value) == (
        "“Keep informed” was turned off after you opened this page. Look at your choices again, then save"
    )
    assert everything() == before


# --- undoing ---------------------------------------------------------------------------------


def test_undoing_turns_both_ways() -> None:
    contact = reader()
    lines = save(contact, {**EMPTY, "give_advice": True})
    assert consent_switches.undo(contact=contact, lines=lines) == ["keep_informed", "give_advice"]
    assert switches(contact) == {
        "keep_informed": (NOON, NOON, None),
        "give_advice": (NOON, None, NOON),
    }
    assert evidence(contact)[2:] == [
        ("keep_informed", "given", "preference_page"),
        ("give_advice", "withdrawn", "preference_page"),
    ]
    assert timeline(contact)[1:] == [("preferences", "Undone. Yes: Keep informed; No: Give advice")]
    assert may_be_written_to(contact) is True


def test_undoing_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    contact = reader()
    lines = save(contact, EMPTY)
    consent_switches.undo(contact=contact, lines=lines)
    before = everything()
    clock.shift(60)
    assert consent_switches.undo(contact=contact, lines=lines) == []
    assert everything() == before


def test_what_was_changed_again_since_is_not_undone() -> None:
    contact = reader()
    lines = save(contact, {**EMPTY, "give_advice": True})
    consent_switches.withdraw(contact=contact, purposes=["give_advice"], source="one_click")
    assert consent_switches.undo(contact=contact, lines=lines) == ["keep_informed"]
    assert switches(contact)["give_advice"] == (NOON, None, NOON)


def test_nobody_undoes_what_another_said() -> None:
    mine, theirs = reader(), reader()
    lines = save(theirs, EMPTY)
    assert consent_switches.undo(contact=mine, lines=lines) == []
    assert switches(theirs) == {"keep_informed": (BEFORE, None, NOON)}


@pytest.mark.parametrize(
    ("was", "wanted", "said"),
    [
        ([], {"keep_informed": True}, "Undone. No: Keep informed"),
        (["keep_informed"], {"keep_informed": False}, "Undone. Yes: Keep informed"),
    ],
)
def test_undoing_one_way_is_told(was: list[str], wanted: dict[str, bool], said: str) -> None:
    contact = reader(*was) if was else waits()
    consent_switches.undo(contact=contact, lines=save(contact, wanted))
    assert timeline(contact)[-1] == ("preferences", said)


@pytest.mark.parametrize("was", [True, False])
def test_undoing_that_says_yes_again_lifts_what_kept_us_from_writing(was: bool) -> None:
    contact = reader() if was else waits()
    lines = save(contact, {"keep_informed": not was})
    Contact.objects.filter(pk=contact.pk).update(never_again_at=NOON)
    consent_switches.undo(contact=contact, lines=lines)
    contact.refresh_from_db()
    assert contact.never_again_at == (None if was else NOON)
