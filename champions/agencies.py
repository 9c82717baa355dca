"""What became of an agency: the bodies of today that it was merged into, or split into."""

from champions.models import Agency

GENERATIONS = 10  # more than agencies have ever been merged in a row


def bodies_today(agency: Agency) -> list[Agency]:
    """Whom to turn to today for what this agency did: none where it goes on itself."""
    known, found, ahead = {agency.pk}, [], list(agency.successors.all())
    for _ in range(GENERATIONS):
        fresh = [body for body in ahead if body.pk not in known]
        if not fresh:
            break
        known |= {body.pk for body in fresh}
        later = Agency.objects.filter(predecessors__in=fresh).distinct()
        replaced = set(later.values_list("predecessors", flat=True))
        found += [body for body in fresh if body.pk not in replaced]
        ahead = list(later.prefetch_related("names"))
    return found
