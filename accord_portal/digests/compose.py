"""Acts before sending: publishing an update, composing an issue, approving it."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from accord_portal.digests import content, leaving, tasks
from accord_portal.digests.decisions import note
from accord_portal.digests.models import DigestIssue, NewsItem, Update
from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.folding import free_slug
from accord_portal.staff.models import User
from accord_portal.staff.revisions import kept
from accord_portal.staff.two_people import why_another

State = DigestIssue.State


def name_update(update: Update) -> None:
    """Gives a new update its address; an update keeps its address for ever."""
    if not update.slug:
        update.slug = free_slug(update.title, "update", Update.objects.all())


@transaction.atomic
def publish_update(*, update: Update, by: User) -> None:
    """Puts the update on the public pages, and into the next digest of each audience it was not told yet.

    What comes back untold is dated anew.
    """
    update.refresh_from_db(from_queryset=Update.objects.select_for_update())
    if update.is_published:
        return
    told = NewsItem.objects.filter(kind=NewsItem.Kind.UPDATE, key=update.pk, issue__approved_at__isnull=False)
    if not (update.published_at and told.exists()):
        update.published_at, update.published_by = clock.now(), by
    update.withdrawn_at = None
    with kept(update, by=by):
        update.save(update_fields=["published_at", "published_by", "withdrawn_at"])


@transaction.atomic
def withdraw_update(*, update: Update, by: User) -> None:
    """Takes the update off the public pages; issues that are approved keep what they said."""
    with kept(update, by=by):
        Update.objects.filter(pk=update.pk, withdrawn_at=None).update(withdrawn_at=clock.now())
    update.refresh_from_db()


@transaction.atomic
def compose_issue(*, audience: str, by: User) -> DigestIssue:
    """A draft of what was published for this audience and not told it yet.

    Raises NotPossible where a draft stands already, or there is no news.
    """
    today = timezone.localdate(clock.now()).isoformat()
    issue = DigestIssue(audience=audience, period=_free_period(audience, today), composed_by=by)
    if DigestIssue.objects.drafts().filter(audience=audience).exists():
        raise NotPossible("There is already a draft for this audience: approve or cancel it first.")
    try:
        with transaction.atomic():
            issue.save()
    except IntegrityError:
        raise NotPossible("Somebody else composed an issue for this audience just now.") from None
    if not content.gather(issue):
        raise NotPossible("Nothing has been published for this audience since its last issue.")
    return issue


def _free_period(audience: str, day: str) -> str:
    """The day; with a number where the day has had an issue already."""
    number = DigestIssue.objects.filter(audience=audience, period__startswith=day).count()
    return f"{day} ({number + 1})" if number else day


@transaction.atomic
def approve(*, issue: DigestIssue, by: User, at: dt.datetime | None = None, by_what: str = "") -> bool:
    """Fixes what the issue says and starts sending it, or lets it wait until `at`; False where that was done.

    `by_what` is a standing approval in words. Raises NotPossible where there is nothing (left) to tell, `by`
    composed it or changed it last, or `at` has passed.
    """
    issue = DigestIssue.objects.select_for_update().get(pk=issue.pk)
    if not issue.is_draft:
        if issue.state == State.CANCELLED:
            raise NotPossible("This issue was cancelled.")
        return False
    if why := why_another_approves(issue, by=by):
        raise NotPossible(why)
    if at is not None:
        leaving.expect_ahead(at)
    content.fix(issue)
    if not issue.items.exists():
        raise NotPossible("Everything in this issue has been taken down since it was composed.")
    issue.state = State.SCHEDULED if at else State.APPROVED
    issue.approved_at, issue.approved_by, issue.goes_out_at = clock.now(), by, at
    issue.expires_at = leaving.expires_at(at or issue.approved_at)
    issue.save()
    if by_what:
        note(issue, "the portal", f"approved it by {by_what}")
    if at is None:
        tasks.send_issue.enqueue(issue.pk)
    return True


def why_another_approves(issue: DigestIssue, *, by: User) -> str:
    """Why somebody else must approve the draft, in words; "" where `by` may."""
    begun_by = [issue.composed_by, issue.introduced_by]
    return why_another(begun_by, by=by, did="composed or changed", must="approve it")


def introduce(*, issue: DigestIssue, by: User, text: str, question: str = "") -> None:
    """Changes what stands above the news of a draft, and what its readers are asked."""
    drafts = DigestIssue.objects.drafts().filter(pk=issue.pk)
    said = {"introduction": text, "question": question}
    if not drafts.update(**said, introduced_at=clock.now(), introduced_by=by):
        raise NotPossible("This issue is fixed: only a draft can be changed.")


@transaction.atomic
def cancel(*, issue: DigestIssue) -> None:
    """Drops a draft; what it would have told goes into the next issue."""
    dropped = DigestIssue.objects.filter(pk=issue.pk, state=State.DRAFT).update(state=State.CANCELLED)
    if not dropped:
        raise NotPossible("Only a draft can be cancelled.")
    issue.items.all().delete()
