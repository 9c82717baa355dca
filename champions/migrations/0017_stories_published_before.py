"""What had a day from which the public sees it is published, and says that nobody gave a licence.

The text stays where it was, below the new parts: what of it is the problem or the lesson only a reader can tell.
"""

from typing import Any

from django.db import migrations
from django.db.models import F

LICENCE = 'Nobody has said yet how this may be used: ask before you copy it.'
SECTIONS = [
    ('problem', 'The problem'),
    ('done', 'What was done'),
    ('changed', 'What changed'),
    ('known_by', 'How that is known'),
    ('differently', 'What would be done differently'),
]


def fill(apps: Any, schema_editor: Any) -> None:
    """Whoever takes up an older story gives it its parts and its licence."""
    stories = apps.get_model('champions', 'PracticeStory').objects.filter(published_at__isnull=False)
    stories.update(state='published', licence='owner', licence_words=LICENCE, written_at=F('published_at'))


def put_back(apps: Any, schema_editor: Any) -> None:
    """The parts go into the one text, under their headings; what is not public has no day."""
    stories = apps.get_model('champions', 'PracticeStory').objects
    for row in stories.order_by('pk').iterator(chunk_size=500):
        parts = [f'## {heading}\n\n{text}' for name, heading in SECTIONS if (text := getattr(row, name))]
        row.body = '\n\n'.join([*parts, row.body]).strip()
        if row.state != 'published':
            row.published_at = None
        row.save()


class Migration(migrations.Migration):

    dependencies = [('champions', '0016_stories_whole')]

    operations = [migrations.RunPython(fill, put_back)]
