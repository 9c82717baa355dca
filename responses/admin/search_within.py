"""Search for those who may not see everything that is searched."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from accord_portal.foundation.search import terms


def within(rows: QuerySet[Any], words: str, fields: Sequence[str]) -> QuerySet[Any]:
    """Of rows that match the words, those where each word or phrase stands in one of these fields.

    As in the whole text, a word of one or two letters counts at the beginning of a word only.
    """
    for word in terms(words):
        found = Q()
        for field in fields:
            if len(word) > 2:
                found |= Q(**{f"{field}__icontains": word})
            else:
                found |= Q(**{f"{field}__istartswith": word}) | Q(**{f"{field}__icontains": f" {word}"})
        rows = rows.filter(found)
    return rows
