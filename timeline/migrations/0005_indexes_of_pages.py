"""Indexes that answer what public pages count, without reading the tables (decision 0062)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("timeline", "0004_places_in_sources")]

    operations = [
        migrations.RemoveIndex(
            model_name="entry",
            name="timeline_entry_in_order",
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                models.F("status"),
                models.F("sort_earliest"),
                models.OrderBy(models.F("sort_latest"), descending=True),
                models.F("published_at"),
                models.F("id"),
                models.F("kind"),
                models.F("phase"),
                name="timeline_entry_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                fields=["entry", "status", "applied", "created_at"], name="timeline_revision_of_entry"
            ),
        ),
    ]
