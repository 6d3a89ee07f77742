"""The table of the content version. Its triggers are created after every migration (`models/content_triggers.py`)."""

from django.db import migrations, models

from timeline.models import content_triggers

TABLES = {
    # One row.
    "sqlite": (
        "CREATE TABLE timeline_content_version (number integer NOT NULL, changed_at text NOT NULL)",
        "INSERT INTO timeline_content_version VALUES (1, strftime('%Y-%m-%d %H:%M:%f', 'now'))",
    ),
    # A row for each of the transactions that change the content at the same time; the next one adds them up.
    "postgresql": (
        """CREATE TABLE timeline_content_version (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            number bigint NOT NULL,
            changed_at timestamp with time zone NOT NULL)""",
        "INSERT INTO timeline_content_version (number, changed_at) VALUES (1, clock_timestamp())",
    ),
}


def create(apps, schema_editor):
    for statement in TABLES[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


def remove(apps, schema_editor):
    content_triggers.remove(schema_editor.connection)
    schema_editor.execute("DROP TABLE timeline_content_version")


class Migration(migrations.Migration):
    dependencies = [("timeline", "0002_search_index")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index("published_at", name="timeline_entry_published_at"),
        ),
        migrations.RunPython(create, remove),
    ]
