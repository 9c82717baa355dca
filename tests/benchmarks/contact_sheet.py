"""Pictures of every kind of message: python -m tests.benchmarks.contact_sheet FOLDER

Reads a portal with sample data (`make demo`; DATA_DIR says where) and writes nothing there: what the samples
lack is made up in a transaction that is undone. Of each kind FOLDER gets pictures at 600 and 320 px, light,
dark and without images, and its text part. Printed is what no picture has to be looked at for: what is wider
than its window, marks of Markdown in a text part, texts with too little contrast to their background.
"""

import datetime as dt
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import django
from django.db import transaction

django.setup()

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from accord_portal.digests import content, emails, readers  # noqa: E402
from accord_portal.digests.models import DigestIssue  # noqa: E402
from accord_portal.foundation import clock, mail  # noqa: E402
from accord_portal.foundation.models import OutgoingMail  # noqa: E402
from accord_portal.staff.log import log  # noqa: E402
from accord_portal.staff.models import LogLine  # noqa: E402
from responses.answers import confirming, letters  # noqa: E402
from responses.models import Involvement, Letter  # noqa: E402
from tests.factories import ChampionFactory, InitiativeFactory, UserFactory, received, subscriber  # noqa: E402
from tests.responses import test_own_words  # noqa: E402

MARKDOWN = re.compile(r"\*\*|__|^#{1,6} |\[[^\]\n]*\]\(|`|^> ?\*|</?[a-z]+>", re.MULTILINE)
LOOKS = [(width, scheme, True) for width in (600, 320) for scheme in ("light", "dark")] + [
    (600, "light", False),
    (320, "light", False),
]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SQUEEZED = """[...document.querySelectorAll("td,th,p,li,h1,h2,h3")].filter(box => {
  const words = box.innerText.trim();
  return words.length > 20 && box.clientWidth > 0 && box.clientWidth < 90;
}).length"""
FAINT = """(() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = box => {
    for (let at = box; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return light(colour);
    }
    return 1;
  };
  const faint = new Set();
  for (const box of document.querySelectorAll("body *")) {
    if (![...box.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
    const [one, other] = [light(getComputedStyle(box).color), behind(box)].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) faint.add(box.innerText.trim().slice(0, 40));
  }
  return [...faint];
})()"""


def messages() -> Iterator[tuple[str, str, str]]:
    """Name, text and HTML of one message of each kind, and of a digest."""
    for name, kind in sorted(mail.kinds.items()):
        made = next(_owed(name), None) or next(_made_up(name), None)
        if made is None:
            print(f"{name}: no sample of it ({kind.make.__module__})")
            continue
        yield name, str(made.body), str(made.alternatives[0][0])
    for issue in DigestIssue.objects.filter(approved_at__isnull=False):
        yes = Involvement.objects.permitting(issue.audience).first()
        found = readers.yes_of(yes.contact_id, issue.audience) if yes else None
        if found:
            seen = emails.seen_by(content.render(issue), found)
            yield f"digest_{issue.audience}", seen.text, seen.html


def _owed(name: str) -> Iterator[mail.EmailMultiAlternatives]:
    for owed in OutgoingMail.objects.filter(message=name).order_by("-pk")[:20]:
        try:
            yield mail.made(owed)
        except mail.NoLongerWanted:
            continue


def _made_up(name: str) -> Iterator[mail.EmailMultiAlternatives]:
    if name in test_own_words.MESSAGES:
        yield test_own_words.MESSAGES[name]()
    elif facts := _facts(name):
        with suppress(mail.NoLongerWanted):
            yield mail.kinds[name].make(*facts)


def _facts(name: str) -> tuple[object, ...]:
    """What a message is made with that no sample is owed and no test of words makes."""
    officer = UserFactory(is_administrator=True, is_triage_officer=True, is_approver=True)
    now = clock.now()
    if name in ("set_passphrase", "second_factor_reset", "many_failures", "what_is_late"):
        return (officer.pk,)
    if name == "account_address_changed":
        return officer.pk, "old@example.org"
    if name == "alert":
        return officer.pk, log(LogLine.Act.EXPORTED, "responses.contact", by=officer).pk
    if name == "what_waits":
        return officer.pk, (now - dt.timedelta(days=90)).isoformat(), now.isoformat()
    if name == "copy_of_answers":
        eoi = received("keep_informed", "champion_accord", comments="Kia kaha", initiatives="- A hall")
        confirming.confirm(contact=eoi.contact, eoi=eoi)
        return (eoi.pk,)
    if name in ("letter_received", "letter_answer"):
        letters.receive(name="Aroha", email="aroha@example.org", telephone="", message="Kia ora")
        letter = Letter.objects.latest("pk")
        return (letter.pk, *(["We will ring you."] if name == "letter_answer" else []))
    if name == "how_is_it_going":
        person = subscriber("champion_accord", name="Aroha")
        champion = ChampionFactory(published=True, contact=person)
        return (InitiativeFactory(published=True, champion=champion).pk,)
    if name == "meeting":
        person = subscriber("give_advice", name="Aroha")
        return person.pk, "2026-12-14", "Pipitea Marae, Wellington", "2026-12-07", "Nau mai. Come at ten."
    issue = DigestIssue.objects.filter(approved_at__isnull=False).first()
    return (issue.pk, "ana@example.org") if name == "test_of_issue" and issue else ()


def look(page: Page, name: str, html: str, folder: Path) -> Iterator[str]:
    """Takes the pictures; what can be told without looking at them."""
    for width, scheme, with_images in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        shown = html if with_images else re.sub(r"<img[^>]*?(alt=\"[^\"]*\")?[^>]*>", r"<i \1></i>", html)
        page.set_content(shown)
        about = f"{name}, {width}, {scheme}{'' if with_images else ', without images'}"
        if wider := page.evaluate(WIDER):
            yield f"{about}: {wider} px wider than the window"
        if squeezed := page.evaluate(SQUEEZED):
            yield f"{about}: {squeezed} squeezed"
        if faint := page.evaluate(FAINT):
            yield f"{about}: too faint: {faint}"
        file = f"{name}-{width}-{scheme}{'' if with_images else '-no-images'}.png"
        page.screenshot(path=folder / file, full_page=True)


def sheet(page: Page, names: list[str], folder: Path) -> None:
    """All pictures of one look on one, to be looked at together."""
    for width, scheme in ((320, "light"), (320, "dark"), (600, "light"), (600, "dark")):
        files = [(name, (folder / f"{name}-{width}-{scheme}.png").resolve().as_uri()) for name in names]
        cells = "".join(f'<figure>{name}<br><img src="{file}"></figure>' for name, file in files)
        style = "body{columns:8 200px} figure{margin:0 0 12px;break-inside:avoid} img{width:100%}"
        index = folder / f"all-{width}-{scheme}.html"
        index.write_text(f"<!DOCTYPE html><style>{style}</style>{cells}")
        page.set_viewport_size({"width": 1800, "height": 900})
        page.goto(index.resolve().as_uri())
        page.screenshot(path=folder / f"all-{width}-{scheme}.png", full_page=True)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        found = list(messages())
        transaction.set_rollback(True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        for name, text, html in found:
            (folder / f"{name}.txt").write_text(text)
            for trouble in look(page, name, html, folder):
                print(trouble)
            for mark in MARKDOWN.findall(re.sub(r"https?://\S+", "", text)):
                print(f"{name}, text: {mark!r}")
        sheet(page, [name for name, _, _ in found], folder)
        browser.close()
    print(f"{len(found)} messages, in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
