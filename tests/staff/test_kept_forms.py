"""What is kept of a form: sealed, for its writer, for an hour, and not without end."""

import datetime as dt

import pytest
import time_machine

from accord_portal import sweep
from accord_portal.staff import kept_forms
from accord_portal.staff.kept_forms import Typed
from accord_portal.staff.models import KeptForm, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TYPED = Typed("/staff/a/", "/staff/b/", {"text": ["She rang, Tūtahi"], "item": ["1", "2"]}, had_files=False)


def test_it_comes_back_as_it_was_to_its_writer_alone(mere: User) -> None:
    key = kept_forms.keep(mere, TYPED)
    assert kept_forms.of(mere, key) == TYPED
    assert kept_forms.of(UserFactory(), key) is None
    kept_forms.done_with(UserFactory(), key)
    assert kept_forms.of(mere, key) == TYPED
    kept_forms.done_with(mere, key)
    assert kept_forms.of(mere, key) is None


def test_a_copy_of_the_database_does_not_give_it_away(mere: User) -> None:
    kept_forms.keep(mere, TYPED)
    assert "rang" not in KeptForm.objects.get().sealed


def test_a_row_that_is_put_under_another_account_does_not_open(mere: User) -> None:
    key, other = kept_forms.keep(mere, TYPED), UserFactory()
    KeptForm.objects.update(user=other)
    assert kept_forms.of(other, key) is None


def test_what_was_sealed_under_a_key_that_is_gone_is_nothing(mere: User) -> None:
    key = kept_forms.keep(mere, TYPED)
    KeptForm.objects.update(sealed="gone")
    assert kept_forms.of(mere, key) is None


def test_the_sweep_forgets_it_after_an_hour(mere: User, clock: time_machine.Traveller) -> None:
    kept_forms.keep(mere, TYPED)
    clock.shift(dt.timedelta(minutes=59))
    sweep.tidy(dt.datetime.now(dt.UTC))
    assert KeptForm.objects.count() == 1
    clock.shift(dt.timedelta(minutes=1))
    sweep.tidy(dt.datetime.now(dt.UTC))
    assert KeptForm.objects.count() == 0


def test_the_oldest_give_way_and_those_of_others_stay(mere: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "MAX_FORMS", 2)
    other = kept_forms.keep(UserFactory(), TYPED)
    keys = [kept_forms.keep(mere, TYPED) for _ in range(3)]
    assert list(KeptForm.objects.order_by("pk").values_list("pk", flat=True)) == [other, *keys[1:]]


def test_what_is_too_long_is_not_kept(mere: User) -> None:
    long = TYPED._replace(fields={"text": ["a" * kept_forms.MAX_FORM_CHARACTERS]})
    assert (kept_forms.keep(mere, long), KeptForm.objects.count()) == (0, 0)
