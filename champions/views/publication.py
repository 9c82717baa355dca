"""Behind a signed link: a champion ticks what may be public, or takes everything down."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accord_portal.foundation import signed_links
from accord_portal.foundation.http_answers import unkept
from accord_portal.foundation.signed_links import BadLink
from champions import enrolment
from champions.forms.publication import PublicationForm
from champions.models import Champion
from responses.people.links import LINKS_LAST


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, token: str) -> HttpResponse:
    """By signed link: the champion ticks what may be public, or takes everything down."""
    champion = _linked_champion(token)
    context: dict[str, object] = {"champion": champion, "step": "ask" if champion else "stale"}
    if champion and request.method == "POST" and "take_down" in request.POST:
        enrolment.withdraw(champion=champion)
        context["step"] = "taken_down"
    elif champion:
        form = PublicationForm(request.POST if request.method == "POST" else None, champion=champion)
        if form.is_bound and form.is_valid():
            enrolment.agree(champion=champion, how="On the page we mailed", **form.ticks())
            champion.refresh_from_db()
            form = PublicationForm(champion=champion)
            context["step"] = "done"
        context["form"] = form
    status = 404 if champion is None else 200
    return unkept(render(request, "champions/publication.html", context, status=status))


def _linked_champion(token: str) -> Champion | None:
    """Whose page the link is, for a week and where it was mailed to the address they have now.

    A fresh one is on the preferences page, where whoever is public can always take themselves down.
    """
    try:
        key, mark, _ = signed_links.read_marked("publication", token, LINKS_LAST)
    except BadLink:
        return None
    champion = Champion.objects.select_related("contact").filter(pk=key).first()
    return champion if champion and champion.contact.goes_by(mark) else None
