"""Search documents get a table of their own, and the index stands on it: nothing of it is left on the table of entries."""

from importlib import import_module
from itertools import islice

from django.db import migrations, models

from timeline.search import index

former_index = import_module("timeline.migrations.0002_search_index")

ENTRY = 0
PORTION = 500


def write_documents(apps, schema_editor):
    entries = apps.get_model("timeline", "Entry").objects.order_by("pk")
    document = apps.get_model("timeline", "SearchDocument")
    rows = entries.values_list("pk", "search_text", "status", "published_at", "sort_earliest").iterator()
    while portion := list(islice(rows, PORTION)):
        documents = []
        for key, text, status, published_at, sort_earliest in portion:
            title, summary, rest = (text + "\n\n").split("\n", 2)
            documents.append(
                document(
                    record_type=ENTRY,
                    record=key,
                    title=title,
                    summary=summary,
                    rest=rest.rstrip("\n"),
                    public_from=published_at if status == "published" else None,
                    sort_earliest=sort_earliest,
                )
            )
        document.objects.bulk_create(documents)


def write_search_text(apps, schema_editor):
    entries = apps.get_model("timeline", "Entry").objects
    documents = apps.get_model("timeline", "SearchDocument").objects.filter(record_type=ENTRY)
    rows = documents.values_list("record", "title", "summary", "rest").iterator()
    while portion := list(islice(rows, PORTION)):
        changed = entries.in_bulk([key for key, *_texts in portion])
        for key, *texts in portion:
            if key in changed:
                changed[key].search_text = "\n".join(texts).rstrip("\n")
        entries.bulk_update(changed.values(), ["search_text"], batch_size=PORTION)


class Migration(migrations.Migration):
    dependencies = [("timeline", "0002_search_index")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: former_index.remove(schema_editor.connection),
            lambda apps, schema_editor: former_index.create(schema_editor.connection),
        ),
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_type', models.PositiveSmallIntegerField(choices=[(0, 'entry')], editable=False, verbose_name='type of record')),
                ('record', models.BigIntegerField(editable=False, verbose_name='record')),
                ('title', models.TextField(blank=True, editable=False, verbose_name='titles and names')),
                ('summary', models.TextField(blank=True, editable=False, verbose_name='summaries')),
                ('rest', models.TextField(blank=True, editable=False, verbose_name='other text')),
                ('public_from', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='public from')),
                ('sort_earliest', models.DateField(blank=True, editable=False, null=True, verbose_name='earliest day')),
            ],
            options={
                'verbose_name': 'search document',
                'verbose_name_plural': 'search documents',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('record_type', 'record'), name='timeline_searchdocument_once')],
            },
        ),
        migrations.RunPython(write_documents, write_search_text),
        migrations.RemoveField(model_name='entry', name='search_text'),
        migrations.RunPython(
            lambda apps, schema_editor: index.create(schema_editor.connection),
            lambda apps, schema_editor: index.remove(schema_editor.connection),
        ),
    ]
