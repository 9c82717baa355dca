"""A champion's own page: written behind a link we mailed, and the picture on it for everybody."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accord_portal.foundation import pictures, signed_links
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.http_answers import see_other, unkept
from accord_portal.foundation.signed_links import BadLink
from champions.forms.own_page import OwnPageForm
from champions.links import PROGRESS_LINKS_LAST
from champions.models import Champion, ChampionPage
from champions.own_page import proposing


@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest, token: str) -> HttpResponse:
    """By signed link: the champion sees their page as it stands or as they proposed it, and changes it."""
    champion = _linked_champion(token)
    if champion is None:
        return unkept(render(request, "champions/own_page.html", {"champion": None}, status=404))
    waiting = proposing.unanswered(champion)
    shown = proposing.proposed(waiting) if waiting else proposing.standing(champion)
    posted = request.method == "POST"
    form = OwnPageForm(request.POST if posted else None, request.FILES if posted else None, shown=shown)
    if form.is_bound and form.is_valid():
        try:
            kept = proposing.propose(champion=champion, **form.written())
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            return see_other(f"{reverse('own-page', args=[token])}?sent={'yes' if kept else 'back'}")
    context = {
        "champion": champion,
        "is_seen": Champion.objects.published().filter(pk=champion.pk).exists(),
        "waiting": waiting,
        "form": form,
        "token": token,
        "picture": shown.picture,
        "alternative": shown.words.alternative,
        "sent": "" if posted else request.GET.get("sent", ""),
    }
    return unkept(render(request, "champions/own_page.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def own_picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """By the same link: the picture that stands there, whether anybody else sees it or not."""
    champion = _linked_champion(token)
    waiting = proposing.unanswered(champion) if champion else None
    shown = waiting or (proposing.standing(champion) if champion else None)
    picture = shown.picture if shown else None
    if picture is None:
        return unkept(render(request, "404.html", status=404))
    return unkept(pictures.answer(request, picture.large, f"own-{picture.pk}"))


@require_safe
def champion_picture(request: HttpRequest, slug: str, size: str = "large") -> HttpResponseBase:
    """The picture of a champion, as long as the public sees both."""
    if size not in ("large", "small"):
        raise Http404
    rows = ChampionPage.objects.with_public_picture().select_related("picture")
    page = get_object_or_404(
        rows.defer(f"picture__{'small' if size == 'large' else 'large'}"), champion__slug=slug
    )
    return pictures.answer(request, getattr(page.picture, size), f"{page.picture_id}-{size}")


def _linked_champion(token: str) -> Champion | None:
    """Whose link it is, while it was mailed to their address and they are not taken down, nor said No."""
    try:
        key, mark, _ = signed_links.read_marked("own-page", token, PROGRESS_LINKS_LAST)
    except BadLink:
        return None
    rows = Champion.objects.select_related("contact").exclude(state=Champion.State.WITHDRAWN)
    champion = rows.exclude(pk__in=Champion.objects.who_said_no_since()).filter(pk=key).first()
    return champion if champion and champion.contact.goes_by(mark) else None
