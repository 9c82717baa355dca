from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.forms import Form, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from accord_portal.foundation import mail
from accord_portal.foundation.dates import instant_in_words
from accord_portal.foundation.models import OutgoingMail

from . import emails
from .act_admin import Act, ActAdmin, signed_in
from .lists import UncountedAdmin
from .log import log
from .models import LogLine, User
from .record_admin import RecordAdmin


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

    class Meta:
        model = User
        exclude = ("password",)


@admin.register(User)
class StaffMemberAdmin(RecordAdmin, UserAdmin):
    """Who may sign in. Leavers are made inactive, never deleted: their name stays on what they did.

    Nobody sets another's passphrase: each sets their own, from a link to their own mailbox.
    """

    form = UserForm
    add_form = NewUserForm
    ordering = ["name"]
    list_display = ["name", "email", "is_active", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["name", "email"]
    readonly_fields = ["last_login"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "name"]}),
        ("What they may do", {"fields": ["is_active", "is_staff", "is_superuser", "user_permissions"]}),
        ("Signed in", {"fields": ["last_login"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name"], "description": "We mail them a link to set their passphrase."})
    ]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody changes the account of somebody who may do more: who has its mailbox has its powers."""
        return super().has_change_permission(request, obj) and (
            obj is None or _powers(obj) <= _powers(signed_in(request))
        )

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """There is no such page: see LinkForm."""
        raise Http404

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        """Writes the change to the log, mails whoever is new a link, and tells an address that is left."""
        officer, old = signed_in(request), form.initial.get("email", "")
        super().save_model(request, obj, form, change)
        if not change:
            log(LogLine.Act.ACCOUNT_ADDED, obj, by=officer)
            mail.owe(emails.set_passphrase, to=obj.email, user_id=obj.pk)
        elif changed := [name for name in form.changed_data if name != "name"]:
            act = LogLine.Act.ADDRESS_CHANGED if "email" in changed else LogLine.Act.ACCOUNT_CHANGED
            log(act, obj, by=officer, detail=", ".join(changed))
            if "email" in changed:
                mail.owe(emails.address_changed, to=old, user_id=obj.pk, old=old)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only those who may do everything say who else may."""
        powers = [] if cast(User, request.user).is_superuser else ["is_superuser", "user_permissions"]
        return [*self.readonly_fields, *powers]


def _powers(user: User) -> set[int]:
    """What an account may do, or may do again once it is active; 0 stands for everything."""
    if user.is_superuser:
        return {0, *Permission.objects.values_list("pk", flat=True)}
    owned = Q(user=user) | Q(group__user=user)
    return set(Permission.objects.filter(owned).values_list("pk", flat=True))


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


@admin.register(LogLine)
class LogLineAdmin(UncountedAdmin, RecordAdmin):
    """Who looked at what, and what was done with it: read only, and by those who may do everything."""

    ordering = ["-pk"]
    list_display = ["when", "done_by", "act", "kind", "key", "detail"]
    list_display_links = None
    list_filter = ["act"]
    list_select_related = ["done_by"]
    list_per_page = 50
    actions = None

    @admin.display(description="When")
    def when(self, line: LogLine) -> str:
        return instant_in_words(line.happened_at)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        user = cast(User, request.user)
        return user.is_active and user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
