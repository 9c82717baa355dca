"""The five roles: what each allows, in one sentence for people and in permissions for the pages.

A member of staff holds any number of them, as ticks on their account. Nothing else allows anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SEE_DETAILS = "responses.see_contact_details"
READS = frozenset(
    {
        *("responses.view_call", "responses.view_consentwording", "responses.view_contact"),
        *("responses.view_contactimport", "responses.view_erasure", "responses.view_expressionofinterest"),
        *("responses.view_letter", "responses.view_recommendation", "responses.view_undertaking"),
        *("responses.view_followup", "responses.view_replytemplate"),
        *("champions.view_agency", "champions.view_agencyname", "champions.view_champion"),
        *("champions.view_codelistentry", "champions.view_expectation"),
        *("champions.view_initiative", "champions.view_partnership", "champions.view_practicestory"),
        "champions.view_pageproposal",
        *("champions.view_principle", "champions.view_timelineevent"),
        *("champions.view_accordtext", "champions.view_reference"),
        *("digests.view_digestissue", "digests.view_digestschedule"),
        *("digests.view_providerevent", "digests.view_update"),
        "foundation.view_outgoingmail",
    }
)
FOLLOWS_UP = frozenset({"responses.add_followup", "responses.change_followup"})


@dataclass(frozen=True)
class Role:
    """A named set of permissions; `field` is the tick of `User` that gives it."""

    field: str
    name: str
    allows: str
    permissions: frozenset[str]


TRIAGE_OFFICER = Role(
    "is_triage_officer",
    "Triage officer",
    "Answers what people send us, keeps contacts and lists, proposes erasures; sees addresses and numbers.",
    READS
    | FOLLOWS_UP
    | {
        *(SEE_DETAILS, "responses.add_contact", "responses.change_contact", "responses.export_contact"),
        *("responses.change_expressionofinterest", "responses.change_letter"),
        *("responses.change_undertaking", "responses.add_erasure"),
        *("responses.add_contactimport", "responses.change_contactimport", "foundation.change_outgoingmail"),
    },
)
EDITOR = Role(
    "is_editor",
    "Editor",
    "Registers champions, asks after initiatives, writes news, templates and Accord pages, composes digests.",
    READS
    | FOLLOWS_UP
    | {
        *("champions.add_agency", "champions.change_agency", "champions.change_champion"),
        *("champions.add_agencyname", "champions.change_agencyname"),
        *("champions.add_expectation", "champions.change_expectation"),
        *("champions.add_codelistentry", "champions.change_codelistentry", "champions.change_initiative"),
        *("champions.add_partnership", "champions.change_partnership", "champions.add_practicestory"),
        *("champions.change_practicestory", "champions.change_principle"),
        *("champions.add_timelineevent", "champions.change_timelineevent"),
        *("champions.add_accordtext", "champions.change_accordtext"),
        *("champions.add_reference", "champions.change_reference"),
        *("responses.add_replytemplate", "responses.change_replytemplate"),
        *("digests.add_update", "digests.change_update", "digests.change_digestissue"),
        "digests.change_digestschedule",
    },
)
APPROVER = Role(
    "is_approver",
    "Approver",
    "Sends digests, approves recommendations, publishes champions, brings lists in, carries out erasures.",
    READS
    | FOLLOWS_UP
    | {
        *("digests.approve_digestissue", "responses.change_recommendation", "champions.publish_champion"),
        *("responses.change_erasure", "responses.approve_contactimport"),
    },
)
READER = Role(
    "is_reader",
    "Reader",
    "Reads everything but addresses, numbers, accounts and the log; changes nothing.",
    READS,
)
ADMINISTRATOR = Role(
    "is_administrator",
    "Administrator",
    "Gives accounts and roles, reads the log, keeps calls and the words of the questions, tries mail again.",
    frozenset(
        {
            *("staff.add_user", "staff.change_user", "staff.view_user", "staff.view_logline"),
            *("responses.add_call", "responses.change_call", "responses.view_call"),
            *("responses.change_consentwording", "responses.view_consentwording"),
            *("foundation.change_outgoingmail", "foundation.view_outgoingmail"),
        }
    ),
)
ROLES = (TRIAGE_OFFICER, EDITOR, APPROVER, READER, ADMINISTRATOR)


def permissions_of(roles: Iterable[Role]) -> frozenset[str]:
    """What these roles allow together."""
    return frozenset[str]().union(*(role.permissions for role in roles))
