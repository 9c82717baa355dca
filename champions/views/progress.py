"""Behind the link in our asking: a champion says how an initiative stands, with one press and no account."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accord_portal.foundation import signed_links
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.http_answers import unkept
from accord_portal.foundation.signed_links import BadLink
from champions import told
from champions.forms.progress import ChangedForm, FinishedForm, HelpForm, StillTrueForm
from champions.initiatives import progress
from champions.links import PROGRESS_LINKS_LAST, own_page_url
from champions.models import Champion, Initiative, InitiativeSide


@dataclass(frozen=True)
class Choice:
    """One of the four answers: its form, the words of its page, and what its button says."""

    form: type[StillTrueForm]
    heading: str
    button: str
    do: Callable[..., object]


def _say(form: Any, **about: Any) -> object:
    return progress.report(**about, **form.said())


CHOICES = {
    "still-true": Choice(
        StillTrueForm,
        "Is this still true?",
        "Yes, still true",
        lambda form, **about: progress.still_true(**about, seen=form.cleaned_data["seen"]),
    ),
    "changed": Choice(ChangedForm, "How does it stand?", "Tell this", _say),
    "finished": Choice(FinishedForm, "Is it finished?", "Yes, it is finished", _say),
    "help": Choice(
        HelpForm,
        "Do you need help?",
        "Yes, get in touch with us",
        lambda form, **about: progress.ask_for_help(**about, what=form.cleaned_data["what"]),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def progress_page(request: HttpRequest, token: str, choice: str = "") -> HttpResponse:
    """The four answers, or the page of one of them; only its button does anything."""
    if choice and choice not in CHOICES:
        raise Http404
    linked = _linked(token)
    if linked is None:
        return _page(request, {"step": "stale"}, status=404)
    champion, initiative = linked
    last = progress.last_of(initiative, InitiativeSide.of(champion))
    context: dict[str, Any] = {
        "step": choice or "choose",
        "token": token,
        "own_page_url": own_page_url(champion.pk, champion.contact, token),
        "initiative": initiative,
        "champion": champion,
        "may_be_named": told.may_be_named(initiative, champion),
        "is_public": Initiative.objects.published().filter(pk=initiative.pk).exists(),
        "last": last,
        "words": told.words(last, champion),
        "speaks": told.speaks(last, champion),
    }
    if not choice:
        return _page(request, context)
    answer = CHOICES[choice]
    posted = request.POST if request.method == "POST" else None
    form = answer.form(posted, last=last, champion=champion)
    if form.is_bound and form.is_valid():
        try:
            done = answer.do(form, initiative=initiative, champion=champion)
        except NotPossible as refused:
            form.add_error(None, str(refused))
            form.show_again(last)
        else:
            return _page(request, {**context, "step": "done", "choice": choice, "done": done})
    return _page(request, {**context, "form": form, "answer": answer})


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return unkept(render(request, "champions/progress.html", context, status=status))


def _linked(token: str) -> tuple[Champion, Initiative] | None:
    """Who may say something of what: while they take part, by the address they were mailed at."""
    try:
        key, mark, facts = signed_links.read_marked("progress", token, PROGRESS_LINKS_LAST)
    except BadLink:
        return None
    champion = Champion.objects.select_related("contact").filter(pk=key).first()
    initiative = Initiative.objects.select_related("champion").filter(pk__in=facts).first()
    if not champion or not initiative or not champion.contact.goes_by(mark):
        return None
    return (champion, initiative) if progress.takes_part(initiative, champion) else None
