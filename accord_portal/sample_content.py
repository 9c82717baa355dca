"""Made-up people, organisations and news for the demo. Nobody here exists.

Agencies are the Accord's own; what they are said to do here is made up as well. Addresses stand
under names reserved for examples, and the telephone numbers reach nobody.
"""

from dataclasses import dataclass


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
    SamplePerson(
        name="Mārama Pōtiki",
        organisation="Riverbend Whānau Collective",
        email="marama@riverbend.example.org",
        days_ago=41,
        says="kcga",
        fate="champion",
        initiatives=(
            "- A shared calendar of consultations, so that the same twelve families are not asked"
            " five times\n"
            "  Agencies that work in our valley add what they plan to ask, whom and when. We meet"
            " each quarter"
            " and join up what can be asked together.\n"
            "- Reporting back at the place where people spoke\n"
            "  Within a month of any meeting somebody comes back to the same hall and says what was"
            " heard, what"
            " changed and what did not."
        ),
        comments="Evenings suit us better than working hours.",
    ),
    SamplePerson(
        name="Relationships team",
        organisation="Department of Internal Affairs",
        email="accord.internal-affairs@example.org",
        channel="email",
        days_ago=40,
        says="kca",
        fate="champion",
        initiatives=(
            "One page before each new fund\nBefore a fund opens, five community groups read its"
            " form aloud with"
            " us, and what they stumble over is rewritten.\n\n"
            "Answering in the channel we were asked in\nIf a group rings, we ring back; a form is"
            " filled in for"
            " them by the person who took the call."
        ),
    ),
    SamplePerson(
        name="Siaosi Vainikolo",
        organisation="Saltwater Youth Trust",
        email="siaosi@saltwater.example.nz",
        days_ago=39,
        says="kca",
        fate="champion",
        initiatives=(
            "1. Young people chair the meeting\n"
            "   Twice a year those under 25 set the questions and agency managers come to listen.\n"
            "2. A plain words panel\n"
            "   Six young people mark up agency letters with what they understood."
        ),
    ),
    SamplePerson(
        name="Nguyễn Thị Minh Anh",
        email="minhanh@example.com",
        days_ago=38,
        says="k",
        fate="noted",
        comments="I heard about the Accord at the library. Please write to me in simple English.",
    ),
    SamplePerson(
        name="Hēmi Rāwiri",
        organisation="Upper Valley Flood Neighbours",
        email="hemi.rawiri@example.org",
        days_ago=37,
        says="kga",
        fate="champion",
        initiatives=(
            "Street phone trees tested with the council and the emergency office each autumn\nWe"
            " know who has no"
            " car and who has a spare room. The office knows when the river will rise. Once a year"
            " we try it out"
            " together.\n\n"
            "A shared shed of pumps and generators"
        ),
    ),
    SamplePerson(
        name="Aino Järvinen-Brown",
        organisation="Southern Coast Environment Network",
        email="aino@southerncoast.example.org",
        days_ago=36,
        says="kc",
        fate="noted",
        comments="Happy to comment on drafts. Two weeks’ notice is enough.",
    ),
    SamplePerson(
        name="Community partnerships",
        organisation="Ministry of Health",
        email="accord.health@example.org",
        channel="email",
        days_ago=35,
        says="kca",
        fate="champion",
        initiatives=(
            "Contracts of one length\nWhere three of our contracts support one organisation, they"
            " end on one day"
            " and are reported on in one report."
        ),
    ),
    SamplePerson(
        name="Wiremu Tāmaki-Hughes",
        telephone="(021) 000 0001",
        channel="telephone",
        days_ago=34,
        says="kg",
        fate="meeting",
        reply="Rang back on his mobile: he will come to the afternoon meeting and needs a lift from the bus.",
        comments="Told us by telephone. Prefers calls: does not use email.",
    ),
    SamplePerson(
        name="李明霞 (Mingxia Li)",
        organisation="Harbour Chinese Seniors’ Circle",
        email="mingxia@harbour.example.org",
        days_ago=33,
        says="kca",
        fate="champion",
        initiatives=(
            "Tea with the agency\nEach month one agency sends one person to our morning tea, with"
            " an interpreter,"
            " to answer whatever is asked. No slides."
        ),
    ),
    SamplePerson(
        name="Priya Nair",
        organisation="Newcomers’ Kitchen",
        email="priya@newcomers.example.org",
        days_ago=32,
        says="kc",
        fate="noted",
    ),
    SamplePerson(
        name="Buy Best Links",
        email="sales@example.net",
        days_ago=31,
        says="kcga",
        fate="spam",
        confirms=False,
        initiatives="Rank first! http://example.net/links",
        comments="Limited offer",
    ),
    SamplePerson(
        name="Fa’asavalu Leota",
        organisation="Sāmoan Elders’ Garden Group",
        email="faasavalu@example.org",
        days_ago=30,
        says="ka",
        fate="champion",
        initiatives=(
            "Gardens on agency land\nThree agencies own grass that nobody uses. We would grow food there and"
            " teach anyone who comes."
        ),
    ),
    SamplePerson(
        name="Łukasz Wiśniewski",
        email="lukasz@example.com",
        days_ago=29,
        says="k",
        fate="noted",
    ),
    SamplePerson(
        name="Programme office",
        organisation="Te Puni Kōkiri",
        email="accord.tpk@example.org",
        channel="paper",
        days_ago=28,
        says="kca",
        fate="champion",
        initiatives=(
            "Relationships before contracts\nA new provider meets the people it will deal with, in"
            " person, before"
            " anything is drafted.\n\n"
            "Handing a relationship on\nWhen one of our people leaves, the next one is introduced"
            " by the last."
        ),
    ),
    SamplePerson(
        name="Kahurangi Whaanga",
        organisation="Coast Road Health Volunteers",
        email="kahurangi@coastroad.example.org",
        days_ago=27,
        says="kcg",
        fate="meeting",
        comments="We have ideas about transport to appointments and would rather talk than write.",
    ),
    SamplePerson(
        name="Иван Соколов",
        email="ivan.sokolov@example.com",
        days_ago=26,
        says="kc",
        fate="noted",
    ),
    SamplePerson(
        name="Oluwaseun Adébáyọ̀",
        organisation="Drumline Youth Music",
        email="seun@drumline.example.org",
        days_ago=25,
        says="kca",
        fate="passed_on",
        initiatives="Open school halls at weekends, with one key holder for all the groups that use a hall.",
        reply="Thank you. School halls are for the schools and their ministry; we have asked who"
        " there can help"
        " you, and will write again when we have a name.",
    ),
    SamplePerson(
        name="Bronwyn Ellis-Tau",
        organisation="Two Rivers Budgeting Service",
        email="bronwyn@tworivers.example.org",
        days_ago=24,
        says="kca",
        fate="champion",
        initiatives=(
            "A warm handover\nNobody is given a telephone number and sent away: our people and the"
            " agency’s make"
            " the first call together, with the person in the room."
        ),
    ),
    SamplePerson(
        name="김지우",
        email="jiwoo@example.com",
        days_ago=23,
        says="k",
        fate="noted",
        confirms=False,
    ),
    SamplePerson(
        name="Tama-Rose Kereama",
        email="tamarose@kōrero.example",
        days_ago=22,
        says="kcg",
        fate="in_hand",
        comments="I chaired a meeting in 2011 and kept my notes, if they are of use.",
        note="Offers her own notes from 2011. Ask what may be copied before we meet.",
    ),
    SamplePerson(
        name="José Ñáñez",
        organisation="Latin Dance in the Park",
        email="jose@example.org",
        days_ago=21,
        says="k",
        fate="declined",
        comments="Can you pay for our sound system?",
        reply="Thank you for writing. The Accord has no money to give, so we cannot help with the"
        " sound system."
        " Your council’s community funds adviser may.",
    ),
    SamplePerson(
        name="Suharti",
        email="suharti@example.com",
        days_ago=20,
        says="kc",
        fate="noted",
    ),
    SamplePerson(
        name="Máire Ní Dhálaigh",
        organisation="Rural Women’s Transport Share",
        email="maire@transportshare.example.nz",
        days_ago=18,
        says="kca",
        fate="in_hand",
        initiatives=(
            "Spare seats\nAgency cars drive past our gates half empty. We would match their trips"
            " with people who"
            " need to get to town, with rules both sides have signed."
        ),
    ),
    SamplePerson(
        name="محمد الأمين",
        organisation="Open Door Refugee Volunteers",
        email="mohamed@opendoor.example.org",
        days_ago=17,
        says="kcga",
        fate="in_hand",
        initiatives="Interpreters who are booked once for a whole day of appointments, whoever the"
        " agency is.",
        note="Three agencies book interpreters separately. Find out who does it in each.",
    ),
    SamplePerson(
        name="Gwenllian Parry",
        email="gwen.parry@example.org",
        days_ago=16,
        says="k",
        fate="noted",
    ),
    SamplePerson(
        name="Te Ao Mārama Hikaka",
        organisation="Lakeside Carers",
        email="teaomarama@lakeside.example.org",
        days_ago=15,
        says="kcg",
        fate="in_hand",
        comments="Carers can only meet on line, in school hours.",
    ),
    SamplePerson(
        name="佐藤 花",
        email="hana.sato@example.com",
        days_ago=14,
        says="kc",
        fate="noted",
    ),
    SamplePerson(
        name="Ray Tuhiwai",
        telephone="(04) 000 0002",
        channel="telephone",
        days_ago=13,
        says="ka",
        fate="in_hand",
        initiatives="A noticeboard outside the shop, kept by both the council and us.",
        reply="Rang: he will send a photograph of where the board could stand.",
    ),
    SamplePerson(
        name="Zoë D’Souza-O’Neill",
        organisation="Disability Voices Forum",
        email="zoe@voices.example.org",
        days_ago=12,
        says="kcga",
        fate="in_hand",
        initiatives="- Every consultation in formats people asked for\n- Pay people who advise you",
        comments="Please send meeting papers as plain text.",
    ),
    SamplePerson(
        name="Casino Bonus",
        email="win@example.net",
        days_ago=11,
        says="k",
        fate="spam",
        confirms=False,
        comments="You have won",
    ),
    SamplePerson(
        name="அன்பு செல்வன்",
        organisation="Tamil Language Saturday School",
        email="anbu@saturday.example.org",
        days_ago=10,
        says="kc",
        fate="in_hand",
    ),
    SamplePerson(
        name="Ngaire Fitzwilliam",
        organisation="Volunteer Drivers of the Plains",
        telephone="(03) 000 0003",
        channel="paper",
        days_ago=10,
        says="kg",
        fate="new",
        comments="Form came by post. No email.",
    ),
    SamplePerson(
        name="Tevita Fonua",
        email="tevita.fonua@example.org",
        days_ago=9,
        says="kca",
        fate="new",
        initiatives="Homework club in the council’s meeting room.",
    ),
    SamplePerson(
        name="Huhana Te Rangi",
        organisation="Eastern Bays Weavers",
        email="huhana@weavers.example",
        days_ago=8,
        says="kc",
        fate="new",
        confirms=False,
    ),
    SamplePerson(
        name="Anneke van der Berg",
        email="anneke@mailbox.invalid",
        days_ago=6,
        says="kcg",
        fate="new",
        confirms=False,
        telephone="(06) 000 0004",
    ),
    SamplePerson(
        name="ไพลิน ศรีสุข",
        email="pailin@example.com",
        days_ago=3,
        says="k",
        fate="new",
    ),
    SamplePerson(
        name="Rangi Makea-Solomona",
        organisation="Cook Islands Navigators’ Society",
        email="rangi@navigators.example.org",
        days_ago=2,
        says="kca",
        fate="new",
        initiatives=(
            "- Elders and agency staff share one canoe trip a year, and talk on the way\n"
            "- Our language week planned with three agencies instead of one"
        ),
        comments="Ring after four please.",
    ),
    SamplePerson(
        name="Eleanor Whitcombe",
        organisation="Hillside Toy Library",
        email="eleanor@toylibrary.example.nz",
        days_ago=1,
        says="kc",
        fate="new",
        confirms=False,
    ),
    SamplePerson(
        name="יעל כהן",
        email="yael@example.com",
        days_ago=1,
        says="kg",
        fate="new",
    ),
    SamplePerson(
        name="Ihaia Pārekura",
        organisation="Bush Edge Conservation Group",
        email="ihaia@bushedge.example.org",
        days_ago=0,
        says="kcga",
        fate="new",
        confirms=False,
        initiatives=(
            "Traps lent by the agency, checked by us, and the figures open to everybody.\n\n"
            "One permit for the whole reserve instead of one for each track."
        ),
        comments="We are forty volunteers and nobody is paid.",
    ),
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

