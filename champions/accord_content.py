"""What the portal states about the Accord: facts and code lists, none of them invented.

A day that is not known is not given. The clause-by-clause expectations are staff's to load.
"""

import datetime as dt

from champions.models import CodeListEntry, Reference

SIGNED_ON = dt.date(2011, 8, 1)
FIRST_CALL_CLOSED_ON = dt.date(2011, 11, 4)

PRINCIPLES = {
    "te-tiriti": "we will respect Te Tiriti o Waitangi",
    "voices-of-all": "we have a collective responsibility to hear and respond to the voices of all",
    "good-faith": "we will act in good faith",
    "trust-and-respect": "our work together will be built on trust and mutual respect",
}

# Slug: a note, and its names in English and in te reo Māori, the name of 2011 first.
AGENCIES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "social-development": ("", [("Ministry of Social Development", "Te Manatū Whakahiato Ora")]),
    "health": ("", [("Ministry of Health", "Manatū Hauora")]),
    "pacific-peoples": (
        "",
        [
            ("Ministry of Pacific Island Affairs", ""),
            ("Ministry for Pacific Peoples", "Te Manatū mō ngā Iwi o te Moana-nui-a-Kiwa"),
        ],
    ),
    "internal-affairs": (
        "Home of the Office for the Community and Voluntary Sector since 2011",
        [("Department of Internal Affairs", "Te Tari Taiwhenua")],
    ),
    "sport": (
        "",
        [
            ("Sport and Recreation New Zealand (SPARC)", "Ihi Aotearoa"),
            ("Sport New Zealand", "Ihi Aotearoa"),
        ],
    ),
    "injury-prevention": (
        "Hosted by ACC, Te Kaporeihana Āwhina Hunga Whara",
        [("New Zealand Injury Prevention Secretariat (ACC)", "")],
    ),
    "te-puni-kokiri": (
        "",
        [
            ("Te Puni Kōkiri", "Te Puni Kōkiri"),
            ("Te Puni Kōkiri, Ministry of Māori Development", "Te Puni Kōkiri"),
        ],
    ),
}

TIMELINE = [
    ("2001", "The Statement of Government Intentions is signed"),
    ("7 September 2009", "The Minister announces an agreement by the end of 2010"),
    ("11 November 2009", "National Community-Government Forum, Wellington"),
    ("2010", "The Steering Group is appointed"),
    (
        "1 February 2011",
        "The Office for the Community and Voluntary Sector moves to the Department of Internal Affairs",
    ),
    ("13 June 2011", "Cabinet endorses the Accord"),
    ("1 August 2011", "The Accord is signed at Parliament; regional and online signings follow"),
    ("4 November 2011", "The first call for expressions of interest closes"),
    ("December 2012", "A progress report is due to the Minister"),
    (
        "2015",
        "A review finds that about 20% of community respondents knew of the Accord. They ask for “simpler"
        " forms and online services” and “clearer signposts to ‘the right person’”",
    ),
]

# Kind: title, when, and what it is; without that a title waits for staff, and the site does not show it.
# The statement of 2001: speech of the Prime Minister, 4 December 2001 (scoop.co.nz, PA0112/S00053).
# The code: page for providers of the Ministry for Vulnerable Children (mvcot.govt.nz). The guide: Family
# Violence Clearinghouse, 28 June 2011 (nzfvc.org.nz). The report of the Steering Group: events of the Accord,
# August 2011 (scoop.co.nz, PA1108/S00080). The review: dia.govt.nz/KiaTutahi.
REFERENCES: dict[Reference.Kind, list[tuple[str, str, str]]] = {
    Reference.Kind.FOUNDING: [
        (
            "Statement of Government Intentions for an Improved Community-Government Relationship",
            "4 December 2001",
            "The Accord takes its place. It said what one side meant to do; the Accord speaks for both.",
        ),
        ("Cabinet paper on the Accord", "13 June 2011", ""),
        ("The Accord as it was signed", "1 August 2011", ""),
    ],
    Reference.Kind.PROGRAMME: [
        (
            "National Community-Government Forum",
            "11 November 2009",
            "Communities and government met in Wellington to talk about how they work together.",
        ),
        (
            "Code of Funding Practice",
            "2010",
            "A voluntary code for those who give public money and those who work with it."
            " The Office wrote it with the community sector.",
        ),
        (
            "Report of the Steering Group",
            "2011",
            "What the group of community and government members found. Cabinet agreed to its release when it"
            " endorsed the Accord.",
        ),
        (
            "Ready Reference Engagement Guide",
            "2011",
            "Good practice for public servants who work with communities on policy and services.",
        ),
        ("Progress report to the Minister", "December 2012", ""),
        (
            "Review of the Accord",
            "2015",
            "Two surveys, of community organisations and of government agencies.",
        ),
    ],
}

List = CodeListEntry.List
CODE_LISTS: dict[str, list[str]] = {
    List.RELATIONAL_FEATURE: [
        "Grounding our work in the needs and aspirations of the people we serve",
        "Entering relationships around a common set of outcomes",
        "Recognising and giving practical effect to Te Tiriti o Waitangi",
        "Agreeing how we will work to deliver these common outcomes",
        "Committing to shared accountability",
        "Agreeing clear roles across the commissioning process",
    ],
    List.COMMISSIONING_PRINCIPLE: [
        "Individuals, families, whānau and communities exercise choice",
        "Māori-Crown partnerships are at the heart of effective commissioning",
        "The sector works together locally, regionally and nationally",
        "The sector is sustainable",
        "Decisions and actions are taken transparently",
        "The sector is always learning and improving",
        "Commissioning is responsive to the equity of unique and diverse populations",
    ],
    List.PARTICIPATION: ["Inform", "Consult", "Involve", "Collaborate", "Empower"],
    List.CROWN_ENGAGEMENT: ["Inform", "Consult", "Collaborate", "Partner/co-design", "Empower"],
    List.ORGANISATION_KIND: [
        "Iwi, hapū or Māori organisation",
        "Not-for-profit or NGO",
        "Social enterprise",
        "Philanthropic funder",
        "Local government",
        "Central agency",
        "Crown entity",
    ],
    List.AGREEMENT_KIND: [
        "Partnering agreement",
        "Memorandum of understanding",
        "Relationship agreement or accord",
        "Terms of reference",
        "Letter of intent",
        "Contract",
    ],
    List.REGION: [
        "Te Tai Tokerau Northland",
        "Auckland",
        "Waikato",
        "Bay of Plenty",
        "Gisborne",
        "Hawke’s Bay",
        "Taranaki",
        "Manawatū-Whanganui",
        "Wellington",
        "Tasman",
        "Nelson",
        "Marlborough",
        "West Coast",
        "Canterbury",
        "Otago",
        "Southland",
        "National",
        "Online",
    ],
}
