"""What a page says, read as a browser reads it."""

from html.parser import HTMLParser

from django.http import HttpResponse

VOID = {"br", "circle", "hr", "img", "input", "link", "meta", "path"}


class Element:
    """A tag with its attributes and everything in it."""

    def __init__(self, tag: str, attrs: dict[str, str | None]) -> None:
        self.tag, self.attrs = tag, attrs
        self.parts: list[Element | str] = []

    def __getitem__(self, name: str) -> str | None:
        return self.attrs.get(name)

    @property
    def text(self) -> str:
        """The words in it, with single spaces."""
        return " ".join("".join(self._words()).split())

    def _words(self) -> list[str]:
        return [
            part if isinstance(part, str) else f" {part.text} " if part.tag != "span" else part.text
            for part in self.parts
        ]

    def all(self, *tags: str, **attrs: str) -> "list[Element]":
        """The elements below with one of these tags and all of these attributes (`class_` for a class)."""
        found = []
        for part in self.parts:
            if isinstance(part, Element):
                if (not tags or part.tag in tags) and part.has(**attrs):
                    found.append(part)
                found += part.all(*tags, **attrs)
        return found

    def one(self, *tags: str, **attrs: str) -> "Element":
        """The only such element."""
        (found,) = self.all(*tags, **attrs)
        return found

    def has(self, **attrs: str) -> bool:
        return all(
            value in (self["class"] or "").split()
            if name == "class_"
            else self[name.replace("_", "-")] == value
            for name, value in attrs.items()
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].parts.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].parts.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read(page: HttpResponse | str) -> Element:
    """The page as elements; fails where tags do not nest."""
    reader = _Reader()
    reader.feed(page if isinstance(page, str) else page.content.decode())
    assert [element.tag for element in reader.open] == [""], "a tag is left open"
    return reader.open[0]


def fields(form: Element) -> dict[str, list[str]]:
    """What a browser would post of this form as it stands: each name with its values."""
    found: dict[str, list[str]] = {}
    for control in form.all("input", "textarea"):
        kind = control["type"]
        ticked = kind not in ("radio", "checkbox") or "checked" in control.attrs
        if control["name"] and ticked:
            text = "".join(str(part) for part in control.parts).removeprefix("\n")
            unsaid = "on" if kind in ("radio", "checkbox") else ""
            value = text if control.tag == "textarea" else control.attrs.get("value", unsaid) or ""
            found.setdefault(control["name"], []).append(value)
    return found
