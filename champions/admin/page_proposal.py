"""What champions propose for their own page: old and new side by side, looked at, then published or not."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from accord_portal.foundation import pictures
from accord_portal.foundation.http_answers import unkept
from accord_portal.staff.act_admin import Act, signed_in
from accord_portal.staff.lists import PlainSearchAdmin
from accord_portal.staff.public_preview import PreviewedAdmin
from accord_portal.staff.record_admin import shown_to
from champions.admin.champion import PUBLISH
from champions.forms.own_page import RefusePageForm
from champions.models import Champion, PageProposal
from champions.own_page import comparing, deciding, proposing


@admin.register(PageProposal)
class PageProposalAdmin(PlainSearchAdmin, PreviewedAdmin[PageProposal]):
    """Each proposal with what stands beside it; the last of a champion waits for an approver."""

    page_template = "staff/page_proposal.html"
    previewed = {"publish": "Publish"}
    acts = {
        "publish": Act(deciding.publish, "Published.", needs=PUBLISH),
        "refuse": Act(deciding.refuse, "Not published.", RefusePageForm, is_shown_first=True, needs=PUBLISH),
    }
    list_display = ["champion", "state", "proposed_at"]
    list_filter = ["state"]
    list_select_related = ["champion"]
    free_text = ["champion"]
    search_fields = ["champion__name"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.picture_view)
        name = "champions_pageproposal_picture"
        return [path("<int:pk>/picture/<slug:side>/", view, name=name), *super().get_urls()]

    def picture_view(self, request: HttpRequest, pk: int, side: str) -> HttpResponseBase:
        """The picture that stands, or the one that is proposed."""
        proposal = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        pictures_of = {"before": proposing.standing(proposal.champion).picture, "after": proposal.picture}
        if (picture := pictures_of.get(side)) is None:
            raise Http404
        return unkept(pictures.answer(request, picture.large, f"staff-{picture.pk}"))

    def fingerprint(self, record: PageProposal) -> str:
        """The champion's entry: a proposal itself never changes."""
        return Champion.objects.get(pk=record.champion_id).fingerprint

    def arguments(self, request: HttpRequest, record: PageProposal, act: str, form: Form) -> dict[str, Any]:
        about = {"proposal": record, **super().arguments(request, record, act, form)}
        seen = request.POST.get("shown") or self.fingerprint(record)
        return {**about, "seen": seen} if act == "publish" else about

    def beside_preview(self, record: PageProposal) -> dict[str, str]:
        return {"picture_url": _picture_url(record, "after")} if record.picture_id else {}

    def page_context(self, request: HttpRequest, record: PageProposal) -> dict[str, Any]:
        stands = proposing.standing(record.champion)
        parts = comparing.compared(record, lambda text: shown_to(signed_in(request), text))
        return {
            "proposal": record,
            "champion": record.champion,
            "parts": parts,
            "old_picture": _picture_url(record, "before") if stands.picture else "",
            "new_picture": _picture_url(record, "after") if record.picture_id else "",
            "old_alternative": stands.words.alternative,
            "same_picture": stands.picture == record.picture,
            "is_seen": Champion.objects.published().filter(pk=record.champion_id).exists(),
            "newer": proposing.unanswered(record.champion) if not record.is_waiting else None,
        }


def _picture_url(proposal: PageProposal, side: str) -> str:
    return reverse("admin:champions_pageproposal_picture", args=[proposal.pk, side])
