"""Where things stand on the staff pages: six tasks, each with its lists."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Listing:
    """One list: which records, what it is called, what it is for, and what it says where nothing is in it."""

    kind: str
    words: str
    about: str
    nothing: str
    new: str = ""  # what the button says that adds one, where “New” and its name do not do

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.kind.replace('.', '_')}_changelist")


@dataclass(frozen=True)
class Overview:
    """A page that looks across lists, for whoever may open the list of this kind."""

    name: str
    words: str
    about: str
    kind: str

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.name}")


@dataclass(frozen=True)
class Task:
    """One entry of the navigation, with the lists and overviews that this member of staff may open."""

    name: str
    words: str
    listings: tuple[Listing, ...] = ()
    overviews: tuple[Overview, ...] = ()

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.name}")


DESK = Task("index", "Desk")
NAVIGATION = (
    DESK,
    Task(
        "people",
        "People",
        (
            Listing(
                "responses.contact",
                "Contacts",
                "Everybody we may write to, and how to reach them.",
                "No contact is on the list yet.",
            ),
            Listing(
                "responses.expressionofinterest",
                "Expressions of interest",
                "Each form as it was received, and how it stands.",
                "Nobody has sent the form yet.",
                "Write down an answer",
            ),
            Listing(
                "responses.letter",
                "Letters",
                "What people wrote to us at “Contact us”.",
                "Nobody has written to us yet.",
            ),
            Listing(
                "responses.undertaking",
                "What we owe people",
                "Each promise, by the day it is due.",
                "Nothing is owed to anybody.",
            ),
            Listing(
                "responses.followup",
                "Follow-ups",
                "What one of us is to do for somebody, by a day.",
                "Nothing is to be followed up.",
            ),
            Listing(
                "responses.recommendation",
                "Recommendations",
                "People whom others recommend for the list.",
                "Nobody has been recommended.",
            ),
            Listing(
                "responses.duplicate",
                "Possible duplicates",
                "Two contacts that may be one person.",
                "No two contacts look like one person.",
            ),
            Listing(
                "responses.erasure",
                "Wishes to be erased",
                "Who asked for it, and what became of it.",
                "Nobody has asked to be erased.",
            ),
            Listing(
                "responses.contactimport",
                "Lists brought in",
                "Bring in a list of people, and see what became of each row.",
                "No list was brought in yet.",
                "Bring in a list",
            ),
        ),
    ),
    Task(
        "champions",
        "Champions",
        (
            Listing(
                "champions.champion",
                "Champions",
                "Who champions the Accord, and what of it is public.",
                "Nobody is registered as champion yet.",
            ),
            Listing(
                "champions.pageproposal",
                "Proposed pages",
                "What champions want their own page to say.",
                "No champion has proposed anything for their page yet.",
            ),
            Listing(
                "champions.initiative",
                "Initiatives",
                "The actions that champions take.",
                "No initiative is registered yet.",
            ),
            Listing(
                "champions.partnership",
                "Partnerships",
                "Written agreements between organisations.",
                "No partnership is written down yet.",
            ),
            Listing(
                "champions.practicestory",
                "Practice stories",
                "Case studies with their lessons.",
                "No practice story is written yet.",
            ),
            Listing(
                "champions.agency",
                "Agencies",
                "Government agencies, with the names they have had.",
                "No agency is written down yet.",
            ),
        ),
        (
            Overview(
                "champions_inconsistencies",
                "What does not fit together",
                "Champions and partnerships that lack a Yes, an office-holder, a review day.",
                "champions.champion",
            ),
        ),
    ),
    Task(
        "news",
        "News",
        (
            Listing(
                "digests.update",
                "Updates",
                "News for the public pages and the next digest.",
                "No update is written yet.",
            ),
            Listing(
                "digests.digestissue",
                "Digests",
                "Compose, look at, approve and watch the news by mail.",
                "No digest was composed yet.",
            ),
            Listing(
                "digests.digestschedule",
                "Calendar of digests",
                "What went out, what comes when, and on which days digests go out by themselves.",
                "No schedule is there.",
            ),
        ),
        (
            Overview(
                "digests_sender",
                "Mail from our domain",
                "Whether SPF, DKIM and DMARC stand, and what to publish.",
                "digests.digestissue",
            ),
        ),
    ),
    Task(
        "records",
        "Records",
        (
            Listing(
                "foundation.outgoingmail",
                "Mail to people",
                "Every message we owed to one person, and what became of it.",
                "No message was owed to anybody yet.",
            ),
            Listing(
                "digests.providerevent",
                "What mail providers told us",
                "Each bounce, complaint and delivery, and what followed from it.",
                "No provider has told us anything yet.",
            ),
            Listing(
                "staff.logline",
                "The log",
                "Who looked at what, and what was done with it.",
                "Nothing is written in the log yet.",
            ),
        ),
    ),
    Task(
        "settings",
        "Settings",
        (
            Listing(
                "responses.call",
                "Calls",
                "The invitations to express interest, with their days.",
                "No call is written down yet.",
            ),
            Listing(
                "responses.consentwording",
                "Wordings of the questions",
                "The words people say Yes or No to, by version.",
                "No wording is written down yet.",
            ),
            Listing(
                "responses.replytemplate",
                "Templates",
                "Words to begin an answer with, for each act.",
                "No template is written down yet.",
            ),
            Listing(
                "champions.principle",
                "Principles",
                "The four principles of the Accord, and what they ask for.",
                "The Accord’s content is not loaded yet.",
            ),
            Listing(
                "champions.timelineevent",
                "Timeline of the Accord",
                "The days that the page about the Accord tells of.",
                "No day is written down yet.",
            ),
            Listing(
                "champions.accordtext",
                "Texts of the Accord",
                "The Accord in each language, as text or file.",
                "No text is filled in yet: the site shows none.",
            ),
            Listing(
                "champions.reference",
                "Papers and reports",
                "What the Accord rests on, and the work around it. A title alone is not on the site.",
                "The Accord’s content is not loaded yet.",
            ),
            Listing(
                "champions.codelistentry",
                "Lists to choose from",
                "The choices that forms offer.",
                "No choice is written down yet.",
            ),
            Listing(
                "staff.user",
                "Members of staff",
                "Who may sign in, and what they may do.",
                "Nobody may sign in yet.",
            ),
        ),
    ),
)
Pages = Mapping[type[Model], Any]


def listing_of(kind: str) -> Listing | None:
    """The list of these records ("responses.contact")."""
    return next((listing for task in NAVIGATION for listing in task.listings if listing.kind == kind), None)


def here(request: HttpRequest, pages: Pages) -> dict[str, Any]:
    """For the templates: the tasks that whoever is signed in may open, and where this page stands in them."""
    offered = {model._meta.label_lower for model, page in pages.items() if _may_open(page, request)}
    tasks = [
        replace(
            task,
            listings=tuple(listing for listing in task.listings if listing.kind in offered),
            overviews=tuple(overview for overview in task.overviews if overview.kind in offered),
        )
        for task in NAVIGATION
    ]
    listing = next((p for task in NAVIGATION for p in task.listings if request.path.startswith(p.url)), None)
    task = next((t for t in NAVIGATION if listing in t.listings or t.url == request.path), None)
    if request.path == reverse("admin:figures"):
        task = DESK
    return {
        "tasks": [task for task in tasks if task.listings or task.name == DESK.name],
        "task": task,
        "listing": listing,
        "may_open_listing": listing is not None and listing.kind in offered,
    }


def _may_open(page: Any, request: HttpRequest) -> bool:
    return bool(page.has_view_or_change_permission(request))
