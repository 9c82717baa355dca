"""One call for all people of a window, and the same call again where nobody knows what came of it."""

import time
from collections.abc import Collection, Sequence
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.digests.sending import readers
from accord_portal.digests.sending.emails import Edition
from accord_portal.digests.sending.windows import Window
from accord_portal.foundation import clock, signed_links, transport
from accord_portal.foundation.providers.calls import ManyAtOnce
from accord_portal.foundation.transport import Envelope
from accord_portal.foundation.verdicts import NotSent, Verdict

WAITS = (1.0, 4.0)  # seconds before the same call is made again
MAX_BYTES = 10_000_000  # of bodies in one call: more than enough for most providers, and in memory
TRY_LATER = (Verdict.LATER, Verdict.QUOTA, Verdict.IN_DOUBT)


def most_at_once(connection: BaseEmailBackend, issue: DigestIssue) -> tuple[int, bool]:
    """How many people a window has at most, and whether it is one call."""
    if not transport.takes_many(connection):
        return settings.DIGEST_WINDOW, False
    provider, size = cast(ManyAtOnce, connection), max(1, len(issue.text + issue.html))
    by_size = MAX_BYTES // size if provider.body_for_each else provider.most_at_once
    return max(1, min(provider.most_at_once, by_size)), True


def hand_over(connection: BaseEmailBackend, window: Window) -> list[tuple[Envelope, NotSent | None]]:
    """Makes the call, and notes what came of each; nothing where it was too late to."""
    refused: list[tuple[Envelope, NotSent | None]] = []
    envelopes = list(transport.allowed(connection, window.envelopes(), refused))
    for envelope, no in refused:
        window.note(envelope, no)
    if not envelopes or not window.may_go(*envelopes):
        return refused
    provider = cast(ManyAtOnce, connection)
    answers = _called(provider, envelopes, window)
    for envelope, no in zip(envelopes, answers, strict=True):
        window.note(envelope, no)
    is_doubt = all(no and no.verdict is Verdict.IN_DOUBT for no in answers)
    if is_doubt and (provider.key_lasts or provider.is_searchable):
        window.leave_open(envelopes)
    window.journal.going()
    return [*refused, *zip(envelopes, answers, strict=True)]


def _called(provider: ManyAtOnce, envelopes: Sequence[Envelope], window: Window) -> Sequence[NotSent | None]:
    """What came of each. A refusal of the same call made again says nothing of the first."""
    doubt: NotSent | None = None
    for wait in (0.0, *WAITS):
        time.sleep(wait)
        try:
            return provider.hand_over_at_once(envelopes, cast(UUID, window.batch.provider_call))
        except NotSent as no:
            doubt = doubt or no
        if doubt.verdict is not Verdict.IN_DOUBT or not provider.key_lasts or not window.is_fresh():
            break
    if doubt and doubt.verdict is Verdict.SOMEBODY and len(envelopes) == 1:
        doubt = NotSent(Verdict.PERSON_NEVER, str(doubt))
    return [doubt] * len(envelopes)


def made_again(
    batch: Batch, doubtful: Collection[Delivery], connection: BaseEmailBackend
) -> Sequence[bool | None]:
    """Whether the provider took each of these, None where nobody knows.

    By the same call, where a key makes it safe; else by what the provider lists. Raises NotSent where the
    call cannot be made just now.
    """
    provider = cast(ManyAtOnce, connection)
    if (
        batch.provider_call is None
        or batch.submitted_at is None
        or not (provider.key_lasts or provider.is_searchable)
    ):
        return [None] * len(doubtful)
    transport.open_connection(connection)
    if provider.key_lasts and clock.now() < batch.submitted_at + provider.key_lasts:
        envelopes = _the_same(batch, doubtful)
        if envelopes:
            try:
                return [no is None for no in provider.hand_over_at_once(envelopes, batch.provider_call)]
            except NotSent as no:
                if no.verdict in TRY_LATER:
                    raise NotSent(Verdict.LATER, str(no), rest=no.rest) from no
    listed = provider.found(batch.provider_call, [str(one.uuid) for one in doubtful]) or set()
    return [True if str(one.uuid) in listed else None for one in doubtful]


def _the_same(batch: Batch, doubtful: Collection[Delivery]) -> list[Envelope]:
    """The messages of the call as they were; none where somebody changed their mind or address since."""
    people = readers.these([one.pk for one in doubtful])
    yeses = readers.yeses(people, batch.issue.audience)
    if any(one.contact_id not in yeses or yeses[one.contact_id].email != one.address for one in people):
        return []
    edition = Edition(batch.issue, batch.variant)
    edition.as_of = signed_links.as_of(batch.submitted_at or clock.now())
    return [edition.to(one, yeses[one.contact_id]) for one in people]
