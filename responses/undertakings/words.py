"""What we promised, in words to the person it was promised to."""

from responses.models import Undertaking

Kind = Undertaking.Kind
PROMISED = {
    Kind.ACKNOWLEDGE: "answer your form {reference}",
    Kind.REPLY: "answer your form {reference} in full",
    Kind.DECIDE: "tell you what becomes of an initiative in your form {reference}",
    Kind.INVITE: "invite you to a meeting",
    Kind.TALK: "talk with you about championing the Accord",
    Kind.ASK: "ask you how an initiative of yours is going",
    Kind.INFORM: "tell you how the Accord is going",
    Kind.ASK_FEEDBACK: "ask you for your feedback",
}


def promised(row: Undertaking) -> str:
    """What we said we would do, to follow “We said we would”. Nothing that the person typed is in it."""
    return PROMISED[Kind(row.kind)].format(reference=row.eoi.reference if row.eoi else "")
