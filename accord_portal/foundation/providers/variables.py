"""One body for all, whose variables the provider fills in, where it takes no body for each."""

import html
from collections.abc import Callable
from typing import NamedTuple

from .calls import ProviderCall


class Syntax(NamedTuple):
    """How a provider's variables are written, and what of theirs must not stand in words of ours."""

    variable: Callable[[str], str]
    opening: str
    harmless: str  # in place of it: the same to the eye


def filled_in(call: ProviderCall, syntax: Syntax) -> tuple[str, str, dict[str, dict[str, str]]]:
    """The text and the HTML with variables, and what each stands for, by address.

    Each mark is two variables: as text, and escaped for HTML.
    """
    text, as_html = (body.replace(syntax.opening, syntax.harmless) for body in (str(call.body), call.html))
    marks = list(next(iter(call.own.values())).by_mark)
    for number, mark in enumerate(marks):
        text = text.replace(mark, syntax.variable(f"t{number}"))
        as_html = as_html.replace(mark, syntax.variable(f"h{number}"))
    values: dict[str, dict[str, str]] = {}
    for to, own in call.own.items():
        said = [own.by_mark[mark].replace(syntax.opening, syntax.harmless) for mark in marks]
        values[to] = {f"t{number}": words for number, words in enumerate(said)}
        values[to] |= {f"h{number}": html.escape(words) for number, words in enumerate(said)}
    return text, as_html, values
