"""Who may sign in: their accounts, roles and second factors."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.crypto import get_random_string

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff import accounts, alerting, emails, second_factor
from accord_portal.staff.act_admin import signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from accord_portal.staff.record_admin import RecordAdmin
from accord_portal.staff.roles import ROLES, Role

IDLE_FOR = dt.timedelta(days=90)
TICKS: list[Any] = [role.field for role in ROLES]
OWN = "These are your own roles. Another administrator changes them."
NOT_HELD = "You do not hold this role, so you cannot give or take it away."
SIGNS_IN: list[Any] = ["is_active", "is_staff"]
MAY_DO_MORE = (
    "They may do more than you: you can keep them from signing in, and change nothing else."
    " You cannot undo it."
)


class NewUserForm(ModelForm[User]):
    """Somebody new, who sets a passphrase from a link by mail: nobody else ever knows it."""

    class Meta:
        model = User
        fields = ("email", "name")

    def save(self, commit: bool = True) -> User:
        self.instance.set_password(get_random_string(64))
        return super().save(commit)


class UserForm(UserChangeForm):
    password = None  # type: ignore[assignment]

    filled_in_by: User

    class Meta:
        model = User
        exclude = ("password",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A tick that the officer may not change stays as it is, whatever is posted."""
        super().__init__(*args, **kwargs)
        self.roles_before = self.instance.roles
        for role in ROLES:
            if tick := self.fields.get(role.field):
                held = role in self.filled_in_by.roles
                tick.help_text = role.allows if held else f"{role.allows} {NOT_HELD}"
                tick.disabled = not held or self.instance == self.filled_in_by
        if not self.instance.permissions <= self.filled_in_by.permissions:
            for name, field in self.fields.items():
                field.disabled = name not in SIGNS_IN or not getattr(self.instance, name)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where the account may not be left like this."""
        said = super().clean() or self.cleaned_data
        try:
            accounts.expect_may_change(
                self.instance,
                roles=self.roles(),
                signs_in=bool(said.get("is_active") and said.get("is_staff")),
                by=self.filled_in_by,
            )
        except NotPossible as refused:
            raise ValidationError(str(refused)) from refused
        return said

    def roles(self) -> list[Role]:
        """The roles that are ticked."""
        return [role for role in ROLES if self.cleaned_data.get(role.field)]


class IdleFilter(admin.SimpleListFilter):
    """Who may sign in and has not for long (NZISM 3.9): perhaps they have left."""

    title = "for how long they have not signed in"
    parameter_name = "idle"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("90", "For 90 days, and may still")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "90":
            return queryset
        return queryset.filter(pk__in=User.objects.idle_since(clock.now() - IDLE_FOR))


@admin.register(User)
class StaffMemberAdmin(RecordAdmin, UserAdmin):
    """Who may sign in. Leavers are made inactive, never deleted: their name stays on what they did.

    Nobody sets another's passphrase: each sets their own, from a link to their own mailbox.
    """

    form = UserForm
    add_form = NewUserForm
    ordering = ["name"]
    list_display = ["name", "email", "held", "is_active", "last_login"]
    list_filter = ["is_active", IdleFilter, *TICKS]
    search_fields = ["name", "email"]
    readonly_fields = ["last_login"]
    filter_horizontal = []
    change_form_template = "staff/staff_member.html"
    change_list_template = "staff/staff_members.html"
    fieldsets = [
        (None, {"fields": ["email", "name"]}),
        ("Roles", {"fields": TICKS}),
        ("May they sign in", {"fields": SIGNS_IN}),
        ("Signed in", {"fields": ["last_login"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name"], "description": "We mail them a link to set their passphrase."})
    ]

    @admin.display(description="Roles")
    def held(self, user: User) -> str:
        return ", ".join(role.name for role in user.roles) or "None"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list, saying how many have not signed in for long and how many have left."""
        told = {
            "idle": User.objects.idle_since(clock.now() - IDLE_FOR).count(),
            "leavers": User.objects.filter(is_active=False).count(),
        }
        return super().changelist_view(request, {**(extra_context or {}), **told})

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which knows who fills it in."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"filled_in_by": signed_in(request)})

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Django's, saying why something stays as it is: one's own roles, and all of who may do more.

        Who has the mailbox of an account has its powers.
        """
        by = signed_in(request)
        if obj is None or (obj != by and obj.permissions <= by.permissions):
            return super().get_fieldsets(request, obj)
        where, why = ("Roles", OWN) if obj == by else ("May they sign in", MAY_DO_MORE)
        return [
            (title, {**parts, "description": why} if title == where else parts)
            for title, parts in self.fieldsets
        ]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.reset_second_factor)
        name = "staff_user_reset_second_factor"
        return [path("<int:pk>/reset-second-factor/", view, name=name), *super().get_urls()]

    def reset_second_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Says what it does; the button on it does it."""
        account = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        form = Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                second_factor.reset(account=account, by=signed_in(request))
            except NotPossible as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(
                    request, "Reset. They set up another when they sign in next; we tell them by mail."
                )
                return redirect("admin:staff_user_change", pk)
        context = {**self.admin_site.each_context(request), "title": "Reset the second factor", "form": form}
        return TemplateResponse(
            request, "staff/reset_second_factor.html", {**context, "opts": self.opts, "account": account}
        )

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """There is no such page: see LinkForm."""
        raise Http404

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Writes the change to the log, mails whoever is new a link, and tells an address that is left."""
        officer, old = signed_in(request), form.initial.get("email", "")
        super().save_model(request, obj, form, change)
        if not change:
            log(LogLine.Act.ACCOUNT_ADDED, obj, by=officer)
            mail.owe(emails.set_passphrase, to=obj.email, user_id=obj.pk)
            return
        changed = [name for name in form.changed_data if name not in ("name", *TICKS)]
        if said := [*changed, *accounts.in_words(form.roles_before, obj.roles)]:
            act = LogLine.Act.ADDRESS_CHANGED if "email" in changed else LogLine.Act.ACCOUNT_CHANGED
            line = log(act, obj, by=officer, detail=", ".join(said))
            if set(obj.roles) - set(form.roles_before):
                alerting.tell(line)
        if "email" in changed:
            mail.owe(emails.address_changed, to=old, user_id=obj.pk, old=old)
