import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accord_portal.foundation import clock

from .roles import ADMINISTRATOR, APPROVER, EDITOR, READER, ROLES, TRIAGE_OFFICER, Role, permissions_of


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A member of staff who signs in with this address."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A member of staff who holds every role, for `manage.py createsuperuser`."""
        return self.create_user(email, password, **{role.field: True for role in ROLES}, **fields)

    def working(self) -> models.QuerySet["User"]:
        """Those who can sign in now."""
        return self.filter(is_active=True, is_staff=True)

    def administrators(self) -> models.QuerySet["User"]:
        """Those who can give accounts and roles now."""
        return self.working().filter(is_administrator=True)

    def idle_since(self, instant: dt.datetime) -> models.QuerySet["User"]:
        """Those who can sign in, were given the account before then and have not signed in since."""
        seen = Q(last_login__lt=instant) | Q(last_login=None, joined_at__lt=instant)
        return self.working().filter(seen)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account with this address, in whichever case it is typed. Raises User.DoesNotExist.

        PostgreSQL compares more freely than the lock counts: it has a dotless i for the same as an i.
        """
        wanted = (username or "").strip()
        for user in self.filter(email__iexact=wanted):
            if user.email.casefold() == wanted.casefold():
                return user
        raise self.model.DoesNotExist("Nobody signs in with this address.")


def _tick(role: Role) -> models.BooleanField[bool, bool]:
    return models.BooleanField(role.name.lower(), default=False)


class User(AbstractBaseUser):
    """A member of staff, known by an e-mail address. The public has no accounts.

    What they may do is what their roles allow, and nothing else.
    """

    email = models.EmailField("email address", max_length=254, unique=True)
    name = models.CharField(max_length=200)
    is_staff = models.BooleanField("can sign in", default=True)
    is_active = models.BooleanField("active", default=True)
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    is_triage_officer = _tick(TRIAGE_OFFICER)
    is_editor = _tick(EDITOR)
    is_approver = _tick(APPROVER)
    is_reader = _tick(READER)
    is_administrator = _tick(ADMINISTRATOR)
    gets_morning_mail = models.BooleanField(
        "each working morning: what waits for me", default=True, db_default=True
    )
    gets_weekly_mail = models.BooleanField(
        "each week: what is late, and with whom", default=True, db_default=True
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "staff member"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message="Somebody signs in with this address already.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def roles(self) -> list[Role]:
        """The roles that are ticked, whether or not the account is active."""
        return [role for role in ROLES if getattr(self, role.field)]

    @property
    def permissions(self) -> frozenset[str]:
        """What the roles allow, and would allow again once an account is active."""
        return permissions_of(self.roles)

    def has_perm(self, permission: str, record: object = None) -> bool:
        """Whether one of the roles allows it; Django's admin and `perms` in templates ask here."""
        return self.is_active and permission in self.permissions

    def has_perms(self, permissions: Iterable[str], record: object = None) -> bool:
        """Whether the roles allow all of these."""
        return all(self.has_perm(permission) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether a role allows anything in this app."""
        return self.is_active and any(one.startswith(f"{app_label}.") for one in self.permissions)


class SecondFactor(models.Model):
    """That a member of staff has something to sign in with after the passphrase: passkeys, an app, or both.

    A session names the row. Each change of what stands makes a new one, so that other sessions end.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = models.TextField(
        blank=True,
        help_text="Of the app, sealed: a copy of the database does not give it away. Empty without an app.",
    )
    last_step = models.BigIntegerField(
        default=0, help_text="The half minute of the last code: none is used twice."
    )
    set_up_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"Second factor of {self.user}"


class ProviderIdentity(models.Model):
    """Who a member of staff is at a provider they sign in through (`iss` and `sub` of OpenID Connect)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="provider_identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    first_used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_of_one_account"),
            models.UniqueConstraint(fields=["user", "issuer"], name="one_identity_at_a_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.issuer}"


class Passkey(models.Model):
    """A key that a device or a password manager of a member of staff keeps; here is its public half."""

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60, help_text="What its owner calls it.")
    key_id = models.CharField(max_length=1364, unique=True, help_text="What the device knows it by.")
    credential = models.BinaryField(help_text="Its identifier and public key, as the device told them.")
    sign_count = models.BigIntegerField(
        default=0, help_text="How often it signed, where the device counts: one that goes back is a copy."
    )
    added_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return f"Passkey of {self.user}"


class RecoveryCode(models.Model):
    """A code to sign in with once, where the telephone is lost; nobody can read it here."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Recovery code of {self.user}"


class KeptForm(models.Model):
    """A form that was sent after its session had ended, until its writer signed in again and sends it.

    What was typed is sealed: a copy of the database does not give it away.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    sealed = models.TextField()
    kept_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"Form of {self.user}"


class LogLine(models.Model):
    """What a member of staff looked at or did, and each try to sign in, for those who check.

    Who, what, when and from where (NZISM 3.9, event logging), and nothing personal of the public.

    The database lets lines be added and nothing else, until they are a year old (`retention.py`).
    """

    class Act(models.TextChoices):
        VIEWED = "viewed", "Viewed"
        EXPORTED = "exported", "Exported"
        IMPORTED = "imported", "Imported"
        IMPORT_CANCELLED = "import_cancelled", "Cancelled an import"
        SUGGESTED = "suggested", "Suggested a duplicate"
        MERGED = "merged", "Merged"
        UNMERGED = "unmerged", "Undid a merge"
        RESTRICTED = "restricted", "Restricted"
        RELEASED = "released", "Released"
        ERASURE_PROPOSED = "erasure_proposed", "Proposed erasure"
        ERASURE_DECLINED = "erasure_declined", "Declined erasure"
        ERASED = "erased", "Erased"
        SIGNED_IN = "signed_in", "Signed in"
        NOT_SIGNED_IN = "not_signed_in", "Wrong passphrase"
        WRONG_CODE = "wrong_code", "Wrong code"
        LOCKED_OUT = "locked_out", "Not let try: locked"
        LINK_ASKED = "link_asked", "Asked for a link to set a passphrase"
        PASSPHRASE_SET = "passphrase_set", "Set a passphrase"
        FACTOR_SET_UP = "factor_set_up", "Set up a second factor"
        FACTOR_RESET = "factor_reset", "Reset a second factor"
        CODES_MADE = "codes_made", "Made new recovery codes"
        CODE_USED = "code_used", "Used a recovery code"
        APP_REMOVED = "app_removed", "Removed an authenticator app"
        PASSKEY_ADDED = "passkey_added", "Added a passkey"
        PASSKEY_REMOVED = "passkey_removed", "Removed a passkey"
        PASSKEY_USED = "passkey_used", "Used a passkey"
        WRONG_PASSKEY = "wrong_passkey", "Wrong passkey"
        ACCOUNT_ADDED = "account_added", "Added an account"
        ACCOUNT_CHANGED = "account_changed", "Changed an account"
        ADDRESS_CHANGED = "address_changed", "Changed the address of an account"
        SESSION_ENDED = "session_ended", "Signed out another browser"
        REFUSED = "refused", "Was refused a page"
        DOUBT_DECIDED = "doubt_decided", "Decided who in doubt has a digest"
        TEST_SENT = "test_sent", "Sent a test of a digest"

    act = models.CharField(max_length=20, choices=Act)
    kind = models.CharField(max_length=60, help_text="The kind of record, as in responses.contact.")
    key = models.BigIntegerField(null=True, blank=True, help_text="The record's key.")
    detail = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField(default=clock.now)
    done_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Empty for what somebody did who is not signed in.",
    )
    source = models.CharField(
        max_length=64, blank=True, help_text="Which client: a keyed hash of its address."
    )

    class Meta:
        verbose_name = "log line"
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "key", "-happened_at"], name="log_line_of_a_record"),
            models.Index(fields=["done_by", "-id"], name="log_line_of_somebody"),
            models.Index(fields=["kind", "-id"], name="log_line_of_a_kind"),
            models.Index(fields=["act", "-id"], name="log_line_of_an_act"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.kind} {self.key or ''}".strip()


class RevisionQuerySet(models.QuerySet["Revision"]):
    def about(self, records: Any) -> "RevisionQuerySet":
        """Those of these records, whatever their kinds."""
        wanted = Q(pk__in=[])
        for record in records:
            wanted |= Q(kind=record._meta.label_lower, key=record.pk)
        return self.filter(wanted)


class Revision(models.Model):
    """What a record said before it was changed: the fields that were changed, as they were.

    The database lets lines be added and nothing else; only an erasure may blank `before`.
    """

    kind = models.CharField(max_length=60, help_text="The kind of record, as in champions.partnership.")
    key = models.BigIntegerField(help_text="The record's key.")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Empty for the person whose record it is, and for the portal itself.",
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "key", "-id"], name="revision_of_a_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {', '.join(self.before)}"
