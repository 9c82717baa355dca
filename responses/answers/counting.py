"""In which part of the figures a form is counted."""

from accord_portal.foundation.models import Tally
from accord_portal.foundation.tallies import Part, week_of
from responses.models import ExpressionOfInterest


def part_of(form: ExpressionOfInterest) -> Part:
    """The week in which it was received, and the channel by which."""
    return Part(Tally.Figure.ANSWERS, form.channel, week_of(form.received_at))
