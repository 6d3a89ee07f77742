"""Sources, phases, topics, organizations and areas get search documents, as entries have."""

import datetime
from itertools import islice

from django.db import migrations, models

from timeline.values.chinese import fold
from timeline.values.markdown import plain_text

ALWAYS = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
TITLES = ("title", "title_en")
# By model the type of record; the columns of summaries, of other text, and of Markdown.
SEARCHED = {
    "Source": (1, (), ("publisher", "author", "note", "note_en"), ()),
    "Phase": (2, ("summary", "summary_en"), (), ()),
    "Topic": (3, (), (), ("description", "description_en")),
    "Organization": (4, (), (), ("description", "description_en")),
    "Area": (5, (), (), ("description", "description_en")),
}
PORTION = 500


def folded(texts):
    return " ".join(text for text in map(fold, texts) if text)


def write_documents(apps, schema_editor):
    document = apps.get_model("timeline", "SearchDocument")
    for name, (record_type, summaries, others, prose) in SEARCHED.items():
        rows = apps.get_model("timeline", name).objects.order_by("pk").iterator()
        while portion := list(islice(rows, PORTION)):
            document.objects.bulk_create(
                document(
                    record_type=record_type,
                    record=row.pk,
                    title=folded(getattr(row, column) for column in TITLES),
                    summary=folded(getattr(row, column) for column in summaries),
                    rest=folded(
                        [
                            *(getattr(row, column) for column in others),
                            *(plain_text(getattr(row, column)) for column in prose),
                        ]
                    ),
                    public_from=ALWAYS,
                    sort_earliest=getattr(row, "sort_earliest", None),
                )
                for row in portion
            )


def delete_documents(apps, schema_editor):
    apps.get_model("timeline", "SearchDocument").objects.exclude(record_type=0).delete()


class Migration(migrations.Migration):
    dependencies = [("timeline", "0006_standard_names")]

    operations = [
        migrations.AlterField(
            model_name='searchdocument',
            name='record_type',
            field=models.PositiveSmallIntegerField(choices=[(0, 'entry'), (1, 'source'), (2, 'phase'), (3, 'topic'), (4, 'organization'), (5, 'area')], editable=False, verbose_name='type of record'),
        ),
        migrations.RunPython(write_documents, delete_documents),
    ]
