import pytest
from django.core.management import call_command

from accord_portal.staff.models import Revision
from champions.models import Principle

pytestmark = pytest.mark.django_db


def test_a_principle_that_returns_to_its_exact_words_keeps_what_it_said() -> None:
    call_command("load_accord", verbosity=0)
    principle = Principle.objects.earliest("position")
    words = principle.text
    for said in ([], ["Other words"], ["Other words"]):
        if said and not Revision.objects.exists():
            Principle.objects.filter(pk=principle.pk).update(text="Other words")
        call_command("load_accord", verbosity=0)
        principle.refresh_from_db()
        assert principle.text == words
        assert [line.before["text"] for line in Revision.objects.about([principle])] == said
