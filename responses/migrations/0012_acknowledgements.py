"""The acknowledgement that each form is owed, or had, becomes a row of what we owe.

What else forms and Yeses are owed, nobody was promised for a day: `backfill_undertakings` makes those rows.
"""

from typing import Any

from django.db import migrations
from django.utils import timezone

WRITE = """
INSERT INTO responses_undertaking (
    kind, contact_id, eoi_id, about, audience, since_at, first_due_on, due_on, owner_id, is_backfilled,
    kept_at, kept_by_id, evidence_kind, evidence_key, evidence_text, ended_at, ended_because
)
SELECT
    'acknowledge', contact_id, id, 0, '', received_at, due_on, due_on, assigned_to_id, %s,
    acknowledged_at, acknowledged_by_id,
    CASE WHEN acknowledged_at IS NULL THEN '' WHEN line IS NULL THEN 'form' ELSE 'activity' END,
    CASE WHEN acknowledged_at IS NULL THEN NULL ELSE COALESCE(line, id) END,
    CASE WHEN acknowledged_at IS NULL THEN '' ELSE 'Acknowledged, as noted on the timeline' END,
    CASE WHEN ended = '' THEN NULL ELSE COALESCE(ended_at, %s) END, ended
FROM (
    SELECT form.*,
        (SELECT MAX(activity.id) FROM responses_activity activity
            WHERE activity.eoi_id = form.id AND activity.kind = 'acknowledged') AS line,
        CASE
            WHEN form.acknowledged_at IS NOT NULL THEN ''
            WHEN form.erased_at IS NOT NULL THEN 'erased'
            WHEN form.state = 'spam' THEN 'spam'
            WHEN newer.id IS NOT NULL THEN 'replaced'
            WHEN contact.restricted_because IN ('asked', 'erasure')
                AND form.received_at <= contact.restricted_at THEN 'restricted'
            WHEN kept.restricted_because = 'asked' AND form.received_at <= kept.restricted_at THEN 'restricted'
            ELSE ''
        END AS ended,
        CASE
            WHEN form.erased_at IS NOT NULL THEN form.erased_at
            WHEN form.state = 'spam' THEN form.closed_at
            WHEN newer.id IS NOT NULL THEN newer.received_at
            ELSE COALESCE(contact.restricted_at, kept.restricted_at)
        END AS ended_at
    FROM responses_expressionofinterest form
    JOIN responses_contact contact ON contact.id = form.contact_id
    LEFT JOIN responses_contact kept ON kept.id = contact.merged_into_id
    LEFT JOIN responses_expressionofinterest newer ON newer.replaces_id = form.id
) AS forms
"""
RESTORE = """
UPDATE responses_expressionofinterest SET
    due_on = COALESCE((SELECT due_on FROM responses_undertaking owed
        WHERE owed.eoi_id = responses_expressionofinterest.id AND owed.kind = 'acknowledge'), DATE(received_at)),
    acknowledged_at = (SELECT kept_at FROM responses_undertaking owed
        WHERE owed.eoi_id = responses_expressionofinterest.id AND owed.kind = 'acknowledge'),
    acknowledged_by_id = (SELECT kept_by_id FROM responses_undertaking owed
        WHERE owed.eoi_id = responses_expressionofinterest.id AND owed.kind = 'acknowledge')
"""


def write(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(WRITE, [False, schema_editor.connection.ops.adapt_datetimefield_value(timezone.now())])


def restore(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(RESTORE)


class Migration(migrations.Migration):

    dependencies = [
        ('responses', '0011_undertakings'),
    ]

    operations = [
        migrations.RunPython(write, restore),
    ]
