"""SPF, DKIM and DMARC of our domain, in words: asked of a made-up name server."""

from typing import Any

import dns.resolver
import pytest
from pytest_django import Settings

from accord_portal.foundation import sender_dns
from accord_portal.foundation.sender_dns import Finding, Unanswered

SPF, DMARC = "v=spf1 include:mail.example -all", "v=DMARC1; p=reject; rua=mailto:dmarc@accord.example"
KEY = "v=DKIM1; k=rsa; p=MIIB"
GOOD = {"accord.example": [SPF], "s1._domainkey.accord.example": [KEY], "_dmarc.accord.example": [DMARC]}


@pytest.fixture(autouse=True)
def _senders(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Office <accord@accord.example>"
    settings.DIGEST_FROM_EMAIL = "News <news@accord.example>"
    settings.DKIM_SELECTORS = ["s1"]


def found(**records: list[str]) -> dict[str, Finding]:
    zone = GOOD | {name.replace("__", "."): texts for name, texts in records.items()}
    return {each.about: each for each in sender_dns.findings(lambda name: zone.get(name, []))}


def test_what_stands_is_in_order_and_each_domain_is_asked_once() -> None:
    assert list(found().values()) == [
        Finding("SPF", "accord.example", True, f"It stands: {SPF}"),
        Finding("DKIM", "accord.example", True, "A key stands under “s1”."),
        Finding("DMARC", "accord.example", True, f"It stands: {DMARC}"),
    ]


@pytest.mark.parametrize(
    ("texts", "is_good", "says"),
    [
        ([], False, "Missing: nothing says which servers may send for this domain."),
        (["google-site-verification=x", SPF], True, f"It stands: {SPF}"),
        (["v=spf10 -all"], False, "Missing: nothing says which servers may send for this domain."),
        ([SPF, "V=SPF1 -all"], False, "There are 2 records, so none counts: keep one."),
        (["v=spf1 +all"], False, "It lets every server in the world send for this domain."),
        (["v=spf1 include:a ?all"], False, "It refuses nobody: it should end with “-all” or “~all”."),
        (["v=spf1 redirect=_spf.example"], True, "It stands: v=spf1 redirect=_spf.example"),
    ],
)
def test_spf(texts: list[str], is_good: bool, says: str) -> None:
    finding = found(accord__example=texts)["SPF"]
    assert (finding.is_good, finding.says, bool(finding.publish)) == (is_good, says, not is_good)


@pytest.mark.parametrize(
    ("texts", "is_good", "says"),
    [
        (
            [],
            False,
            "Missing: no key stands under “s1”, so no signature counts.",
        ),
        (["v=DKIM1; p="], False, "The key under “s1” is revoked: its “p=” is empty."),
        (["p=MIIB"], True, "A key stands under “s1”."),
    ],
)
def test_dkim(texts: list[str], is_good: bool, says: str) -> None:
    finding = found(s1___domainkey__accord__example=texts)["DKIM"]
    assert (finding.is_good, finding.says, bool(finding.publish)) == (is_good, says, not is_good)


def test_without_a_selector_there_is_nothing_to_look_for(settings: Settings) -> None:
    settings.DKIM_SELECTORS = []
    finding = found()["DKIM"]
    assert (finding.is_good, finding.says) == (
        False,
        "Not looked for: say in DKIM_SELECTORS under which name your mail provider signs.",
    )


@pytest.mark.parametrize(
    ("texts", "is_good", "says"),
    [
        ([], False, "Missing: nothing says what becomes of mail that only pretends to be ours."),
        (
            ["v=DMARC1; p=none"],
            True,
            "It stands, and only watches (p=none): v=DMARC1; p=none",
        ),
        (
            ["v=DMARC1; p=maybe"],
            False,
            "Its policy cannot be read: “p=” is to be none, quarantine or reject.",
        ),
        ([DMARC, DMARC], False, "accord.example has 2 records, so none counts: keep one."),
    ],
)
def test_dmarc(texts: list[str], is_good: bool, says: str) -> None:
    finding = found(_dmarc__accord__example=texts)["DMARC"]
    assert (finding.is_good, finding.says) == (is_good, says)


def test_a_subdomain_is_under_the_policy_of_what_is_above_it(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = settings.DIGEST_FROM_EMAIL = "a@mail.accord.example"
    record = "v=DMARC1; p=reject; sp=none"
    finding = found(_dmarc__accord__example=[record])["DMARC"]
    assert (finding.domain, finding.is_good) == ("mail.accord.example", True)
    assert finding.says == f"It stands, and only watches (p=none): {record}"


def test_once_nobody_answers_nothing_more_is_asked() -> None:
    asked = []

    def nobody(name: str) -> list[str]:
        asked.append(name)
        raise Unanswered

    findings = sender_dns.findings(nobody)
    assert (asked, [each.is_good for each in findings]) == (["accord.example"], [None, None, None])
    assert findings[0].says == "No name server answered within 2 seconds. Try again later."


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (dns.resolver.NXDOMAIN, []),
        (dns.resolver.NoAnswer, []),
        (OSError, None),
        (dns.resolver.NoNameservers, None),
    ],
)
def test_no_record_is_told_from_no_answer(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], answer: list[str] | None
) -> None:
    def resolve(name: str, kind: str, **options: Any) -> Any:
        assert (name, kind, options["lifetime"]) == ("accord.example", "TXT", 2.0)
        raise error

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    if answer is None:
        with pytest.raises(Unanswered):
            sender_dns.texts("accord.example")
    else:
        assert sender_dns.texts("accord.example") == answer


def test_a_long_record_is_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    row = type("Row", (), {"strings": (b"v=DKIM1; ", "p=MĪ".encode())})
    monkeypatch.setattr(dns.resolver, "resolve", lambda *args, **options: [row])
    assert sender_dns.texts("s1._domainkey.accord.example") == ["v=DKIM1; p=MĪ"]
