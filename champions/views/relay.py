"""Anybody asks about a story; the link in their mailbox confirms it, and staff pass it on."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accord_portal.foundation import keyed_hash, rate_limit, signed_links
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.http_answers import must_wait, see_other, unkept
from accord_portal.foundation.signed_links import BadLink
from champions.forms.relay import RelayForm
from champions.models import PracticeStory, Relay
from champions.stories import relaying
from responses.forms.fields import started_token
from responses.people.links import LINKS_LAST


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """A question to whoever may be asked. Whether the mail goes out, the page does not tell."""
    story = get_object_or_404(PracticeStory.objects.published().select_related("contact"), slug=slug)
    if not relaying.who_may_be_asked(story):
        raise Http404
    if request.method != "POST":
        step = "sent" if "sent" in request.GET else "ask"
        form = RelayForm(initial={"started": started_token()})
        return _page(request, {"story": story, "step": step, "form": form})
    form = RelayForm(request.POST)
    if rate_limit.sent_too_much(request):
        fields = [form[name] for name in RelayForm.ASKED]
        typed = [(f.name, f.label, request.POST[f.name]) for f in fields if request.POST.get(f.name)]
        return must_wait(render(request, "429.html", {"typed": typed, "started": started_token()}))
    if form.is_valid():
        try:
            relaying.ask(story=story, **form.asked())
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            return unkept(see_other(f"{request.path}?sent=1"))
    form.begin_again()
    return _page(request, {"story": story, "step": "ask", "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_relay(request: HttpRequest, token: str) -> HttpResponse:
    """By signed link: what they ask, as it is passed on, and the button that confirms it."""
    relay = _linked_relay(token)
    if relay is None:
        return _page(request, {"step": "stale"}, status=404)
    if request.method == "POST":
        relay = relaying.confirm_relay(relay=relay)
    step = "confirm" if relay.state == Relay.State.UNCONFIRMED else "confirmed"
    return _page(request, {"step": step, "relay": relay, "story": relay.story})


def _linked_relay(token: str) -> Relay | None:
    """What the link confirms, for a week, by the address it was mailed to; nothing once it was erased."""
    try:
        key, mark, _ = signed_links.read_marked("confirm-relay", token, LINKS_LAST)
    except BadLink:
        return None
    relay = Relay.objects.select_related("story").filter(pk=key).exclude(words="").first()
    return relay if relay and keyed_hash.has_mark("mailbox", relay.mailbox, mark) else None


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return unkept(render(request, "champions/ask.html", context, status=status))