KEEP_INFORMED, COMMUNITY_OF_INTEREST = "keep_informed", "community_of_interest"

# Days ago (None: still a draft), audience, title, summary, body.
UPDATES: list[tuple[int | None, str, str, str, str]] = [
    (
        41,
        KEEP_INFORMED,
        "The call is open",
        "Anyone can say how they would like to take part in the Accord: online, by email or by telephone.",
        "Four questions, each Yes or No. You choose what you say Yes to, and can change it whenever"
        " you like.\n\n"
        "## What happens next\n\n"
        "- You get a reference and a copy of your answers.\n"
        "- A person answers within three working days.\n"
        "- What you propose is followed up.\n",
    ),
    (
        34,
        KEEP_INFORMED,
        "What the first answers have in common",
        "Ask us once, come back and tell us: that is what most of the first answers say.",
        "Most of those who wrote in the first week want the same two things:\n\n"
        "1. to be asked once, not once by each agency\n"
        "2. to hear what became of it\n\n"
        "Three of them have offered to show how that could work.\n",
    ),
    (
        27,
        KEEP_INFORMED,
        "The first champions are published",
        "Agencies and community groups now show side by side what they are doing about the Accord.",
        "Each champion chose what may be shown. Their initiatives can be searched, by the Accord’s principles"
        " as well.\n",
    ),
    (
        22,
        COMMUNITY_OF_INTEREST,
        "For your comment: how should a champion report?",
        "A short proposal for the community of interest. Tell us what you think.",
        "We propose that a champion reports twice a year, in three sentences:\n\n"
        "- what was done\n"
        "- what the other side says about it\n"
        "- what comes next\n\n"
        "Is twice a year right? Should both sides sign? [Tell us](/contact/).\n",
    ),
    (
        7,
        KEEP_INFORMED,
        "Phone trees, tried out",
        "Four streets and an emergency office tested their telephone tree on a wet Thursday night.",
        "It took eleven minutes to reach everybody on the list. Two numbers were out of date; both are right"
        " now. **Next:** the same again in autumn, with the power off.\n",
    ),
    (
        None,
        COMMUNITY_OF_INTEREST,
        "What you said about reporting",
        "A summary of the comments on how champions should report.",
        "Draft: not finished.\n\n- Most want it short.\n- Half want both sides to sign.\n",
    ),
]

