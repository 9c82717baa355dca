"""Passkeys: what is taken for one, what is refused, and that something stands always."""

import json
from collections.abc import Callable

import pytest
import time_machine
from pytest_django import Settings

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff import passkeys, second_factor
from accord_portal.staff.models import LogLine, Passkey, RecoveryCode, User
from tests.at_once import behind
from tests.clock import NOON
from tests.factories import UserFactory
from tests.staff.accounts import acts
from tests.staff.device import FLAG, Device, enrolled, use
from tests.staff.second_factors import code_of, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_a_name(settings: Settings) -> None:
    settings.BASE_URL = "http://localhost:8000"


def elsewhere(device: Device) -> None:
    device.origin = "http://localhost.example:8000"


def another_port(device: Device) -> None:
    device.origin = "http://localhost:9000"


def for_another_host(device: Device) -> None:
    device.host = "example.org"


def not_unlocked(device: Device) -> None:
    device.flags = FLAG.UP


def nobody_there(device: Device) -> None:
    device.flags = FLAG.UV


WRONG: list[tuple[Callable[[Device], None], str]] = [
    (elsewhere, "Invalid origin"),
    (another_port, "Invalid origin"),
    (for_another_host, "Wrong RP ID hash"),
    (not_unlocked, "User verification required"),
    (nobody_there, "User Present"),
]


@time_machine.travel(NOON, tick=False)
def test_a_passkey_is_kept_without_a_secret_and_signs_in_as_often_as_one_likes(mere: User) -> None:
    device = enrolled(mere)
    passkey = Passkey.objects.get()
    assert (passkey.user, passkey.name, passkey.sign_count, passkey.last_used_at) == (
        mere,
        "Work laptop",
        0,
        None,
    )
    for count in (1, 2):
        use(mere, device)
        passkey.refresh_from_db()
        assert (passkey.sign_count, passkey.last_used_at) == (count, NOON)
    assert acts() == ["passkey_added", "passkey_used", "passkey_used"]
    assert RecoveryCode.objects.count() == 10


@pytest.mark.parametrize(("wrongly", "why"), WRONG)
def test_a_passkey_made_wrongly_is_none(mere: User, wrongly: Callable[[Device], None], why: str) -> None:
    device = Device()
    wrongly(device)
    with pytest.raises(NotPossible, match=why):
        enrolled(mere, device)
    assert (Passkey.objects.count(), second_factor.generation(mere), acts()) == (0, 0, [])


@pytest.mark.parametrize(("wrongly", "why"), WRONG)
def test_what_is_signed_wrongly_opens_nothing(
    mere: User, wrongly: Callable[[Device], None], why: str
) -> None:
    device = enrolled(mere)
    wrongly(device)
    with pytest.raises(NotPossible, match=why):
        use(mere, device)
    assert (Passkey.objects.get().last_used_at, acts()) == (None, ["passkey_added"])


def test_only_the_challenge_that_was_asked_is_answered(mere: User) -> None:
    device = enrolled(mere)
    before, _ = passkeys.to_give(mere)
    _, state = passkeys.to_give(mere)
    with pytest.raises(NotPossible, match="Wrong challenge"):
        passkeys.use(user=mere, state=state, answer=device.signed(before))
    asked, state = passkeys.to_give(mere)
    with pytest.raises(NotPossible, match="Incorrect type"):
        passkeys.use(user=mere, state=state, answer=signed_as_made(device, asked))


def signed_as_made(device: Device, asked: dict[str, object]) -> str:
    """A signature over what is meant for making a passkey."""
    made, signed = json.loads(device.made(asked)), json.loads(device.signed(asked))
    signed["response"]["clientDataJSON"] = made["response"]["clientDataJSON"]
    return json.dumps(signed)


def test_a_passkey_of_one_account_opens_no_other(mere: User, ana: User) -> None:
    device = enrolled(mere)
    enrolled(ana, Device(b"a" * 32))
    with pytest.raises(NotPossible, match="Unknown credential"):
        use(ana, device)
    asked, state = passkeys.to_give(mere)
    with pytest.raises(NotPossible, match="another account"):
        passkeys.use(user=ana, state=state, answer=device.signed(asked))
    with pytest.raises(NotPossible, match="there already"):
        enrolled(ana, device)
    impostor = Device(device.key_id)
    with pytest.raises(NotPossible, match="Invalid signature"):
        use(mere, impostor)


@pytest.mark.parametrize("count", [0, 4, 5])
def test_a_count_that_goes_back_or_stands_still_is_a_copy(mere: User, count: int) -> None:
    device = enrolled(mere, Device(count=3))
    device.count = 4
    use(mere, device)
    device.count, device.counts = count, False
    with pytest.raises(NotPossible, match="its count went back"):
        use(mere, device)
    assert Passkey.objects.get().sign_count == 5


