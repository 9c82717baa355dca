import os
import subprocess
import sys
from email.utils import parseaddr
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from environs import Env

from accord_portal.foundation.configured import (
    base_url,
    host,
    hour,
    mail_server,
    sender,
    short,
    sign_in_providers,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("accord@example.org", "accord@example.org"),
        ("Kia Tūtahi Accord <accord@example.org>", "Kia Tūtahi Accord <accord@example.org>"),
        ('"Internal Affairs, OCVS" <accord@example.org>', '"Internal Affairs, OCVS" <accord@example.org>'),
        ("Dr. Aroha Ngata <accord@example.org>", '"Dr. Aroha Ngata" <accord@example.org>'),
        ("Accord <accord@tūtahi.example>", "Accord <accord@xn--ttahi-lfb.example>"),
        ("accord@STRAßE.example", "accord@xn--strae-oqa.example"),
    ],
)
def test_a_sender_is_one_address_with_an_ascii_domain(said: str, used: str) -> None:
    assert sender("DEFAULT_FROM_EMAIL", said) == used
    assert sender("DEFAULT_FROM_EMAIL", used) == used
    mime = EmailMessage(from_email=used, to=["a@example.org"]).message()
    assert parseaddr(str(mime["From"]))[1] == parseaddr(used)[1]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "accord",
        "Accord",
        "Accord <accord>",
        "Internal Affairs, OCVS <accord@example.org>",
        "OCVS: Accord <accord@example.org>",
        "a@example.org, b@example.org",
        "a@example.org; b@example.org",
        "all: a@example.org;",
        "Accord accord@example.org",
        "Accord <accord@example.org",
        "Accord <accord@example.org> and more",
        "Accord [OCVS] <accord@example.org>",
        "Accord\nBcc: b@example.org <accord@example.org>",
        "Acc\x07ord <accord@example.org>",
        "Acc\u202eord <accord@example.org>",
        "accord@exam\u200bple.org",
        "accord@localhost",
        "accord@☕.example",
        "ārohā@example.org",
    ],
)
def test_a_sender_that_cannot_be_mailed_from_is_named(said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^Set REPLY_TO_EMAIL to one email address"):
        sender("REPLY_TO_EMAIL", said)


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("https://accord.example.org", "https://accord.example.org"),
        ("https://accord.example.org/", "https://accord.example.org"),
        (" HTTPS://Accord.Example.org// ", "https://accord.example.org"),
        ("https://tūtahi.example:8443/", "https://xn--ttahi-lfb.example:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://testserver", "http://testserver"),
    ],
)
def test_where_the_portal_is_has_an_ascii_domain(said: str, used: str) -> None:
    assert base_url("BASE_URL", said) == used


@pytest.mark.parametrize(
    "said",
    [
        "",
        "accord.example.org",
        "//accord.example.org",
        "https://",
        "https:/accord.example.org",
        "ftp://accord.example.org",
        "https://accord.example.org/portal",
        "https://accord.example.org?x=1",
        "https://me:secret@accord.example.org",
        "https://accord example.org",
        "https://accord.example.org\nX: y",
        "https://☕.example",
        "https://tū\u00adtahi..example",
    ],
)
def test_an_address_of_the_portal_that_makes_no_link_is_named(said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^Set BASE_URL to "):
        base_url("BASE_URL", said)


@pytest.mark.parametrize(
    ("said", "used"),
    [
        (" Accord.example.org", "accord.example.org"),
        ("tūtahi.example", "xn--ttahi-lfb.example"),
        (".tūtahi.example", ".xn--ttahi-lfb.example"),
        ("*", "*"),
        ("[::1]", "[::1]"),
    ],
)
def test_a_host_is_named_as_browsers_send_it(said: str, used: str) -> None:
    assert host("ALLOWED_HOSTS", said) == used


def start(tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    production = {
        "SECRET_KEY": "k" * 50,
        "ALLOWED_HOSTS": "tūtahi.example, accord.example",
        "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3",
        "BASE_URL": "https://tūtahi.example",
        "OFFICE_POSTAL_ADDRESS": "1 Example Street, Wellington",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "accord_portal.settings",
        "PYTHONIOENCODING": "utf-8",
        "LANG": os.environ.get("LANG", "C.UTF-8"),
    }
    asked = ["BASE_URL", "ALLOWED_HOSTS", "DEFAULT_FROM_EMAIL", "DIGEST_FROM_EMAIL", "REPLY_TO_EMAIL"]
    code = f"from django.conf import settings; print(*[getattr(settings, n) for n in {asked}], sep='\\n')"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**production, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_portal_starts_at_a_macron_domain(tmp_path: Path) -> None:
    run = start(tmp_path, DIGEST_FROM_EMAIL='"News, OCVS" <news@tūtahi.example>', REPLY_TO_EMAIL="")
    assert run.stdout.splitlines() == [
        "https://xn--ttahi-lfb.example",
        "['xn--ttahi-lfb.example', 'accord.example']",
        "Department of Internal Affairs <accord@xn--ttahi-lfb.example>",
        '"News, OCVS" <news@xn--ttahi-lfb.example>',
        "Department of Internal Affairs <accord@xn--ttahi-lfb.example>",
    ]


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("BASE_URL", "tūtahi.example"),
        ("ALLOWED_HOSTS", "☕.example"),
        ("DEFAULT_FROM_EMAIL", "Internal Affairs, OCVS <accord@example.org>"),
        ("DIGEST_FROM_EMAIL", "news.example.org"),
        ("REPLY_TO_EMAIL", "a@example.org, b@example.org"),
    ],
)
def test_a_wrong_address_stops_the_start_and_is_named(tmp_path: Path, variable: str, said: str) -> None:
    run = start(tmp_path, **{variable: said})
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith(
        f"django.core.exceptions.ImproperlyConfigured: Set {variable} to "
    )


