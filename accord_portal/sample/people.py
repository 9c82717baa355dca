"""Made-up people and organisations for the demo. Nobody here exists.

Agencies are the Accord's own; what they are said to do here is made up as well. Addresses stand
under names reserved for examples, and the telephone numbers reach nobody.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SamplePerson:
    """Somebody who answers the call, and what becomes of it.

    `says` names the questions answered Yes by their first letters: k(eep informed), c(ommunity of
    interest), g(ive advice), a (champion the Accord). `fate` is an outcome, or "new", "in_hand", "spam".
    """

    name: str
    days_ago: int
    says: str
    fate: str
    email: str = ""
    organisation: str = ""
    telephone: str = ""
    channel: str = "web"
    initiatives: str = ""
    comments: str = ""
    confirms: bool = True
    reply: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SampleChampion:
    """A champion made of one person's answer; `agrees` counts the initiatives that may be public."""

    person: str
    kind: str
    name: str
    summary: str
    principles: tuple[str, ...]
    agency: str = ""
    agrees: int | None = None
    published: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Somebody whom one of the people recommends; `fate` is "awaiting", "invited" or "never_again"."""

    by: str
    name: str
    email: str
    why: str
    days_ago: int
    fate: str
    has_told: bool = True
    may_be_named: bool = False


CLOSED_BECAUSE = {
    "taken_up": "We have agreed with you what happens next, and somebody here looks after it.",
    "not_taken_up": "What you propose is not for us to decide. We have said whom you could ask.",
    "passed_on": "Another agency looks after this. They have what you asked us to pass on.",
    "nothing_asked": "You told us what you think and asked nothing more of us. Thank you for that.",
}

STAFF_NAMES = {"rewa.marsh@example.org": "Rewa Marsh", "daniel.quill@example.org": "Daniel Quill"}

SUGGESTIONS = [
    Suggestion(
        by="Mārama Pōtiki",
        name="Sefina Tuala",
        email="sefina@example.org",
        why="She runs the homework club and hears first when a form makes no sense to families.",
        days_ago=9,
        fate="invited",
        may_be_named=True,
    ),
    Suggestion(
        by="Mārama Pōtiki",
        name="Tom Arkwright",
        email="tom.arkwright@example.org",
        why="Treasurer of the hall committee.",
        days_ago=9,
        fate="never_again",
        has_told=False,
        may_be_named=True,
    ),
    Suggestion(
        by="Priya Nair",
        name="Hinemoa Pukerua",
        email="hinemoa@example.org",
        why="She has put on the street festival for ten years and knows everybody.",
        days_ago=1,
        fate="awaiting",
    ),
]

PEOPLE = [
    SamplePerson(**person)
    for person in tomllib.loads((Path(__file__).parent / "people.toml").read_text(encoding="utf-8"))["person"]
]

CHAMPIONS = [
    SampleChampion(
        person="Mārama Pōtiki",
        kind="organisation",
        name="Riverbend Whānau Collective",
        summary="Families along one river who would rather be asked once, well, and hear what became of it.",
        principles=("voices-of-all", "trust-and-respect"),
        published=True,
    ),
    SampleChampion(
        person="Relationships team",
        kind="agency",
        agency="internal-affairs",
        name="Department of Internal Affairs",
        summary="We look after the Accord and try out on ourselves what we ask of others.",
        principles=("te-tiriti", "voices-of-all", "good-faith", "trust-and-respect"),
        published=True,
    ),
    SampleChampion(
        person="Siaosi Vainikolo",
        kind="organisation",
        name="Saltwater Youth Trust",
        summary="Run by people under 25, with two older ones to hold the keys.",
        principles=("voices-of-all",),
        agrees=1,
        published=True,
    ),
    SampleChampion(
        person="Hēmi Rāwiri",
        kind="group",
        name="Upper Valley Flood Neighbours",
        summary="Neighbours on four streets. No constitution, no bank account, a good list of"
        " telephone numbers.",
        principles=("good-faith", "trust-and-respect"),
        published=True,
    ),
    SampleChampion(
        person="Community partnerships",
        kind="agency",
        agency="health",
        name="Ministry of Health",
        summary="Fewer reports, longer agreements, and one person to ring.",
        principles=("good-faith",),
        published=True,
    ),
    SampleChampion(
        person="李明霞 (Mingxia Li)",
        kind="group",
        name="Harbour Chinese Seniors’ Circle",
        summary="Eighty members over seventy, who meet on the first Tuesday.",
        principles=("voices-of-all", "trust-and-respect"),
    ),
    SampleChampion(
        person="Fa’asavalu Leota",
        kind="individual",
        name="Fa’asavalu Leota",
        summary="Gardener, retired bus driver, member of everything.",
        principles=("trust-and-respect",),
        published=True,
        withdrawn=True,
    ),
    SampleChampion(
        person="Programme office",
        kind="agency",
        agency="te-puni-kokiri",
        name="Te Puni Kōkiri",
        summary="People first, paper after.",
        principles=("te-tiriti", "trust-and-respect"),
        published=True,
    ),
    SampleChampion(
        person="Bronwyn Ellis-Tau",
        kind="organisation",
        name="Two Rivers Budgeting Service",
        summary="Free and confidential budgeting help in three towns.",
        principles=("good-faith", "trust-and-respect"),
        published=True,
    ),
]

CALLER = (
    "Hēmi Rāwiri",
    "Upper Valley Flood Neighbours",
    "(04) 555 0109",
    "Rang to ask when the next meeting is. Says we have written to him before.",
    "Ring back with the day of the next meeting",
)

OLD_LIST_IS = "The register of the regional signings, 2011"
OLD_LIST = """\
Name,Organisation,Email,Telephone,Keep informed,Basis
Rongomai Teka,Ridge Road Playcentre,rongomai@ridgeroad.example.org,,yes,ticked the box in 2011
Elspeth McLeod,,elspeth@example.net,(03) 000 0012,yes,ticked the box in 2011
Sina Tuilagi,Pacific Readers’ Circle,,(09) 000 0013,no,
Bernard Quill,Quill Family Trust,bernard@example.net,,yes,
Mārama Pōtiki,Riverbend Whānau Collective,marama@riverbend.example.org,,yes,ticked the box in 2011
No Address At All,,,,yes,ticked the box in 2011
"""
