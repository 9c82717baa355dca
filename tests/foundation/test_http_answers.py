from django.http import HttpResponse

from accord_portal.foundation.http_answers import must_wait, see_other, unkept


def test_after_a_post_the_browser_is_sent_on() -> None:
    answer = see_other("/express-interest/received/?receipt=a:b&c=ū")
    assert answer.status_code == 303
    assert answer["Location"] == "/express-interest/received/?receipt=a:b&c=%C5%AB"


def test_nobody_on_the_way_keeps_or_lists_it() -> None:
    answer = unkept(HttpResponse("Kia ora"))
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")


def test_whoever_must_wait_is_told_for_how_long() -> None:
    answer = must_wait(HttpResponse("Later"))
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