def test_a_text_that_its_column_cannot_keep_is_named() -> None:
    assert short("DISPOSAL_AUTHORITY", "a" * 200, 200) == "a" * 200
    with pytest.raises(ImproperlyConfigured, match=r"^Set DISPOSAL_AUTHORITY to 200 characters or fewer"):
        short("DISPOSAL_AUTHORITY", "a" * 201, 200)


@pytest.mark.parametrize(
    ("said", "port", "tls", "ssl"),
    [
        ("smtp+tls://portal:s%40crt@mail.example.org:587", 587, True, False),
        ("smtp+tls://portal:s%40crt@mail.example.org", 587, True, False),
        ("smtp+ssl://portal:s%40crt@mail.example.org:4650", 4650, False, True),
        ("smtp+ssl://portal:s%40crt@mail.example.org", 465, False, True),
        ("submission://portal:s%40crt@mail.example.org", 587, True, False),
        ("smtp://portal:s%40crt@mail.example.org", 25, False, False),
        ("smtp://portal:s%40crt@mail.example.org:2525?tls=1", 2525, True, False),
    ],
)
def test_mail_is_encrypted_as_its_address_says(said: str, port: int, tls: bool, ssl: bool) -> None:
    found = mail_server("EMAIL_URL", said)
    asked = ["EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"]
    assert [found[name] for name in asked] == [
        "django.core.mail.backends.smtp.EmailBackend",
        "mail.example.org",
        port,
        "portal",
        "s@crt",
    ]
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)


@pytest.mark.parametrize(
    "said", ["mail.example.org", "tls://mail.example.org", "smtp+tsl://a", "smtp://a:port"]
)
def test_a_mail_server_that_cannot_be_reached_that_way_is_named(said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^Set EMAIL_URL "):
        mail_server("EMAIL_URL", said)


@pytest.mark.parametrize("value", ["", "24", "-1", "8:00", "８", "eight"])
def test_an_hour_is_one_of_the_day(value: str) -> None:
    assert [hour("MORNING_MAIL_HOUR", each) for each in ("0", "8", "23")] == [0, 8, 23]
    with pytest.raises(ImproperlyConfigured, match="Set MORNING_MAIL_HOUR to an hour from 0 to 23"):
        hour("MORNING_MAIL_HOUR", value)


SIGN_IN = {
    "SIGN_IN_PROVIDERS": "dia",
    "SIGN_IN_DIA_ISSUER": "https://login.example",
    "SIGN_IN_DIA_CLIENT_ID": "accord",
    "SIGN_IN_DIA_CLIENT_SECRET": "secret",
}


def test_a_provider_of_sign_in_is_what_its_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in SIGN_IN.items():
        monkeypatch.setenv(variable, value)
    assert sign_in_providers(Env(), is_laptop=False) == [
        {
            "name": "dia",
            "label": "dia",
            "issuer": "https://login.example",
            "client_id": "accord",
            "client_secret": "secret",
            "gives_second_factor": False,
        }
    ]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SIGN_IN_DIA_ISSUER", "", "Set SIGN_IN_DIA_ISSUER"),
        ("SIGN_IN_DIA_CLIENT_SECRET", "", "Set SIGN_IN_DIA_CLIENT_SECRET"),
        ("SIGN_IN_DIA_ISSUER", "http://login.example", "SIGN_IN_DIA_ISSUER must begin with https://"),
        ("SIGN_IN_PROVIDERS", "dia my-own", "Set SIGN_IN_MY_OWN_ISSUER"),
    ],
)
def test_a_provider_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    for each, usual in {**SIGN_IN, variable: value}.items():
        monkeypatch.setenv(each, usual)
    with pytest.raises(ImproperlyConfigured, match=said):
        sign_in_providers(Env(), is_laptop=False)
