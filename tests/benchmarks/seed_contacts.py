"""Fills the database that DATABASE_URL names with made-up contacts, their consent lines and involvements.

    python -m tests.benchmarks.seed_contacts --people 1000000

The same people in the same order each time, all at example.org. However many there are, three of
them are called Rangipuāwhe, twenty want to champion the Accord, twenty others are not to be contacted,
and a fifth belong to a trust. With --owed also a form each and what is owed for it (PostgreSQL only). Wants a
migrated database without contacts.
"""

import argparse
import datetime as dt
import os
import random
import sys
import time
from collections.abc import Iterator

from . import undertakings

GIVEN = (
    "Aroha Hēmi Mere Rāwiri Tūmai Wiremu Kahurangi Ngāio Tāne Hinemoa Māia Pōtiki Anahera Tamati Mārama"
    " Sione Lupe Tevita Mele Fetu Losa Siaosi Ana Semisi Teuila Paulo Sina Viliame Litia Maʻafu"
    " Margaret James Helen David Susan Peter Fiona Alasdair Björn Zoë Chloé Łukasz Jürgen Niamh Seán"
    " Mei Wei Jun Priya Arjun Ananya Hiroshi Yuki Min-jun Seo-yeon Nguyệt Quỳnh Rashid Farah Dewi Somchai"
)
FAMILY = (
    "Ngata Walker Parata Te_Rangi Tāmihana Pōmare Rātana Hōhepa Kereama Paewai Waititi Tūhoe_Smith Māhuta"
    " Faleolo Taufa Leota Tuilagi Fonoti ʻAlatini Vea Maiava Tupou Havili Lealiifano Sapolu Fifita Kaufusi"
    " Smith Brown O’Connor MacDonald Thompson Müller Jensen Kowalski van_der_Berg Dvořák Campbell Hughes"
    " Wu Li Chen Zhang Kim Park Tanaka Suzuki Patel Singh Sharma Rahman Nguyễn Trần Santos Reyes Hussain"
)
PLACES = (
    "Taranaki Ōtautahi Kirikiriroa Whangārei Rotorua Ōamaru Porirua Invercargill Tauranga Ahuriri Whakatū"
    " Gisborne Māngere Levin Timaru Kaikōura Taupō Masterton Ōtāhuhu Westport"
)
KINDS = ["Trust", "Society", "Marae Committee", "Network", "Group", "Council", "Fono", "Collective"]
DEEDS = ["Garden", "Budgeting", "Youth", "Health", "Housing", "Arts", "Kaumātua", "Sports", "Refugee"]
START = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
RARE_NAME, RARE_PEOPLE = "Rangipuāwhe", 3
CHAMPIONS = RESTRICTED = 20
SHARES = {"keep_informed": 0.4, "community_of_interest": 0.1, "give_advice": 0.02}
CHUNK = 5000
GIVEN_NAMES, PLACE_NAMES = GIVEN.split(), PLACES.split()
FAMILY_NAMES = [name.replace("_", " ") for name in FAMILY.split()]

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--people", type=int, default=1000)
arguments.add_argument("--owed", action="store_true", help="with a form each, and three undertakings a form")


def main() -> int:
    options = arguments.parse_args()
    people = options.people
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")
    import django

    django.setup()
    from django.db import connection, transaction

    from responses.models import Contact

    if Contact.objects.exists():
        print("There are contacts in this database already.", file=sys.stderr)
        return 1
    begun = time.monotonic()
    for start in range(0, people, CHUNK):
        with transaction.atomic():
            write(range(start, min(start + CHUNK, people)), people)
        if start and start % (20 * CHUNK) == 0:
            print(f"{start:,} after {time.monotonic() - begun:.0f} s", flush=True)
    if options.owed:
        undertakings.fill(people, undertakings.FORMS, undertakings.OWED)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"{people:,} contacts in {time.monotonic() - begun:.0f} s")
    return 0


def write(numbers: range, people: int) -> None:
    """Writes these people, what they said Yes to, and the line that says so."""
    from responses.models import Consent, ConsentWording, Contact, Involvement

    chance = random.Random(numbers.start)
    wordings = {wording.purpose: wording for wording in ConsentWording.objects.filter(version=1)}
    contacts, consents = [], []
    for number in numbers:
        name, organisation, telephone = person(number, people, chance)
        at = START + dt.timedelta(minutes=5 * number)
        restricted = spread(number + people // (2 * RESTRICTED), people, RESTRICTED)
        contact = Contact(
            name=name,
            organisation=organisation,
            email=f"person{number}@example.org",
            telephone=telephone,
            created_at=at,
            email_confirmed_at=at if number % 4 else None,
            duplicates_sought_at=at,
            restricted_at=at if restricted else None,
            restricted_because="asked" if restricted else "",
        )
        contact.derive()
        contact.derive_likeness()
        contacts.append(contact)
    Contact.objects.bulk_create(contacts)
    for number, contact in zip(numbers, contacts, strict=True):
        consents += [
            Consent(
                contact=contact,
                purpose=purpose,
                decision=Consent.Decision.GIVEN,
                source=Consent.Source.WEB_FORM,
                wording=wordings[purpose],
                recorded_at=contact.created_at,
            )
            for purpose in purposes(number, people, chance)
        ]
    Consent.objects.bulk_create(consents)
    Involvement.objects.bulk_create(
        Involvement(
            contact=line.contact,
            purpose=line.purpose,
            consent=line,
            since_at=line.recorded_at,
            confirmed_at=line.contact.email_confirmed_at,
        )
        for line in consents
    )


def person(number: int, people: int, chance: random.Random) -> tuple[str, str, str]:
    """A name, mostly an organisation, now and then a telephone number."""
    family = RARE_NAME if spread(number, people, RARE_PEOPLE) else chance.choice(FAMILY_NAMES)
    kind = "Trust" if number % 5 == 0 else chance.choice(KINDS[1:])
    organisation = f"{chance.choice(PLACE_NAMES)} {chance.choice(DEEDS)} {kind}" if number % 5 < 4 else ""
    telephone = f"04 {200 + number % 700} {1000 + number % 9000}" if number % 10 == 0 else ""
    return f"{chance.choice(GIVEN_NAMES)} {family}", organisation, telephone


def purposes(number: int, people: int, chance: random.Random) -> Iterator[str]:
    """What this person says Yes to."""
    for purpose, share in SHARES.items():
        if chance.random() < share:
            yield purpose
    if spread(number, people, CHAMPIONS):
        yield "champion_accord"


def spread(number: int, people: int, wanted: int) -> bool:
    """Whether this is one of `wanted` people who stand evenly among all."""
    return (number + 1) * wanted // people != number * wanted // people


if __name__ == "__main__":
    sys.exit(main())
