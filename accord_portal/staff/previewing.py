"""What an act would mail, shown before it is sent: the act is done and undone, and its message looked at.

An act that is shown first returns the message it owes, or None where nobody is mailed.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.crypto import salted_hmac

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile
from accord_portal.foundation.models import OutgoingMail

HREF = re.compile(r'(<a\b[^>]*?)\shref="[^"]*"')
STYLE = re.compile(r'\sstyle="([^"]*)"')
OF_A_LINK = r"[\w-]+:[\w-]+:[\w-]{20,}"  # the token of a link that is for its reader alone
FOR_ITS_READER = "their-own-link"
NOT_AS_SHOWN = "What goes out has changed since you looked at it. Look at it as it is now, then send it."

MailAct = Callable[[], OutgoingMail | None]


class Preview(NamedTuple):
    """One message as it would go out now, without its reader's own links; `mark` is of exactly this one."""

    to: str
    subject: str
    text: str
    html: str
    mark: str


def rehearse(act: MailAct) -> Preview:
    """The message that the act would owe; nothing of the act stays. Raises what the act raises."""
    with transaction.atomic():
        preview = _preview(act())
        transaction.set_rollback(True)
    return preview


@transaction.atomic
def carry_out(act: MailAct, *, shown: str) -> None:
    """Does the act where what it owes is what was shown, by its mark. Raises ChangedMeanwhile otherwise."""
    if _preview(act()).mark != shown:
        raise ChangedMeanwhile(NOT_AS_SHOWN)


def _preview(owed: OutgoingMail | None) -> Preview:
    message = mail.made(owed) if owed else EmailMultiAlternatives()
    to, html = ", ".join(message.to), str(message.alternatives[0][0]) if message.alternatives else ""
    shown = [to, str(message.subject), str(message.body), html]
    own_link = re.compile(rf"({re.escape(settings.BASE_URL)}/[\w/-]+/){OF_A_LINK}")
    to, subject, text, html = (own_link.sub(rf"\1{FOR_ITS_READER}", part) for part in shown)
    mark = salted_hmac("previewed", repr([to, subject, text, html]), algorithm="sha256").hexdigest()
    return Preview(to, subject, text, html, mark)


def without_links(html: str) -> str:
    """The same page with links that lead nowhere: they look like links, and cannot be followed."""
    return HREF.sub(r"\1", html)


def styles_as_rules(html: str, nonce: str) -> str:
    """The same page with each style attribute as a class of one style element that carries the nonce."""
    rules: dict[str, str] = {}

    def as_class(match: re.Match[str]) -> str:
        return f' data-s="{rules.setdefault(match[1], f"s{len(rules)}")}"'

    body = STYLE.sub(as_class, html).replace("<style>", f'<style nonce="{nonce}">')
    css = "".join(f'[data-s="{name}"]{{{rule.replace("&quot;", chr(34))}}}' for rule, name in rules.items())
    return body.replace("</head>", f'<style nonce="{nonce}">{css}</style></head>', 1)
