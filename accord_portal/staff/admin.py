import datetime as dt
from typing import Any, cast

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
from django.utils.safestring import SafeString

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import instant_in_words
from accord_portal.foundation.models import OutgoingMail

from . import accounts, emails, log_in_words, second_factor
from .act_admin import Act, ActAdmin, key_in, signed_in
from .lists import UncountedAdmin, UncountedList
from .log import log
from .models import LogLine, User
from .navigation import NAVIGATION
from .record_admin import RecordAdmin
from .roles import ROLES, Role

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
            log(act, obj, by=officer, detail=", ".join(said))
        if "email" in changed:
            mail.owe(emails.address_changed, to=old, user_id=obj.pk, old=old)


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ActAdmin[OutgoingMail]):
    """Every message the portal owed to one person, and what became of it."""

    page_template = "staff/outgoing_mail.html"
    acts = {
        "try_again": Act(mail.try_again, "Queued: it is sent within seconds."),
        "treat_as_sent": Act(mail.treat_as_sent, "It counts as sent."),
        "came_back": Act(mail.came_back, "It counts as failed, and what it had kept is owed again."),
    }
    list_display = ["__str__", "to", "whom", "state", "attempts", "queued_at", "sent_at"]
    contact_details = ["to"]
    list_filter = ["state"]
    search_fields = ["to", "subject"]
    show_full_result_count = False
    actions = ["try_these_again"]

    @admin.display(description="For")
    def whom(self, mail: OutgoingMail) -> str:
        return f"Contact {mail.recipient}" if mail.recipient else ""

    @admin.action(description="Try failed messages again", permissions=["act"])
    def try_these_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        """Queues the chosen messages that had failed; those in doubt are decided one by one."""
        number = mail.try_again(mails.exclude(state=OutgoingMail.State.IN_DOUBT))
        self.message_user(request, f"{number} queued to be sent again.")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may press the buttons may do so for several at once."""
        return self.may_act(request)

    def looked_at(self, request: HttpRequest, record: OutgoingMail) -> None:
        log(LogLine.Act.VIEWED, record, by=signed_in(request))

    def arguments(self, request: HttpRequest, record: OutgoingMail, act: str, form: Form) -> dict[str, Any]:
        return {"mails": OutgoingMail.objects.filter(pk=record.pk)}


class LogList(UncountedList):
    """The log, each line with its sentence: one query for each kind of record on the page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        named = log_in_words.names_of(self.result_list, request, self.model_admin.admin_site._registry)
        for line in self.result_list:
            line.sentence = log_in_words.sentence(line, named)


class StaffFilter(admin.SimpleListFilter):
    title = "who did it"
    parameter_name = "done_by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(user.pk), str(user)) for user in User.objects.order_by("name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(done_by=key_in(self.value() or "")) if self.value() else queryset


class KindFilter(admin.SimpleListFilter):
    title = "about what"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (listing.kind, listing.words)
            for task in NAVIGATION
            for listing in task.listings
            if listing.kind != LogLine._meta.label_lower
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(LogLine)
class LogLineAdmin(UncountedAdmin, RecordAdmin):
    """Who looked at what, and what was done with it: one list, with no page for each line."""

    ordering = ["-pk"]
    list_display = ["what", "when", "more"]
    list_display_links = None
    list_filter = [StaffFilter, KindFilter, "act"]
    sortable_by = ()  # it is read from the newest down
    list_select_related = ["done_by"]
    list_per_page = 50
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[UncountedList]:
        return LogList

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return obj is None and super().has_view_permission(request)

    @admin.display(description="Who did what")
    def what(self, line: Any) -> SafeString:
        return cast(SafeString, line.sentence)

    @admin.display(description="More about it")
    def more(self, line: LogLine) -> str:
        return line.detail

    @admin.display(description="When")
    def when(self, line: LogLine) -> str:
        return instant_in_words(line.happened_at)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
