"""The second factor: a code once, by whom it is set up and reset, and what the log has of it."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections
from pytest_django import Settings

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff import second_factor, totp
from accord_portal.staff.models import LogLine, RecoveryCode, SecondFactor, User
from tests.clock import NOON
from tests.factories import UserFactory
from tests.staff.accounts import acts
from tests.staff.second_factors import code_of, set_up

pytestmark = pytest.mark.django_db


def test_a_code_of_the_app_is_good_once(mere: User, clock: time_machine.Traveller) -> None:
    set_up(mere)
    code = code_of(mere)
    assert [second_factor.use(mere, typed) for typed in (f" {code[:3]} {code[3:]} ", code)] == [True, False]
    clock.shift(30)
    assert [second_factor.use(mere, code), second_factor.use(mere, code_of(mere))] == [False, True]


def test_nobody_signs_in_with_the_code_that_the_app_was_set_up_with(mere: User) -> None:
    with time_machine.travel(NOON, tick=False):
        sealed = second_factor.proposed(mere)
        code = totp.code_at(second_factor.secret_in(sealed, mere), totp.step_now())
        second_factor.set_up(user=mere, sealed=sealed, code=code)
        assert not second_factor.use(mere, code)


def test_a_recovery_code_is_good_once_however_it_is_typed_and_the_log_says_how_many_are_left(
    mere: User,
) -> None:
    first, second, *_ = set_up(mere)
    assert second_factor.use(mere, first.upper().replace("-", " "))
    assert not second_factor.use(mere, first)
    assert second_factor.use(mere, second.replace("-", ""))
    lines = LogLine.objects.filter(act="code_used").order_by("pk").values_list("key", "done_by", "detail")
    assert list(lines) == [(mere.pk, mere.pk, "9 left"), (mere.pk, mere.pk, "8 left")]


def test_a_copy_of_the_database_gives_no_code_away(mere: User) -> None:
    codes = set_up(mere)
    (secret,) = second_factor.sealing.unseal("second factor", SecondFactor.objects.get().secret)
    kept = str([*SecondFactor.objects.values(), *RecoveryCode.objects.values(), *LogLine.objects.values()])
    for private in [str(secret), *codes, *(code.replace("-", "") for code in codes)]:
        assert private not in kept
    assert len({code.replace("-", "") for code in codes}) == second_factor.NUMBER_OF_CODES


def test_what_is_one_accounts_is_no_others(mere: User, ana: User) -> None:
    codes = set_up(mere)
    set_up(ana)
    assert not second_factor.use(ana, codes[0])
    assert not second_factor.use(ana, code_of(mere))
    with pytest.raises(NotPossible, match="another account"):
        second_factor.secret_in(second_factor.proposed(mere), ana)
    with pytest.raises(NotPossible, match="too old"):
        second_factor.secret_in("made up", ana)


def test_a_wrong_first_code_sets_nothing_up_and_a_second_app_ends_the_first(mere: User) -> None:
    with pytest.raises(NotPossible, match="not the code"):
        second_factor.set_up(user=mere, sealed=second_factor.proposed(mere), code="000000x")
    assert not SecondFactor.objects.exists()
    sealed = second_factor.proposed(mere)
    old = set_up(mere)
    with pytest.raises(NotPossible, match="changed meanwhile"):
        second_factor.secret_in(sealed, mere)
    first, generation = code_of(mere), second_factor.generation(mere)
    set_up(mere)
    assert generation != second_factor.generation(mere)
    assert [second_factor.use(mere, code) for code in (first, old[0], code_of(mere))] == [False, False, True]
    assert acts() == ["factor_set_up", "factor_set_up"]


def test_new_codes_end_the_old_ones(mere: User) -> None:
    old = set_up(mere)
    new = second_factor.make_new_codes(user=mere)
    assert [second_factor.use(mere, code) for code in (old[0], new[0])] == [False, True]
    assert acts() == ["factor_set_up", "codes_made", "code_used"]


def test_a_change_of_the_key_keeps_the_app_and_a_key_given_up_keeps_the_recovery_codes(
    mere: User, settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.HASH_KEY = "for ever"
    codes = set_up(mere)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert second_factor.use(mere, code_of(mere))
    settings.SECRET_KEY_FALLBACKS = []
    clock.shift(30)
    assert second_factor.use(mere, code_of(mere))  # it went over to the new key
    settings.SECRET_KEY = "newer"
    assert [second_factor.use(mere, code) for code in ("123456", codes[0])] == [False, True]


def test_somebody_else_resets_it_and_the_owner_is_told(mere: User, ana: User) -> None:
    codes = set_up(mere)
    code = code_of(mere)
    second_factor.reset(account=mere, by=ana)
    assert not any(second_factor.use(mere, typed) for typed in (code, *codes))
    line = LogLine.objects.get(act="factor_reset")
    assert (line.key, line.done_by) == (mere.pk, ana)
    assert OutgoingMail.objects.get(message="second_factor_reset").to == mere.email


def test_nobody_resets_their_own_nor_what_there_is_not(mere: User, ana: User) -> None:
    set_up(mere)
    with pytest.raises(NotPossible, match="their own"):
        second_factor.reset(account=mere, by=mere)
    with pytest.raises(NotPossible, match="nothing to reset"):
        second_factor.reset(account=ana, by=mere)
    assert (SecondFactor.objects.count(), OutgoingMail.objects.count()) == (1, 0)


def test_who_runs_the_server_resets_the_last_administrators(mere: User) -> None:
    set_up(mere)
    call_command("reset_second_factor", mere.email.upper(), stdout=StringIO())
    assert not SecondFactor.objects.exists()
    assert LogLine.objects.get(act="factor_reset").done_by is None
    for email in (mere.email, "nobody@example.org"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", email)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", ["app", "recovery"])
def test_of_many_presses_at_the_same_moment_one_has_the_code(which: str) -> None:
    user = UserFactory()
    recovery, *_ = set_up(user)
    code = recovery if which == "recovery" else code_of(user)
    together = Barrier(6)

    def press(_: int) -> bool:
        try:
            together.wait()
            return second_factor.use(user, code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(press, range(6))) == 1
