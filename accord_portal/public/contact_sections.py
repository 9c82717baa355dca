"""What is public beside a form, to point to in the answer; see `responses.contact_sections`."""

from collections.abc import Sequence
from urllib.parse import urlencode

from accord_portal.foundation.text import isolated
from accord_portal.staff.models import User
from responses.contact_sections import LinkList, PageLink, SentList
from responses.models import Contact, ExpressionOfInterest

from .related import related


def sent(keys: Sequence[int], limit: int) -> list[SentList]:
    """Nothing: nobody is sent a page."""
    return []


def acts(contact: Contact, by: User) -> list[PageLink]:
    """Nothing is done with a contact here."""
    return []


def about_form(eoi: ExpressionOfInterest, by: User) -> list[LinkList]:
    """Stories and initiatives that tell of the same; whoever answers may mention each."""
    may_answer = by.has_perm("responses.change_expressionofinterest")
    links = []
    for result in related(f"{eoi.initiatives} {eoi.comments}"):
        url = result.row.get_absolute_url()
        links.append(PageLink(f"{result.kind.one}: {isolated(result.title)}", url))
        if may_answer:
            mention = f"?{urlencode({'mention': url})}#acknowledge"
            links.append(PageLink(f"Mention {isolated(result.title)} in the answer", mention))
    return [LinkList("May be of use to them", links)] if links else []


def choices(contact: Contact, token: str) -> list[LinkList]:
    """Nothing is decided here."""
    return []
