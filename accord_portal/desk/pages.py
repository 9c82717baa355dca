"""The pages of the desk: the list, what is done from it, and the way from one item to the next."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accord_portal.foundation import clock, working_days
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail, SetAside
from accord_portal.foundation.text import isolated
from accord_portal.staff.act_admin import signed_in
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import shown_to

from . import counting, items, sharing
from .choice import Place, View
from .confirming import ACTS, carry_out
from .counting import in_words
from .forms import ViewNameForm
from .items import opened
from .models import SavedView
from .selecting import kinds_seen
from .sources import Item

A_PAGE = 30  # items
HELD_FOR = dt.timedelta(days=7)
TABS = {"mine": "Mine", "nobodys": "Nobody’s", "all": "Everybody’s", "snoozed": "Snoozed"}
EMPTY = {
    "mine": "Nothing waits for you.",
    "nobodys": "Everything that waits is somebody’s.",
    "all": "Nothing waits for anybody.",
    "snoozed": "Nothing is put off.",
}


@admin.site.admin_view
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, by due day."""
    user, view = signed_in(request), _view(request)
    after = Place.read(request.GET.get("after", ""))
    officer = _officer(user, view)
    counted = counting.count(user, View(view.whose if view.owner(user) else "all"))
    if view.whose == "snoozed":
        shown, more = items.asleep(user, view, after=after, limit=A_PAGE)
    else:
        rows = items.page(user, view, after=after, limit=A_PAGE + 1, counted=counted)
        shown, more = rows[:A_PAGE], Place.of(rows[A_PAGE - 1]) if len(rows) > A_PAGE else None
    context = {
        "title": "Desk",
        "view": view,
        "tabs": [(name, View(whose, view.kinds).query, whose == view.whose) for whose, name in TABS.items()],
        "officer": officer,
        "works_on": {source.kind for source in kinds_seen(user) if source.is_for(user)},
        "kinds": [(source, source.kind in view.kinds) for source in kinds_seen(user)],
        "groups": _groups(shown, view),
        "is_further_down": after is not None,
        "next_page": f"{view.query}&{urlencode({'after': more.code})}" if more else "",
        "late": counted.numbers.late and in_words(counted.numbers.late),
        "due_today": counted.numbers.due_today and in_words(counted.numbers.due_today),
        "nothing": EMPTY.get(view.whose, f"Nothing waits for {isolated(str(officer))}."),
        "saved": [(row, View.read(row.view)) for row in SavedView.objects.of(user)],
        "name_form": ViewNameForm(auto_id="id_view_%s"),
        **_troubles(user),
    }
    return drawn(request, "staff/desk.html", context)


@admin.site.admin_view
@require_safe
def next_one(request: HttpRequest) -> HttpResponse:
    """Goes on to the item after the one that was opened from the desk, in the same view."""
    user = signed_in(request)
    code, _, place = request.GET.get("desk", "").partition("@")
    view, after = View.read(code), Place.read(place)
    found = items.page(user, view, after=after, limit=1)
    if not found:
        messages.info(request, "That was the last one of these.")
        return redirect(address(view))
    return redirect(opened(found[0], view))


@admin.site.admin_view
def claim_next(request: HttpRequest) -> HttpResponse:
    """Takes the first item that nobody has, and opens it."""
    if request.method != "POST":  # signed in again, or the address sent once more
        return redirect("admin:index")
    view = View.read(request.POST.get("desk", ""))
    try:
        item = sharing.claim_next(view=view, by=signed_in(request))
    except NotPossible as refused:
        messages.info(request, str(refused))
        return redirect(address(view))
    messages.success(request, "You have this now.")
    return redirect(opened(item, View("mine", view.kinds)))


@admin.site.admin_view
def act(request: HttpRequest, act: str) -> HttpResponse:
    """Asks on a page of its own, which names each item, and then does it; one claim is done at once."""
    if act not in ACTS:
        raise Http404
    if request.method != "POST":
        return redirect("admin:index")
    user, view = signed_in(request), View.read(request.POST.get("desk", ""))
    only = request.POST.get("only")
    names = [only] if only else request.POST.getlist("item")
    rows = items.named(names, user, even_over="sure" in request.POST)
    if not rows:
        messages.error(request, "Tick what it is about first." if not names else "This is done with by now.")
        return redirect(address(view))
    is_sure = "sure" in request.POST or bool(only and act in ("claim", "wake"))
    form = ACTS[act].form(request.POST if is_sure else None, auto_id="id_%s")
    if is_sure and form.is_valid():
        done = carry_out(act, names, form.cleaned_data, _seen(request), by=user)
        if done.items:
            messages.success(request, f"{ACTS[act].done}: {_titles(done.items, user)}.")
        for item, why in done.refused:
            messages.warning(request, f"Not done: {_titles([item], user)}. {why}")
        return redirect(address(view))
    context = {
        "title": ACTS[act].question,
        "act": ACTS[act],
        "items": rows,
        "only": only,
        "form": form,
        "view": view,
    }
    return drawn(request, "staff/desk_confirm.html", context)


def _officer(user: User, view: View) -> User | None:
    """The colleague whose items the view shows. Raises Http404 where there is none."""
    owner = view.owner(user)
    return get_object_or_404(User, pk=owner) if owner and view.whose != "mine" else None


def _groups(rows: Sequence[Item], view: View) -> list[tuple[str, list[tuple[Item, str]]]]:
    """The items under the heading of each group, each with the address that opens it."""
    today = working_days.today()

    def heading(item: Item) -> str:
        if view.whose == "snoozed":
            return "Put off"
        if item.is_late:
            return "Late"
        return "Due today" if item.day == today else "Later"

    groups = groupby(rows, heading)
    return [(name, [(item, opened(item, view)) for item in group]) for name, group in groups]


def _troubles(user: User) -> dict[str, Any]:
    """What the portal itself failed at, and mail that waits or is held back."""
    found: dict[str, Any] = {"set_aside": SetAside.objects.all()[:A_PAGE]}
    if user.has_perm("foundation.view_outgoingmail"):
        held = OutgoingMail.objects.held_back(since=clock.now() - HELD_FOR)
        waiting = OutgoingMail.objects.waiting_after_trouble()
        found["waiting_mail"], found["held_mail"] = (_number(rows) for rows in (waiting, held))
    return found


def _number(rows: QuerySet[Any]) -> str:
    """How many, in words; "" for none."""
    number = counting.number(rows)
    return in_words(number) if number else ""


def _seen(request: HttpRequest) -> dict[str, int | None]:
    """Who had each item when the page was shown, by the item's name."""
    found: dict[str, int | None] = {}
    for said in request.POST.getlist("seen"):
        name, _, owner = said.partition(":")
        found[name] = int(owner) if owner.isdecimal() and len(owner) < 19 else None
    return found


def _titles(rows: Sequence[Item], user: User) -> str:
    return "; ".join(shown_to(user, item.title) for item in rows)


def _view(request: HttpRequest) -> View:
    return View.read(f"{request.GET.get('whose', '')}:{','.join(request.GET.getlist('kind'))}")


def address(view: View) -> str:
    """Where the desk shows this."""
    return f"{reverse('desk')}?{view.query}"


def drawn(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the desk, in the frame of the staff side."""
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})
