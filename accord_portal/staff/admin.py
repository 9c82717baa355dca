from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest

from accord_portal.foundation import mail
from accord_portal.foundation.dates import instant_in_words
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.search import UncountedAdmin

from .act_admin import Act, ActAdmin, signed_in
from .log import log
from .models import LogLine, User

admin.site.unregister(Group)


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


class UserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class StaffMemberAdmin(UserAdmin):
    """Who may sign in. Leavers are made inactive, never deleted: their name stays on what they did."""

    form = UserForm
    add_form = NewUserForm
    ordering = ["name"]
    list_display = ["name", "email", "is_active", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["name", "email"]
    readonly_fields = ["last_login"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("What they may do", {"fields": ["is_active", "is_staff", "is_superuser", "user_permissions"]}),
        ("Signed in", {"fields": ["last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody without all powers changes the account of somebody who has them."""
        above = obj is not None and obj.is_superuser and not cast(User, request.user).is_superuser
        return super().has_change_permission(request, obj) and not above

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only those who may do everything say who else may."""
        powers = [] if cast(User, request.user).is_superuser else ["is_superuser", "user_permissions"]
        return [*self.readonly_fields, *powers]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ActAdmin[OutgoingMail]):
    """Every message the portal owed to one person, and what became of it."""

    page_template = "staff/outgoing_mail.html"
    acts = {"try_again": Act(mail.try_again, "Queued: it is sent within seconds.")}
    list_display = ["__str__", "state", "attempts", "queued_at", "sent_at"]
    list_filter = ["state"]
    search_fields = ["to", "subject"]
    show_full_result_count = False
    actions = ["try_these_again"]

    @admin.action(description="Try failed messages again", permissions=["act"])
    def try_these_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        """Queues the chosen messages that had failed."""
        number = mail.try_again(mails)
        self.message_user(request, f"{number} queued to be sent again.")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may press the buttons may do so for several at once."""
        return self.may_act(request)

    def looked_at(self, request: HttpRequest, record: OutgoingMail) -> None:
        log(LogLine.Act.VIEWED, record, by=signed_in(request))

    def arguments(self, request: HttpRequest, record: OutgoingMail, act: str, form: Form) -> dict[str, Any]:
        return {"mails": OutgoingMail.objects.filter(pk=record.pk)}


@admin.register(LogLine)
class LogLineAdmin(UncountedAdmin):
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

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
