"""The four questions of the call."""

from responses.models import Purpose
from responses.models.wording import WORDINGS_OF_2011


def test_the_four_questions_stand_in_their_exact_wording_and_order() -> None:
    assert WORDINGS_OF_2011 == {
        "keep_informed": "I want to be kept informed about progress in giving effect to the Accord.",
        "community_of_interest": (
            "I want to be part of a community of interest, receive detailed updates and provide feedback"
            " to OCVS."
        ),
        "give_advice": "I have the time and interest to take part in occasional meetings and provide advice.",
        "champion_accord": (
            "I want to champion the Accord and have identified actions and initiatives to improve"
            " community-government relationships."
        ),
    }
    assert list(WORDINGS_OF_2011) == Purpose.values
