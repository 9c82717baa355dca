from typing import cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail

from .models import User

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

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only those who may do everything say who else may."""
        powers = [] if cast(User, request.user).is_superuser else ["is_superuser", "user_permissions"]
        return [*self.readonly_fields, *powers]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin[OutgoingMail]):
    """Every message the portal owed to one person, and what became of it."""

    list_display = ["__str__", "state", "attempts", "queued_at", "sent_at"]
    list_filter = ["state"]
    search_fields = ["to", "subject"]
    show_full_result_count = False
    actions = ["try_again"]
    readonly_fields = [
        "to", "subject", "state", "attempts", "last_error", "queued_at", "not_before_at", "sent_at"
    ]  # fmt: skip
    exclude = ["message", "facts", "claimed_at"]

    @admin.action(description="Try failed messages again", permissions=["change"])
    def try_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        """Queues the chosen messages that had failed; the worker sends them within seconds."""
        number = mail.try_again(mails)
        self.message_user(request, f"{number} queued to be sent again.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
