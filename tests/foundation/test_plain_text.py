"""Markdown as text for reading: every mark gone, nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.plain_text import plain

SAID = """\
## What *we* heard

Tēnā koe, read [the **report**](/updates/report/) or https://example.org/a_b.
Write to hapori@example.org.

1. First
2. Second
   - nested
   - again

> You said
>
> so

| a | b |
| --- | --- |
| 1 | 2 |

    code *as it is*

---
![A hall](/hall.png)
"""


def test_the_text_is_as_a_person_types_it() -> None:
    assert plain(SAID, "https://accord.example.org") == (
        "WHAT WE HEARD\n\n"
        "Tēnā koe, read the report (https://accord.example.org/updates/report/) or https://example.org/a_b.\n"
        "Write to hapori@example.org.\n\n"
        "1. First\n2. Second\n   - nested\n   - again\n\n"
        "> You said\n>\n> so\n\n"
        "a | b\n1 | 2\n\n"
        "code *as it is*\n\n"
        "--------------------\n\n"
        "A hall"
    )


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("", ""),
        ("Only words", "Only words"),
        ("# See https://example.org", "See https://example.org"),
        ("3. Third\n4. Fourth", "3. Third\n4. Fourth"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("[us](mailto:us@example.org)", "us (mailto:us@example.org)"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("line one\\\nline two", "line one\nline two"),
    ],
)
def test_each_mark(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@given(words=st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1))
def test_words_without_marks_stay_as_they_are(words: str) -> None:
    assert plain(words) == words


@given(markdown=st.text(max_size=200))
def test_nothing_breaks_it(markdown: str) -> None:
    assert isinstance(plain(markdown), str)
