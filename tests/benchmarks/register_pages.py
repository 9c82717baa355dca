"""The public pages of the register, in a database of a thousand initiatives and in one of a million.

    DATABASE_URL=postgres://…/large python -m tests.benchmarks.register_pages --fill 1000000
    DATABASE_URL=postgres://…/large python -m tests.benchmarks.register_pages

Fills a migrated database without champions (PostgreSQL only); or asks for each page `--rounds` times through
the whole of Django in this process: milliseconds to the first byte, and of them those of this process (the
rest is the database). Says the median of each. Wants the static files collected (`manage.py collectstatic`).
"""

import argparse
import os
import statistics
import time
from typing import Any

import django
from django.test import Client

A_CHAMPION = 50  # initiatives of one champion
RARE = 3  # initiatives with the rare word, the oldest
FILL = """
    INSERT INTO champions_initiative (champion_id, title, slug, description, reason, with_whom, agreed,
        agreed_at, state, registered_at, published_at, published_by_id, search_folded)
    SELECT (ARRAY[%(champions)s])[1 + n %% %(many)s], 'Garden ' || n, 'garden-' || n, 'We meet in hall ' || n,
        '', '', true, now(), 'published', now(), now() - (n || ' seconds')::interval, %(user)s,
        'garden ' || n || CASE WHEN n > %(rows)s - %(rare)s THEN ' rangipuawhe' ELSE '' END || ' we meet'
    FROM generate_series(1, %(rows)s) n ORDER BY n DESC;
    INSERT INTO champions_initiative_regions (initiative_id, codelistentry_id)
    SELECT i.id, r.id FROM champions_initiative i
    JOIN champions_codelistentry r ON r.list = 'region' AND r.position = 1 + i.id %% 18;
    INSERT INTO champions_initiative_principles (initiative_id, principle_id)
    SELECT i.id, p.id FROM champions_initiative i JOIN champions_principle p ON p.position = 1 + i.id %% 4;
    ANALYZE;
"""
PAGES = {
    "the list": "/initiatives/",
    "a region": "/initiatives/?region={region}",
    "a principle": "/initiatives/?principle=good-faith",
    "a rare word": "/initiatives/?q=rangipuawhe",
    "a word that all have": "/initiatives/?q=garden",
    "search: a rare word": "/search/?q=rangipuawhe",
    "search: a word that all have": "/search/?q=garden",
    "search: two words that all have": "/search/?q=garden+meet",
    "search: a word that all have, page 50": "/search/?q=garden&page=50",
    "search: no match": "/search/?q=zzyqxo",
    "the page of a principle": "/principles/good-faith/",
    "the champions": "/champions/",
    "the feed": "/open-data/initiatives.atom",
    "JSON, first byte": "/open-data/initiatives.json",
}
FAR_DOWN = "a page far down"

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--fill", type=int, metavar="INITIATIVES")
arguments.add_argument("--rounds", type=int, default=15)


def fill(number: int) -> None:
    """So many initiatives of a champion for each fifty; the same each time (PostgreSQL only)."""
    from django.core.management import call_command
    from django.db import connection

    from tests.factories import ChampionFactory, UserFactory

    call_command("load_accord", verbosity=0)
    champions = [ChampionFactory(published=True) for _ in range(min(2000, max(1, number // A_CHAMPION)))]
    numbers = {"many": len(champions), "user": UserFactory().pk, "rows": number, "rare": RARE}
    with connection.cursor() as cursor:
        listed = ",".join(str(champion.pk) for champion in champions)
        cursor.execute(FILL.replace("%(champions)s", listed), numbers)


def far_down() -> str:
    """The address of the page after nine tenths of the list."""
    from django.core import signing

    from champions.models import Initiative

    rows = Initiative.objects.order_by("pk")
    row = rows[rows.count() // 10]
    mark = signing.dumps([row.published_at.isoformat(), row.pk], salt="page:-published_at")  # type: ignore[union-attr]
    return f"/initiatives/?after={mark}"


def first_byte(client: Client, address: str) -> tuple[float, float]:
    """Milliseconds until the page, or the first piece of it, is there; and those of this process."""
    began, worked = time.perf_counter(), time.process_time()
    answer: Any = client.get(address)
    if answer.streaming:
        next(iter(answer.streaming_content))
    assert answer.status_code == 200, (address, answer.status_code)
    taken = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
    answer.close()
    return taken


def main() -> None:
    options = arguments.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")
    django.setup()
    if options.fill:
        fill(options.fill)
        return
    from champions.models import CodeListEntry

    region = CodeListEntry.objects.filter(list="region").order_by("position")[3].pk
    pages = {name: address.format(region=region) for name, address in PAGES.items()} | {FAR_DOWN: far_down()}
    client = Client(headers={"host": "localhost"})
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    for each in range(options.rounds + 1):
        for name, address in pages.items():
            taken = first_byte(client, address)
            if each:  # the first round warms up
                times[name].append(taken)
    for name, taken in times.items():
        whole, own = (statistics.median(part) for part in zip(*taken, strict=True))
        print(f"| {name} | {whole:.1f} | {own:.1f} |")


if __name__ == "__main__":
    main()
