"""The pages on which an officer says how they look at the desk, and what it mails them."""

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.act_admin import signed_in

from . import saving
from .choice import View
from .forms import StaffMailForm, ViewNameForm
from .models import SavedView
from .pages import address, drawn


@admin.site.admin_view
def views(request: HttpRequest) -> HttpResponse:
    """The views one has kept; keeps another."""
    user = signed_in(request)
    if request.method != "POST":
        return _views(request)
    view, form = View.read(request.POST.get("desk", "")), ViewNameForm(request.POST, auto_id="id_view_%s")
    if form.is_valid():
        try:
            saving.keep(name=form.cleaned_data["name"], view=view, by=user)
        except NotPossible as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"Kept as “{form.cleaned_data['name']}”.")
            return redirect(address(view))
    return _views(request, form=form, view=view)


@admin.site.admin_view
@require_POST
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives one of one's own views another name, or forgets it."""
    user = signed_in(request)
    saved = get_object_or_404(SavedView.objects.of(user), pk=pk)
    if "forget" in request.POST:
        saving.delete(saved=saved, by=user)
        messages.success(request, f"“{saved}” is forgotten.")
        return redirect("desk-views")
    form = ViewNameForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        try:
            saving.rename(saved=saved, name=form.cleaned_data["name"], by=user)
        except NotPossible as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, "It has its new name.")
            return redirect("desk-views")
    return _views(request, refused=pk, form=form)


@admin.site.admin_view
def staff_mail(request: HttpRequest) -> HttpResponse:
    """Which mails about the desk one gets oneself."""
    said = request.POST if request.method == "POST" else None
    form = StaffMailForm(said, instance=signed_in(request))
    if form.is_valid():
        form.instance.save(update_fields=list(form.cleaned_data))  # and nothing else of the account
        messages.success(request, "Saved.")
        return redirect("staff-mail")
    hour = f"{settings.MORNING_MAIL_HOUR}:00"
    return drawn(request, "staff/desk_mail.html", {"title": "Mail to you", "form": form, "hour": hour})


def _views(
    request: HttpRequest, *, form: ViewNameForm | None = None, view: View | None = None, refused: int = 0
) -> HttpResponse:
    rows = [
        (
            row,
            form
            if form and row.pk == refused
            else ViewNameForm({"name": row.name}, auto_id=f"id_{row.pk}_%s"),
        )
        for row in SavedView.objects.of(signed_in(request))
    ]
    context = {
        "title": "Your views of the desk",
        "rows": rows,
        "form": form if view else None,
        "errors_form": form,
        "view": view,
    }
    return drawn(request, "staff/desk_views.html", context)
