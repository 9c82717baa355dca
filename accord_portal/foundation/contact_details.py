"""Ways to reach somebody that stand in free text, for pages whose reader is not to see them.

What is found: e-mail addresses in any script, also written “aroha (at) example (dot) org”, and
telephone numbers: seven digits or more with nothing between them but blanks and . - / + ( ). It
rather hides too much (an amount, a list of years) than too little. Days and the references of forms
stay. A postal address cannot be told from other words: it is hidden where it has a field of its own.
"""

import re

ADDRESS_HIDDEN, NUMBER_HIDDEN = "[address hidden]", "[number hidden]"

_LOCAL = r"(?:\"[^\"\n]*\"|(?<![^\s<>()\[\],;:\"|])[^\s<>()\[\],;:\"|]+)"  # begins where a word does: linear
_LABEL = r"[^\s<>()\[\],;:\"|.]+"
_AT = r"(?:@|＠|﹫|%40)"
_BLANKS = r"[^\S\n]{0,3}"
_ADDRESS = rf"""
    {_LOCAL}{_AT}{_LABEL}(?:\.{_LABEL})*
  | {_LOCAL}{_BLANKS}(?:{_AT}|[(\[]{_BLANKS}at{_BLANKS}[)\]]){_BLANKS}{_LABEL}
    (?:{_BLANKS}(?:\.|[(\[]{_BLANKS}dot{_BLANKS}[)\]]){_BLANKS}{_LABEL})*
    {_BLANKS}(?:\.|[(\[]{_BLANKS}dot{_BLANKS}[)\]]){_BLANKS}[^\W\d_]{{2,}}
"""
_DAY = r"""(?<!\d)
    (?:\d{4}-\d{2}-\d{2}|\d{1,2}(?P<between>[./-])\d{1,2}(?P=between)\d{4}|\d{4}[-–]\d{4})
    (?![-./]?\d)
"""
_REFERENCE = r"\b(?=\w*[A-Z])[0-9A-Z]{8}\b"
_EXAMPLE = r"(?<!\S)name@example\.org(?=\.?(?:\s|$))"  # in what we say of an address that is none
_NUMBER = r"[+(]*\d(?:[^\S\n]?[().\-‐‑–/+]?[^\S\n]?[().\-‐‑–/+]?\d){6,}"
_FOUND = re.compile(
    rf"{_EXAMPLE}|(?P<address>{_ADDRESS})|{_DAY}|{_REFERENCE}|(?P<number>{_NUMBER})",
    re.VERBOSE | re.IGNORECASE,
)

# Every text in which `hidden` hides something, and few others; as databases ask it, with no regard to case.
MAY_HOLD_ONE = r"@|＠|﹫|%40|[(\[]\s*at\s*[)\]]|\d(\D{0,4}\d){6}"


def hidden(text: str) -> str:
    """The text with "[address hidden]" and "[number hidden]" in place of each way to reach somebody."""
    return _FOUND.sub(_in_place_of, text)


def _in_place_of(found: re.Match[str]) -> str:
    if found["address"]:
        return ADDRESS_HIDDEN
    return NUMBER_HIDDEN if found["number"] else found[0]
