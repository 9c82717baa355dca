"""The public pages of practice stories."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from accord_portal.foundation import signed_links
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.http_answers import unkept
from accord_portal.foundation.signed_links import BadLink
from champions.forms.story import OfferForm
from champions.links import PROGRESS_LINKS_LAST
from champions.models import Champion, Initiative, PracticeStory
from champions.stories import offering, relaying, reusing

REUSES_SHOWN = 20  # of a story, the latest


@require_safe
def practice_story_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One story, with what it belongs to of what is public."""
    story = get_object_or_404(
        PracticeStory.objects.published().select_related("contact__merged_into"), slug=slug
    )
    context = {
        "story": story,
        "champion": Champion.objects.published().filter(pk=story.champion_id).first(),
        "initiative": Initiative.objects.published().filter(pk=story.initiative_id).first(),
        "principles": story.principles.all(),
        "features": story.features.all(),
        "regions": story.regions.all(),
        "may_be_asked": relaying.who_may_be_asked(story),
        "times_used": reusing.times_used(story),
        "reuses": story.reuses.shown()[:REUSES_SHOWN],
    }
    return render(request, "champions/practice_story_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_story(request: HttpRequest, token: str) -> HttpResponse:
    """By signed link: a champion tells what was learned; it becomes a draft on the desk."""
    champion = _linked_champion(token)
    context: dict[str, object] = {"champion": champion, "step": "ask" if champion else "stale"}
    if champion:
        form = OfferForm(request.POST if request.method == "POST" else None, champion=champion)
        context["form"] = form
        if form.is_bound and form.is_valid():
            try:
                context["story"] = offering.offer(champion=champion, **form.offered())
                context["step"] = "done"
            except NotPossible as refused:
                form.add_error(None, str(refused))
    status = 404 if champion is None else 200
    return unkept(render(request, "champions/offer_story.html", context, status=status))


def _linked_champion(token: str) -> Champion | None:
    """Whose link it is, as long as it was mailed to the address they have now and they are not taken down."""
    try:
        key, mark, _ = signed_links.read_marked("offer-story", token, PROGRESS_LINKS_LAST)
    except BadLink:
        return None
    rows = Champion.objects.select_related("contact").exclude(state=Champion.State.WITHDRAWN)
    champion = rows.filter(pk=key).first()
    return champion if champion and champion.contact.goes_by(mark) else None
