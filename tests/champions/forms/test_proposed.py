import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accord_portal.foundation.text import composed, is_visible
from champions.enrolment import Proposed
from champions.forms.proposed import as_text, split_initiatives

LONG = "We would open the hall on Sundays for anybody who wants to cook together, and we would pay for it"


def titles(text: str) -> list[str]:
    return [initiative.title for initiative in split_initiatives(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n ", []),
        ("A hall.", ["A hall"]),
        ("- a hall\n- a garden", ["a hall", "a garden"]),
        ("* a hall\n• a garden\n– a van", ["a hall", "a garden", "a van"]),
        ("1. a hall\n2) a garden\n(3) a van", ["a hall", "a garden", "a van"]),
        ("A hall\n\nA garden", ["A hall", "A garden"]),
        ("A hall\r\n\r\nA garden", ["A hall", "A garden"]),
        ("We have two ideas\n- a hall\n- a garden", ["We have two ideas", "a hall", "a garden"]),
        ("2012 was good", ["2012 was good"]),
        ("-not a list", ["-not a list"]),
    ],
)
def test_each_list_item_or_paragraph_is_an_initiative(text: str, found: list[str]) -> None:
    assert titles(text) == found


def test_lines_that_follow_describe_it() -> None:
    assert split_initiatives("- a hall\n  open on Sundays\n- a garden") == [
        Proposed(title="a hall", description="open on Sundays"),
        Proposed(title="a garden"),
    ]


def test_the_same_line_in_two_paragraphs_is_two_initiatives() -> None:
    assert split_initiatives("a hall\nopen\na hall") == [Proposed(title="a hall", description="open\na hall")]


def test_of_a_long_text_the_first_sentence_is_the_title() -> None:
    text = f"Open the hall. {LONG} all year round."
    assert split_initiatives(text) == [Proposed(title="Open the hall", description=text)]


def test_a_long_sentence_is_cut_at_a_word() -> None:
    text = f"{LONG} and everybody is welcome whoever they are"
    (found,) = split_initiatives(text)
    assert found == Proposed(title=f"{LONG} and everybody is…", description=text)
    assert len(found.title) <= 121


@given(st.text(st.sampled_from("aā1 .-)•\n\n\u3164") | st.characters(codec="utf-8"), max_size=400))
@example("...")
@example("- \u3164\nA hall\n- \u3164")
def test_no_word_is_lost_and_no_title_is_empty_or_too_long(text: str) -> None:
    found = split_initiatives(text)
    assert [i.title for i in found if not is_visible(i.title) or len(i.title) > 200] == []
    said = "\n".join(f"{i.title}\n{i.description}" for i in found)
    assert set(re.findall(r"[a-zāA-Z]+", composed(text))) - set(re.findall(r"[a-zāA-Z]+", said)) == set()


def test_what_was_split_reads_the_same_when_staff_send_it_back() -> None:
    found = split_initiatives("- a hall\n  open on Sundays\n- a garden")
    assert as_text(found) == "a hall\nopen on Sundays\n\na garden"
