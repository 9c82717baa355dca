"""Made-up news and stories for the demo. Nobody named here exists."""

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

# --- the contact list -----------------------------------------------------------------------

# Somebody who rang: name, organisation, number, what was said, what was promised.
