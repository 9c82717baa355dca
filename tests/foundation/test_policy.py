import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PUBLIC = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " img-src 'self'; style-src 'self'"
)


def policy(client: Client, path: str) -> dict[str, str]:
    header = client.get(path)["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in header.split("; "))


@pytest.mark.parametrize("paths", [("/about/", "/staff/login/"), ("/staff/login/", "/about/")])
def test_a_page_that_asks_for_more_changes_no_other(client: Client, paths: tuple[str, str]) -> None:
    usual = dict(part.split(" ", 1) for part in PUBLIC.split("; "))
    with_scripts = {**usual, "script-src": "'self'", "connect-src": "'self'", "frame-src": "'self'"}
    wanted = {"/about/": usual, "/staff/login/": with_scripts}
    for path in (*paths, *paths):
        assert policy(client, path) == wanted[path]


@pytest.mark.parametrize("path", ["/none-such/", "/static/none-such.css", "/health/"])
def test_every_answer_has_a_policy(client: Client, path: str) -> None:
    assert policy(client, path)["default-src"] == "'none'"
