"""The Accord itself: its text in each language, and the files of papers around it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accord_portal.foundation.documents import download
from champions.models import AccordText, Reference


@require_safe
def accord_text(request: HttpRequest, language: str) -> HttpResponse:
    """The Accord in one language, with the others to choose from."""
    text = get_object_or_404(AccordText.objects.published(), language=language)
    others = AccordText.objects.published().defer("written").exclude(pk=text.pk)
    return render(request, "champions/accord_text.html", {"text": text, "others": others})


@require_safe
def accord_file(request: HttpRequest, language: str) -> HttpResponse:
    """The Accord in one language as a file."""
    text = get_object_or_404(AccordText.objects.filter(size__gt=0), language=language)
    return download(f"{text.title} {text.language}", text.format, text.content)


@require_safe
def reference_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper or report as a file."""
    paper = get_object_or_404(Reference.objects.filter(size__gt=0), pk=pk)
    return download(paper.title, paper.format, paper.content)
