"""What each issue told, as a row a thing: read from its own text, which links to each thing's page."""

import re
from typing import Any, NamedTuple

import django.db.models.deletion
from django.db import migrations, models

SECTIONS = {"updates": "update", "champions": "champion", "initiatives": "initiative"}
# A paragraph of an issue: its title, what it says, and its address on a line of its own.
TOLD = re.compile(
    r"^(?P<title>.+)\n(?P<summary>(?:.+\n)*?)\S*/(?P<section>updates|champions|initiatives)/(?P<slug>[-\w]+)/$",
    re.MULTILINE,
)


class Told(NamedTuple):
    kind: str
    title: str
    summary: str
    slug: str


def told(text: str, introduction: str) -> list[Told]:
    """The things an issue's text tells; a link in what staff wrote above the news is none."""
    news = text.replace(introduction, "", 1) if introduction else text
    return [
        Told(SECTIONS[found["section"]], found["title"][:200], found["summary"].strip(), found["slug"][:90])
        for found in TOLD.finditer(news)
    ]


def fill(apps: Any, schema_editor: Any) -> None:
    model = {name: apps.get_model("digests", name) for name in ("DigestIssue", "NewsItem", "Update")}
    model |= {name: apps.get_model("champions", name) for name in ("Champion", "Initiative")}
    for issue in model["DigestIssue"].objects.order_by("pk"):
        if issue.approved_at:
            things = told(issue.text, issue.introduction)
        elif issue.state == "draft":
            things = list(_gathered(model, issue))
        else:
            continue
        keys = {
            kind: dict(
                model[kind.capitalize()]
                .objects.filter(slug__in=[thing.slug for thing in things if thing.kind == kind])
                .values_list("slug", "pk")
            )
            for kind in SECTIONS.values()
        }
        model["NewsItem"].objects.bulk_create(
            (
                model["NewsItem"](
                    issue=issue, audience=issue.audience, key=keys[thing.kind][thing.slug], **thing._asdict()
                )
                for thing in things
                if thing.slug in keys[thing.kind]
            ),
            ignore_conflicts=True,
        )


def _gathered(model: dict[str, Any], issue: Any) -> Any:
    """What a draft gathered: its words are made anew when it is approved."""
    span = {"published_at__gt": issue.covers_from_at, "published_at__lte": issue.covers_until_at}
    updates = model["Update"].objects.filter(withdrawn_at=None, **span)
    if issue.audience == "keep_informed":
        updates = updates.filter(audience="keep_informed")
    for update in updates.order_by("published_at", "pk"):
        yield Told("update", update.title, update.summary, update.slug)
    champions = model["Champion"].objects.filter(state="published", **span)
    for champion in champions.order_by("published_at", "pk"):
        yield Told("champion", champion.name, "", champion.slug)
    initiatives = model["Initiative"].objects.filter(state="published", **span)
    for initiative in initiatives.order_by("published_at", "pk"):
        yield Told("initiative", initiative.title, "", initiative.slug)


class Migration(migrations.Migration):
    dependencies = [("champions", "0004_mail"), ("digests", "0003_update_length")]

    operations = [
        migrations.CreateModel(
            name="NewsItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("keep_informed", "Kept informed"),
                            ("community_of_interest", "Community of interest"),
                        ],
                        help_text="The issue’s own.",
                        max_length=24,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("update", "Updates"),
                            ("champion", "New champions"),
                            ("initiative", "New initiatives"),
                        ],
                        max_length=12,
                    ),
                ),
                ("key", models.BigIntegerField(help_text="The key of the update, champion or initiative.")),
                ("title", models.CharField(max_length=200)),
                ("summary", models.TextField(blank=True)),
                ("slug", models.SlugField(blank=True, db_index=False, max_length=90)),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="digests.digestissue",
                    ),
                ),
            ],
            options={
                "ordering": ["issue", "pk"],
                "indexes": [models.Index(fields=["kind", "key"], name="news_of_a_thing")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("audience", "kind", "key"), name="news_once_an_audience"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
