"""What the DNS says of a domain that we write from: who may send for it, and how what is sent is signed.

SPF is RFC 7208, DKIM RFC 6376, DMARC RFC 7489. Each finding is in words, with what to publish.
"""

from collections.abc import Callable, Iterator
from email.utils import parseaddr
from typing import NamedTuple

import dns.exception
import dns.resolver
from django.conf import settings

from .addresses import ascii_address

MAX_SECONDS = 2.0  # for one answer
LookUp = Callable[[str], list[str]]


class Unanswered(Exception):
    """No name server answered in time: nothing is known."""


class Finding(NamedTuple):
    """One of the three for one domain. `is_good` is None where nobody answered."""

    about: str
    domain: str
    is_good: bool | None
    says: str
    publish: str = ""  # name and value of the record to publish


def texts(name: str) -> list[str]:
    """The TXT records of a name, each in one piece; none where there is none. Raises Unanswered."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=MAX_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise Unanswered(type(error).__name__) from error
    return [b"".join(row.strings).decode(errors="replace") for row in answer]


def sending_domains() -> list[str]:
    """The domains that our messages come from, in ASCII."""
    senders = (settings.DEFAULT_FROM_EMAIL, settings.DIGEST_FROM_EMAIL)
    addresses = (ascii_address(parseaddr(sender)[1]) for sender in senders)
    return list(dict.fromkeys(address.rpartition("@")[2].lower() for address in addresses))


def findings(look_up: LookUp = texts) -> list[Finding]:
    """SPF, DKIM and DMARC of each domain. Once nobody answers, nothing more is asked."""
    found: list[Finding] = []
    for domain in sending_domains():
        for about, check in CHECKS.items():
            if any(finding.is_good is None for finding in found):
                found.append(Finding(about, domain, None, "Not asked: no name server answers."))
                continue
            try:
                found += [Finding(about, domain, *rest) for rest in check(domain, look_up)]
            except Unanswered:
                nobody = f"No name server answered within {MAX_SECONDS:.0f} seconds. Try again later."
                found.append(Finding(about, domain, None, nobody))
    return found


def _spf(domain: str, look_up: LookUp) -> Iterator[tuple[bool, str, str]]:
    records = [text for text in look_up(domain) if text.lower().split(" ")[0] == "v=spf1"]
    publish = f"{domain} TXT “v=spf1 include:(what your mail provider names) -all”"
    if not records:
        yield False, "Missing: nothing says which servers may send for this domain.", publish
    elif len(records) > 1:
        yield False, f"There are {len(records)} records, so none counts: keep one.", publish
    else:
        terms = records[0].lower().split()
        if "+all" in terms or "all" in terms:
            yield False, "It lets every server in the world send for this domain.", publish
        elif "-all" in terms or "~all" in terms or any(term.startswith("redirect=") for term in terms):
            yield True, f"It stands: {records[0]}", ""
        else:
            yield False, "It refuses nobody: it should end with “-all” or “~all”.", publish


def _dkim(domain: str, look_up: LookUp) -> Iterator[tuple[bool, str, str]]:
    if not settings.DKIM_SELECTORS:
        yield (
            False,
            "Not looked for: say in DKIM_SELECTORS under which name your mail provider signs.",
            f"(selector)._domainkey.{domain}, as your mail provider says",
        )
    for selector in settings.DKIM_SELECTORS:
        name = f"{selector}._domainkey.{domain}"
        tags = [_tags(text) for text in look_up(name)]
        publish = f"{name}, as your mail provider says"
        keys = [each for each in tags if "p" in each]
        if not keys:
            yield (
                False,
                f"Missing: no key stands under “{selector}”, so no signature counts.",
                publish,
            )
        elif not all(each["p"] for each in keys):
            yield False, f"The key under “{selector}” is revoked: its “p=” is empty.", publish
        else:
            yield True, f"A key stands under “{selector}”.", ""


def _dmarc(domain: str, look_up: LookUp) -> Iterator[tuple[bool, str, str]]:
    """Of the domain itself, or else of the nearest above it that has one."""
    publish = f"_dmarc.{domain} TXT “v=DMARC1; p=reject; rua=mailto:(who reads the reports)”"
    labels = domain.split(".")
    for place in range(max(1, len(labels) - 1)):
        above = ".".join(labels[place:])
        records = [text for text in look_up(f"_dmarc.{above}") if _tags(text).get("v") == "DMARC1"]
        if len(records) > 1:
            yield False, f"{above} has {len(records)} records, so none counts: keep one.", publish
        elif records:
            yield _policy(records[0], publish, is_above=above != domain)
        if records:
            return
    yield False, "Missing: nothing says what becomes of mail that only pretends to be ours.", publish


def _policy(record: str, publish: str, *, is_above: bool) -> tuple[bool, str, str]:
    tags = _tags(record)
    policy = (tags.get("sp") if is_above else None) or tags.get("p") or ""
    if policy in ("quarantine", "reject"):
        return True, f"It stands: {record}", ""
    if policy == "none":
        return True, f"It stands, and only watches (p=none): {record}", publish
    return False, "Its policy cannot be read: “p=” is to be none, quarantine or reject.", publish


def _tags(record: str) -> dict[str, str]:
    """Of "v=DMARC1; p=none": what stands under each name."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


CHECKS: dict[str, Callable[[str, LookUp], Iterator[tuple[bool, str, str]]]] = {
    "SPF": _spf,
    "DKIM": _dkim,
    "DMARC": _dmarc,
}
