"""Lines of the log as sentences: who did what with which record, with a way to it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accord_portal.foundation.text import isolated

from .models import LogLine, User
from .record_admin import shown_to

Act = LogLine.Act
Named = Mapping[tuple[str, int], SafeString]
DID: dict[str, str] = {
    Act.VIEWED: "opened",
    Act.EXPORTED: "exported",
    Act.IMPORTED: "brought in",
    Act.IMPORT_CANCELLED: "cancelled",
    Act.SUGGESTED: "asked to compare",
    Act.MERGED: "merged",
    Act.UNMERGED: "undid the merge of",
    Act.RESTRICTED: "restricted",
    Act.RELEASED: "released",
    Act.ERASURE_PROPOSED: "proposed to erase",
    Act.ERASURE_DECLINED: "declined to erase",
    Act.ERASED: "erased",
    Act.ACCOUNT_ADDED: "added",
    Act.ACCOUNT_CHANGED: "changed",
    Act.ADDRESS_CHANGED: "changed the address of",
    Act.NOT_SIGNED_IN: "gave a wrong passphrase for",
    Act.WRONG_CODE: "gave a wrong code for",
    Act.WRONG_PASSKEY: "gave a wrong passkey for",
    Act.FACTOR_RESET: "reset the second factor of",
    Act.LOCKED_OUT: "was not let try to sign in, for",
    Act.DOUBT_DECIDED: "decided who in doubt has",
    Act.TEST_SENT: "sent a test of",
    Act.LINK_ASKED: "asked for a link to set the passphrase of",
}
ONES_OWN: dict[str, str] = {
    Act.SIGNED_IN: "signed in",
    Act.PASSPHRASE_SET: "set a passphrase",
    Act.FACTOR_SET_UP: "set up a second factor",
    Act.CODES_MADE: "made new recovery codes",
    Act.CODE_USED: "used a recovery code",
    Act.APP_REMOVED: "removed an authenticator app",
    Act.PASSKEY_ADDED: "added a passkey",
    Act.PASSKEY_REMOVED: "removed a passkey",
    Act.PASSKEY_USED: "used a passkey",
    Act.SESSION_ENDED: "signed out another browser of theirs",
    Act.REFUSED: "was refused a page",
}


def names_of(lines: Iterable[LogLine], request: HttpRequest, pages: Mapping[type[Model], Any]) -> Named:
    """The records of these lines by kind and key, each with its link: one query for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        if line.key is not None:
            wanted[line.kind].add(line.key)
    return {
        (kind, key): words
        for kind, keys in wanted.items()
        for key, words in linked(kind, keys, request, pages).items()
    }


def linked(
    kind: str, keys: Collection[int], request: HttpRequest, pages: Mapping[type[Model], Any]
) -> dict[int, SafeString]:
    """The records of this kind by their keys, each by its name with a link: one query."""
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        return {}
    page = pages.get(model)
    rows = model._default_manager.filter(pk__in=keys)
    if page is not None and page.list_select_related:
        rows = rows.select_related(*page.list_select_related)
    return {record.pk: _linked(record, page, request) for record in rows} if keys else {}


def sentence(line: LogLine, named: Named) -> SafeString:
    """The line as it is read: "Mere Staff opened Ana Example’s record"."""
    who = isolated(str(line.done_by)) if line.done_by else "Somebody who was not signed in"
    if line.act in ONES_OWN:
        return format_html("{} {}", who, ONES_OWN[line.act])
    did = DID.get(line.act) or f"{line.get_act_display()[:1].lower()}{line.get_act_display()[1:]}:"
    if line.key is None:
        is_account = line.kind == User._meta.label_lower
        about = "an account that there is not" if is_account else _kind(line.kind, many=True)
        return format_html("{} {} {}", who, did, about)
    gone = f"{_kind(line.kind)} {line.key}, which is not there any more"
    return format_html("{} {} {}", who, did, named.get((line.kind, line.key), gone))


def _linked(record: Model, page: Any, request: HttpRequest) -> SafeString:
    words = isolated(shown_to(cast(User, request.user), str(record)))
    kind = record._meta.label_lower
    form = "{}’s record" if kind == "responses.contact" else f"{_kind(kind)} {{}}"
    if page is None or not page.has_view_or_change_permission(request):
        return format_html(form, words)
    url = reverse(f"admin:{kind.replace('.', '_')}_change", args=[record.pk])
    return format_html('<a href="{}">{}</a>', url, format_html(form, words))


def _kind(kind: str, *, many: bool = False) -> str:
    try:
        options = apps.get_model(kind)._meta
    except (LookupError, ValueError):
        return kind
    return str(options.verbose_name_plural) if many else f"the {options.verbose_name}"