# Days ago, audience, what stands above the news.
ISSUES = [
    (20, KEEP_INFORMED, "The first news since the call opened."),
    (13, COMMUNITY_OF_INTEREST, "One question for you in this issue: how should champions report?"),
]

# Kind, title, what the partners call it, parties, vision, whether it is public.
PARTNERSHIPS = [
    (
        "memorandum",
        "Ready before the river rises",
        "The shed agreement",
        "Upper Valley Flood Neighbours\nDepartment of Internal Affairs",
        "Four streets that know what to do in the first hour, and an office that knows them.",
        True,
    ),
    (
        "relationship_agreement",
        "Asked once",
        "",
        "Riverbend Whānau Collective\nMinistry of Health\nTe Puni Kōkiri",
        "Families are asked once, and told what became of it.",
        True,
    ),
    (
        "letter_of_intent",
        "Spare seats",
        "",
        "Rural Women’s Transport Share\nMinistry of Social Development",
        "No empty seat drives past a gate where somebody waits.",
        False,
    ),
]

# Days ago, title, summary, body.
PRACTICE_STORIES = [
    (
        30,
        "Coming back to the same hall",
        "A collective and two agencies agreed that whoever asks also returns. It cost one evening a quarter.",
        "## What was done\n\nAfter each consultation somebody came back to the hall within a month.\n\n"
        "## What was learned\n\n"
        "- Say what did **not** change, and why. That is what people remembered.\n"
        "- Bring the person who decided, not only the one who took notes.\n"
        "- Feed people.\n",
    ),
    (
        12,
        "Reading the form aloud",
        "Five groups read a funding form aloud before it was published. A third of its questions went.",
        "## What was done\n\nFive groups each read the form aloud while its author listened and"
        " said nothing.\n\n"
        "## What was learned\n\n"
        "- Where a reader stops, the question is wrong.\n"
        "- Two questions asked for what another form had asked already.\n",
    ),
]


# --- the contact list -----------------------------------------------------------------------

# Somebody who rang: name, organisation, number, what was said, what was promised.
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
