"""What a champion is told of another: what is public of it. Of their own, all of it."""

from champions.models import Champion, Initiative, ProgressReport


def may_be_named(initiative: Initiative, to: Champion) -> bool:
    """Whether this champion may be told the title and whose it is: their own, or one that the public sees."""
    own = initiative.champion_id == to.pk
    return own or Initiative.objects.published().filter(pk=initiative.pk).exists()


def words(report: ProgressReport | None, to: Champion) -> str:
    """The words of a report that this champion may be told, "" where there are none."""
    if report is None:
        return ""
    if (report.repeats or report).champion_id == to.pk:
        return report.words
    public = _as_public(report)
    return public.public_words if public else ""


def speaks(report: ProgressReport | None, to: Champion) -> str:
    """The name of the champion whose word it is, where this champion may be told it, else ""."""
    if report is None or (report.champion_id != to.pk and not _as_public(report)):
        return ""
    return report.champion.name


def _as_public(report: ProgressReport) -> ProgressReport | None:
    """The report as the public sees it, None where it does not."""
    public = ProgressReport.objects.public().with_public_words()
    return public.filter(pk=report.pk, initiative__in=Initiative.objects.published()).first()
