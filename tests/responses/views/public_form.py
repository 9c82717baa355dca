"""The form of 2011, as a browser sends it."""

from tests.html import Element

FORM = "/express-interest/"


def hidden(page: Element, name: str) -> str:
    return page.one("input", name=name, type="hidden")["value"] or ""


def given_back(page: Element) -> dict[str, str]:
    """What was typed, as the page shows it under each question."""
    typed = page.one("dl", class_="typed")
    return {dt.text: dd.text for dt, dd in zip(typed.all("dt"), typed.all("dd"), strict=True)}
