"""Evidence only grows: the database itself refuses every change and every deletion."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Field, Model

from accord_portal.foundation.append_only import door
from accord_portal.foundation.models import Door
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, Revision
from champions.models import PartnershipStep, ProgressReport
from responses.models import Activity, Consent, ConsentWording, ReferralConsent
from tests.asked import ReferralFactory
from tests.factories import ConsentFactory, ContactFactory, UserFactory
from tests.partnerships import PartnershipFactory
from tests.register import ProgressReportFactory

GROWING: list[type[Model]] = [
    Consent,
    ReferralConsent,
    ConsentWording,
    Activity,
    LogLine,
    Revision,
    ProgressReport,
    PartnershipStep,
]
BLANKABLE: dict[type[Model], list[str]] = {
    Consent: ["message"],
    ReferralConsent: ["words"],
    Activity: ["text"],
    Revision: ["before"],
    ProgressReport: ["why", "speaker"],
    PartnershipStep: ["note"],
}
tables = pytest.mark.parametrize("model", GROWING, ids=lambda model: model.__name__)


def line(model: type[Model]) -> Model:
    """A row of this table, without anything that points to it."""
    if model is Consent:
        return ConsentFactory(message="They rang")
    if model is ReferralConsent:
        referral = ReferralFactory()
        about = {"contact": referral.eoi.contact, "words": referral.words}
        return ReferralConsent.objects.create(referral=referral, decision="given", **about)
    if model is Activity:
        return Activity.objects.create(contact=ContactFactory(), kind="note", text="They rang")
    if model is ProgressReport:
        return ProgressReportFactory()
    if model is PartnershipStep:
        step = {"status": "signed", "since_on": dt.date(2026, 1, 31), "note": "They rang"}
        return PartnershipFactory().steps.create(recorded_by=UserFactory(), **step)
    if model is LogLine:
        user = UserFactory()
        log("viewed", user, by=user)
        return LogLine.objects.get()
    if model is Revision:
        return Revision.objects.create(kind="champions.champion", key=1, before={"name": "They rang"})
    return ConsentWording.objects.create(purpose="give_advice", version=99, text="May we?")


def row(model: type[Model], key: int) -> dict[str, Any]:
    return model._default_manager.values().get(pk=key)


def refused(table: str) -> Any:
    return pytest.raises(IntegrityError, match=f"{table} only grows")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


WAYS: dict[str, Callable[[Model], object]] = {
    "save": lambda row: row.save(),
    "delete": lambda row: row.delete(),
    "update all": lambda row: type(row)._default_manager.update(**{instant(row): F(instant(row))}),
    "delete all": lambda row: type(row)._default_manager.filter(pk=row.pk).delete(),
    "delete at once": lambda row: type(row)._default_manager.filter(pk=row.pk)._raw_delete("default"),
    "bulk_update": lambda row: type(row)._default_manager.bulk_update([row], [instant(row)]),
    "raw update": lambda row: run(f"UPDATE {row._meta.db_table} SET {instant(row)} = {instant(row)}"),
    "raw delete": lambda row: run(f"DELETE FROM {row._meta.db_table} WHERE id = {row.pk}"),
}


def instant(row: Model) -> str:
    """The column that says when."""
    return next(f.column for f in row._meta.concrete_fields if f.get_internal_type() == "DateTimeField")


@pytest.mark.django_db
@tables
def test_there_is_a_wall_around(model: type[Model]) -> None:
    """The triggers stand at the end of all migrations: one that rebuilds a table must put them up again."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
            )
            expected = {f"{table}_only_grows"}
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            expected = {f"{table}_no_delete", f"{table}_no_update"}
        assert expected <= {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
@tables
@pytest.mark.parametrize("way", WAYS)
def test_a_line_cannot_be_changed_or_taken_away(model: type[Model], way: str) -> None:
    added = line(model)
    key, before = added.pk, row(model, added.pk)
    with refused(model._meta.db_table), transaction.atomic():
        WAYS[way](added)
    assert row(model, key) == before


# --- the door --------------------------------------------------------------------------------


def another(field: Field[Any, Any]) -> object:
    """A value the column does not have."""
    kind = field.get_internal_type()
    if kind == "DateTimeField":
        return dt.datetime(2011, 8, 1, tzinfo=dt.UTC)
    if kind == "DateField":
        return dt.date(2011, 8, 1)
    if kind == "BooleanField":
        return True
    return "x" if kind in ("CharField", "TextField") else 1_000_000


@pytest.mark.django_db
@tables
def test_with_the_door_open_the_named_columns_can_be_blanked(model: type[Model]) -> None:
    added = line(model)
    before, blank = row(model, added.pk), dict.fromkeys(BLANKABLE.get(model, []), "")
    with door():
        if blank:
            model._default_manager.filter(pk=added.pk).update(**blank)
    assert row(model, added.pk) == {**before, **blank}
    for column in blank:
        with refused(model._meta.db_table), transaction.atomic():
            model._default_manager.filter(pk=added.pk).update(**{column: "again"})


@pytest.mark.django_db
@tables
def test_with_the_door_open_nothing_else_can_be_changed_and_nothing_deleted(model: type[Model]) -> None:
    added = line(model)
    before, rows = row(model, added.pk), model._default_manager.filter(pk=added.pk)
    blank = dict.fromkeys(BLANKABLE.get(model, []), "")
    with door():
        for field in model._meta.concrete_fields:
            if field.name in blank:
                continue
            with refused(model._meta.db_table), transaction.atomic():
                rows.update(**{field.attname: another(field), **blank})
        with refused(model._meta.db_table), transaction.atomic():
            rows._raw_delete("default")
    assert row(model, added.pk) == before


@pytest.mark.django_db
def test_the_door_shuts_behind_whoever_went_through() -> None:
    with door():
        assert Door.objects.count() == 1
    assert Door.objects.count() == 0
    with pytest.raises(ZeroDivisionError), door():
        raise ZeroDivisionError
    assert Door.objects.count() == 0


def elsewhere(act: Callable[[], object]) -> object:
    """What the act comes to on a connection of its own."""

    def run_it() -> object:
        try:
            if connection.vendor == "sqlite":
                run("PRAGMA busy_timeout = 10")  # one writer at a time: do not wait for the other
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run_it).result()


@pytest.mark.django_db(transaction=True)
def test_nobody_elses_transaction_sees_the_door_open() -> None:
    added = line(Consent)

    def blank() -> None:
        Consent.objects.filter(pk=added.pk).update(message="")

    with door():
        assert elsewhere(Door.objects.count) == 0
        with pytest.raises(DatabaseError):
            elsewhere(blank)
    with pytest.raises(IntegrityError, match="only grows"):
        elsewhere(blank)
    assert Consent.objects.get().message == "They rang"


@pytest.mark.django_db(transaction=True)
def test_the_wall_stands_again_after_a_test_of_transactions() -> None:
    added = line(Consent)
    with refused("responses_consent"):
        Consent.objects.filter(pk=added.pk).update(message="")
