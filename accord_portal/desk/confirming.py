"""What is done with several items at once: each by itself, and what cannot be done is named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.forms import Form

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from responses.forms.owed import GiveForm

from .forms import SnoozeForm
from .items import named
from .sharing import assign, claim
from .snoozing import snooze, wake
from .sources import Item


@dataclass(frozen=True)
class BulkAct:
    """What may be done with many: the question, the button, what is said when it is done, and the form."""

    do: Callable[..., None]
    question: str
    button: str
    done: str
    form: type[Form] = Form


ACTS = {
    "claim": BulkAct(claim, "Claim these?", "Claim them", "You have"),
    "assign": BulkAct(assign, "Give these to somebody?", "Give them", "Given", GiveForm),
    "snooze": BulkAct(snooze, "Put these off until a day?", "Put them off", "Put off", SnoozeForm),
    "wake": BulkAct(wake, "Put these back on the desk?", "Put them back", "Back on the desk", Form),
}


class Done(NamedTuple):
    """The items with which it was done, and the others, each with the reason."""

    items: Sequence[Item]
    refused: Sequence[tuple[Item, str]]


def carry_out(
    act: str, names: Sequence[str], said: Mapping[str, Any], seen: Mapping[str, int | None], *, by: User
) -> Done:
    """Does it with each of these; `seen` says who had each when the actor looked."""
    done, refused = [], []
    for item in named(names, by, even_over=True):
        more = {"seen": seen.get(item.name)} if act == "assign" else {}
        try:
            ACTS[act].do(kind=item.kind, key=item.key, by=by, **said, **more)
        except NotPossible as why:
            refused.append((item, str(why)))
        else:
            done.append(item)
    return Done(done, refused)