def test_a_device_that_does_not_count_is_taken(mere: User) -> None:
    device = enrolled(mere, Device(counts=False))
    use(mere, device)
    use(mere, device)
    assert acts() == ["passkey_added", "passkey_used", "passkey_used"]


@pytest.mark.parametrize("answer", ["", "{}", "[]", "1", "null", '{"rawId": 1}', "[" * 9000, "é"])
def test_what_cannot_be_read_is_refused(mere: User, answer: str) -> None:
    _, state = passkeys.to_add(mere)
    with pytest.raises(NotPossible):
        passkeys.add(user=mere, name="Any", state=state, answer=answer)
    enrolled(mere)
    _, state = passkeys.to_give(mere)
    with pytest.raises(NotPossible):
        passkeys.use(user=mere, state=state, answer=answer)


def test_what_was_asked_before_a_change_or_a_reset_adds_nothing(mere: User, ana: User) -> None:
    enrolled(mere)
    device = Device(b"b" * 32)
    asked, state = passkeys.to_add(mere)
    second_factor.reset(account=mere, by=ana)
    with pytest.raises(NotPossible, match="before a change"):
        passkeys.add(user=mere, name="Thief", state=state, answer=device.made(asked))
    assert (Passkey.objects.count(), RecoveryCode.objects.count()) == (0, 0)


def test_no_more_than_ten_and_the_browser_hears_which_there_are(mere: User) -> None:
    for number in range(passkeys.MOST_PASSKEYS):
        enrolled(mere, Device(bytes([number]) * 32))
    with pytest.raises(NotPossible, match="No more than 10"):
        enrolled(mere, Device(b"x" * 32))
    assert len(passkeys.to_add(mere)[0]["publicKey"]["excludeCredentials"]) == 10


def test_a_passkey_beside_another_thing_is_removed_and_the_last_never(mere: User) -> None:
    enrolled(mere)
    first = Passkey.objects.get().pk
    with pytest.raises(NotPossible, match="all you have"):
        passkeys.remove(user=mere, key=first)
    enrolled(mere, Device(b"b" * 32))
    codes = set(RecoveryCode.objects.values_list("hash", flat=True))
    generation = second_factor.generation(mere)
    passkeys.remove(user=mere, key=first)
    assert second_factor.generation(mere) != generation
    assert set(RecoveryCode.objects.values_list("hash", flat=True)) == codes
    with pytest.raises(NotPossible, match="removed already"):
        passkeys.remove(user=mere, key=first)
    with pytest.raises(NotPossible, match="removed already"):
        passkeys.remove(user=UserFactory(), key=Passkey.objects.get().pk)
    assert acts() == ["passkey_added", "passkey_added", "passkey_removed"]


def test_an_app_beside_a_passkey_keeps_the_codes_and_either_may_go(mere: User) -> None:
    enrolled(mere)
    assert set_up(mere) == []
    assert second_factor.use(mere, code_of(mere))
    second_factor.remove_app(user=mere)
    with pytest.raises(NotPossible, match="removed already"):
        second_factor.remove_app(user=mere)
    assert not second_factor.use(mere, "123456")
    assert acts() == ["passkey_added", "factor_set_up", "app_removed"]


@pytest.mark.parametrize(
    ("url", "possible"),
    [("http://127.0.0.1:8000", False), ("http://[::1]:8000", False), ("https://accord.govt.nz", True)],
)
def test_browsers_keep_passkeys_for_names_only(settings: Settings, url: str, possible: bool) -> None:
    settings.BASE_URL = url
    assert passkeys.are_possible() is possible


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_removals_at_once_one_leaves_something_standing() -> None:
    user = UserFactory()
    enrolled(user)
    enrolled(user, Device(b"b" * 32))
    one, two = Passkey.objects.all()

    def second() -> str:
        try:
            passkeys.remove(user=user, key=two.pk)
        except NotPossible as refused:
            return str(refused)
        return "removed"

    said = behind(lambda: passkeys.remove(user=user, key=one.pk), second)
    assert (said.startswith("This is all you have"), Passkey.objects.get()) == (True, two)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_presses_with_one_answer_a_counting_device_signs_in_once() -> None:
    user = UserFactory()
    device = enrolled(user)
    asked, state = passkeys.to_give(user)
    answer = device.signed(asked)

    def second() -> str:
        try:
            passkeys.use(user=user, state=state, answer=answer)
        except NotPossible as refused:
            return str(refused)
        return "used"

    said = behind(lambda: passkeys.use(user=user, state=state, answer=answer), second)
    assert (said.endswith("its count went back"), LogLine.objects.filter(act="passkey_used").count()) == (
        True,
        1,
    )
