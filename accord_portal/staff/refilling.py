"""A page whose form is filled in with what was typed in it before: the same labels, boxes and buttons."""

from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

Fields = Mapping[str, Sequence[str]]
Attributes = list[tuple[str, str | None]]
NOT_FILLED_IN = {"file", "password", "submit", "button", "image", "reset"}
TICKED = {"checkbox", "radio"}
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


_Address = tuple[str, tuple[tuple[str, str], ...]]


class _Form(NamedTuple):
    """One form of the page: which it is in order, where it posts to, and what is in it."""

    number: int
    action: _Address
    others: set[_Address]  # of its buttons
    hidden: list[tuple[str, str]]
    names: set[str]
    around: set[int]  # the <details> that it stands in


def refill(html: str, *, page: str, action: str, fields: Fields, above: str, within: str) -> str | None:
    """The page with its form for `action` filled in; `above` goes before the form and `within` into it.

    None where the page has no such form, or has no box for something that was typed.
    """
    reader = _Reader(page)
    reader.feed(html)
    typed = {name for name, values in fields.items() if any(values)}
    wanted = _address(action)
    forms = [form for form in reader.forms if wanted in (form.action, *form.others) and typed <= form.names]
    if not forms:
        return None
    form = max(forms, key=lambda form: sum(value in fields.get(name, ()) for name, value in form.hidden))
    writer = _Writer(form, action, fields, above, within)
    writer.feed(html)
    return "".join(writer.parts)


class _Reader(HTMLParser):
    """Finds the forms that post."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.forms, self.number, self.inside = page, list[_Form](), -1, False
        self.details, self.open = -1, list[int]()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = dict(attrs)
        if tag == "details":
            self.details += 1
            self.open.append(self.details)
        elif tag == "form":
            self.number += 1
            self.inside = said.get("method", "") == "post"
            if self.inside:
                action = _address(urljoin(self.page, said.get("action") or self.page))
                self.forms.append(_Form(self.number, action, set(), [], set(), set(self.open)))
        elif self.inside:
            form, name = self.forms[-1], said.get("name")
            if said.get("formaction"):
                form.others.add(_address(urljoin(self.page, said["formaction"] or "")))
            if name and tag in ("input", "select", "textarea", "button"):
                form.names.add(name)
                if said.get("type") == "hidden":
                    form.hidden.append((name, said.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "details" and self.open:
            self.open.pop()


class _Writer(HTMLParser):
    """Writes the page again, letter by letter but for the one form."""

    def __init__(self, form: _Form, action: str, fields: Fields, above: str, within: str) -> None:
        super().__init__(convert_charrefs=False)
        self.form, self.action, self.above, self.within = form, action, above, within
        self.left = {name: list(values) for name, values in fields.items()}
        self.parts: list[str] = []
        self.number, self.details, self.inside = -1, -1, False
        self.chosen: list[str] | None = None  # what is chosen of the <select> that is open
        self.in_text = False  # of a <textarea> whose words were written already

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        raw, said = str(self.get_starttag_text()), dict(attrs)
        if tag == "form":
            self.number += 1
            self.inside = self.number == self.form.number
            if self.inside:
                own = {"action": self.action} if _address(self.action) == self.form.action else {}
                raw = f"{self.above}{_tag(tag, {**said, **own})}{self.within}"
        elif tag == "details":
            self.details += 1
            if self.inside or self.details in self.form.around:
                raw = _tag(tag, {**said, "open": None})
        elif self.inside and "disabled" not in said:
            raw = self._filled(tag, said, raw)
        self.parts.append(raw)

    handle_startendtag = handle_starttag

    def _filled(self, tag: str, said: dict[str, str | None], raw: str) -> str:
        name, kind = said.get("name") or "", said.get("type") or "text"
        if tag == "input" and name != TOKEN and kind not in NOT_FILLED_IN:
            if kind in TICKED:
                return _tag(
                    tag, _with(said, "checked", (said.get("value") or "on") in self.left.get(name, ()))
                )
            return _tag(tag, {**said, "value": self._next(name)}) if name in self.left else raw
        if tag == "select" and name in self.left:
            self.chosen = self.left[name]
        elif tag == "option" and self.chosen is not None:
            return _tag(tag, _with(said, "selected", (said.get("value") or "") in self.chosen))
        elif tag == "textarea" and name in self.left:
            self.in_text = True
            return f"{raw}\n{escape(self._next(name))}"
        return raw

    def _next(self, name: str) -> str:
        values = self.left[name]
        return values.pop(0) if len(values) > 1 else values[0]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.in_text = False
        elif tag == "select":
            self.chosen = None
        elif tag == "form":
            self.inside = False
        self.parts.append(f"</{tag}>")

    def _keep(self, raw: str) -> None:
        if not self.in_text:
            self.parts.append(raw)

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._keep(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")


def _address(url: str) -> _Address:
    """Where it leads, however the query is written."""
    parts = urlsplit(url)
    return parts.path, tuple(parse_qsl(parts.query, keep_blank_values=True))


def _with(said: dict[str, Any], name: str, holds: bool) -> dict[str, Any]:
    rest = {key: value for key, value in said.items() if key != name}
    return {**rest, name: None} if holds else rest


def _tag(tag: str, said: Mapping[str, str | None]) -> str:
    written = (name if value is None else f'{name}="{escape(value)}"' for name, value in said.items())
    return f"<{' '.join([tag, *written])}>"
