"""Citations have quotations and remarks in place of wordings; organizations and areas have citations; what a source is."""

from collections.abc import Callable
from typing import Any

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import timeline.models.fields
from timeline.models.chunks import chunks

Row = dict[str, Any]

CITATIONS = ("citation", "phasecitation", "topiccitation", "assessmentcitation")
# The new columns of stored rows by table, with their values in rows that were stored without them.
SOURCE = {
    "type": "page",
    "number": "",
    "place": "",
    "pages": "",
    "read_in_copy": False,
    "consulted": "",
    "consulted_en": "",
    "quoted_text": "",
}
ADDED: dict[str, dict[str, Any]] = {
    "site": {"coverage": "", "coverage_en": ""},
    "sources": SOURCE,
    "organizations": {"citations": []},
    "areas": {"citations": []},
}


def convert_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Convert the rows in histories, imports and forms, which would otherwise differ from those of today."""
    _convert_rows(apps, converted)


def convert_rows_back(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Name remarks wordings again. The other columns stay, which former versions do not read."""
    _convert_rows(apps, converted_back)


def _convert_rows(apps: StateApps, convert: Callable[[str, Row], Row]) -> None:
    revisions, records, forms = (
        apps.get_model("timeline", name).objects for name in ("revision", "importedrecord", "sentform")
    )
    for stored, table, columns in (
        (revisions, "", ("content",)),
        (records, "table", ("before", "after")),
        (forms, "table", ("content",)),
    ):
        for rows in chunks(stored.order_by("pk").iterator(chunk_size=500)):
            for row in rows:
                for column in columns:
                    if (content := getattr(row, column)) is not None:
                        setattr(row, column, convert(getattr(row, table, ""), content))
            stored.bulk_update(rows, columns)


def converted(table: str, row: Row) -> Row:
    """The whole row of this table, or of an entry, as this version has it."""
    added = {name: value for name, value in ADDED.get(table, {}).items() if name not in row}
    return {**_with_citations(row, _converted_citation), **added}


def converted_back(table: str, row: Row) -> Row:
    return _with_citations(row, _former_citation)


def _with_citations(row: Row, convert: Callable[[Row], Row]) -> Row:
    found = dict(row)
    for name in ("citations", "assessment_citations"):
        if name in row:
            found[name] = [convert(citation) for citation in row[name]]
    return found


def _converted_citation(citation: Row) -> Row:
    found: Row = {}
    for name, cell in citation.items():
        if name == "wording":
            # In the order of the columns. A row that was converted before and back has the others.
            found |= {"quotation": citation.get("quotation", ""), "quotation_en": citation.get("quotation_en", "")}
            found |= {"remark": cell, "remark_en": citation.get("remark_en", "")}
            found["weight"] = citation.get("weight", 0)
        else:
            found[name] = cell
    return found


def _former_citation(citation: Row) -> Row:
    return {"wording" if name == "remark" else name: cell for name, cell in citation.items()}


class Migration(migrations.Migration):
    dependencies = [("timeline", "0012_days_of_assessments")]

    operations = [
        # What wordings were, nobody knows: some quoted, some remarked. Shown as the editors' words, none claims too much.
        *(migrations.RenameField(name, "wording", "remark") for name in CITATIONS),
        migrations.CreateModel(
            name='AreaCitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locator', timeline.models.fields.LineField(blank=True, help_text='Paragraph, page or article: ¶5, 第3页.', max_length=60, verbose_name='place in the source')),
                ('locator_order', models.BinaryField(default=b'', verbose_name='order of the places')),
                ('number', timeline.models.fields.CountField(default=1, help_text='Counts citations of the same place in the same source.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='number')),
                ('quotation', timeline.models.fields.LineField(blank=True, help_text='The words of the source to the letter, at most 60 characters. What you say yourself is a remark.', max_length=60, verbose_name='quotation')),
                ('quotation_en', timeline.models.fields.LineField(blank=True, help_text='Into English, no more than the quotation says. Pages in English show it as ours; the quotation stays.', max_length=200, verbose_name='our translation of the quotation')),
                ('remark', timeline.models.fields.ProseField(blank=True, help_text='What the editors say of this citation, as readers are to see it.', verbose_name='remark')),
                ('remark_en', timeline.models.fields.ProseField(blank=True, verbose_name='remark in English')),
                ('weight', timeline.models.fields.CountField(default=0, help_text='Large numbers come first: the source that carries the title and the date.', verbose_name='weight')),
                ('date', timeline.models.fields.PartialDateField(blank=True, help_text="Only where it differs from the entry's or is its proof.", verbose_name='date that this source gives')),
                ('date_earliest', models.DateField(editable=False, null=True, verbose_name='earliest day of that date')),
                ('date_latest', models.DateField(editable=False, null=True, verbose_name='latest day of that date')),
            ],
            options={
                'verbose_name': 'citation of an area',
                'verbose_name_plural': 'citations of areas',
                'ordering': ['area', '-weight', models.OrderBy(models.F('source__published'), nulls_last=True), 'source__slug', 'locator_order', 'number', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='OrganizationCitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locator', timeline.models.fields.LineField(blank=True, help_text='Paragraph, page or article: ¶5, 第3页.', max_length=60, verbose_name='place in the source')),
                ('locator_order', models.BinaryField(default=b'', verbose_name='order of the places')),
                ('number', timeline.models.fields.CountField(default=1, help_text='Counts citations of the same place in the same source.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='number')),
                ('quotation', timeline.models.fields.LineField(blank=True, help_text='The words of the source to the letter, at most 60 characters. What you say yourself is a remark.', max_length=60, verbose_name='quotation')),
                ('quotation_en', timeline.models.fields.LineField(blank=True, help_text='Into English, no more than the quotation says. Pages in English show it as ours; the quotation stays.', max_length=200, verbose_name='our translation of the quotation')),
                ('remark', timeline.models.fields.ProseField(blank=True, help_text='What the editors say of this citation, as readers are to see it.', verbose_name='remark')),
                ('remark_en', timeline.models.fields.ProseField(blank=True, verbose_name='remark in English')),
                ('weight', timeline.models.fields.CountField(default=0, help_text='Large numbers come first: the source that carries the title and the date.', verbose_name='weight')),
                ('date', timeline.models.fields.PartialDateField(blank=True, help_text="Only where it differs from the entry's or is its proof.", verbose_name='date that this source gives')),
                ('date_earliest', models.DateField(editable=False, null=True, verbose_name='earliest day of that date')),
                ('date_latest', models.DateField(editable=False, null=True, verbose_name='latest day of that date')),
            ],
            options={
                'verbose_name': 'citation of an organization',
                'verbose_name_plural': 'citations of organizations',
                'ordering': ['organization', '-weight', models.OrderBy(models.F('source__published'), nulls_last=True), 'source__slug', 'locator_order', 'number', 'pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='assessmentcitation',
            options={'ordering': ['goal', 'assessment_date', 'assessment_number', '-weight', models.OrderBy(models.F('source__published'), nulls_last=True), 'source__slug', 'locator_order', 'number', 'pk'], 'verbose_name': 'citation of an assessment', 'verbose_name_plural': 'citations of assessments'},
        ),
        migrations.AlterModelOptions(
            name='citation',
            options={'ordering': ['entry', '-weight', models.OrderBy(models.F('source__published'), nulls_last=True), 'source__slug', 'locator_order', 'number', 'pk'], 'verbose_name': 'citation', 'verbose_name_plural': 'citations'},
        ),
        migrations.AlterModelOptions(
            name='phasecitation',
            options={'ordering': ['phase', '-weight', models.OrderBy(models.F('source__published'), nulls_last=True), 'source__slug', 'locator_order', 'number', 'pk'], 'verbose_name': 'citation of a phase', 'verbose_name_plural': 'citations of phases'},
        ),
        migrations.AlterModelOptions(
            name='topiccitation',
            options={'ordering': ['topic', '-weight', models.OrderBy(models.F('source__published'), nulls_last=True), 'source__slug', 'locator_order', 'number', 'pk'], 'verbose_name': 'citation of a topic', 'verbose_name_plural': 'citations of topics'},
        ),
        migrations.AddField(
            model_name='assessmentcitation',
            name='quotation',
            field=timeline.models.fields.LineField(blank=True, help_text='The words of the source to the letter, at most 60 characters. What you say yourself is a remark.', max_length=60, verbose_name='quotation'),
        ),
        migrations.AddField(
            model_name='assessmentcitation',
            name='quotation_en',
            field=timeline.models.fields.LineField(blank=True, help_text='Into English, no more than the quotation says. Pages in English show it as ours; the quotation stays.', max_length=200, verbose_name='our translation of the quotation'),
        ),
        migrations.AddField(
            model_name='assessmentcitation',
            name='remark_en',
            field=timeline.models.fields.ProseField(blank=True, verbose_name='remark in English'),
        ),
        migrations.AddField(
            model_name='assessmentcitation',
            name='weight',
            field=timeline.models.fields.CountField(default=0, help_text='Large numbers come first: the source that carries the title and the date.', verbose_name='weight'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='coverage',
            field=timeline.models.fields.ProseField(blank=True, help_text='What the record covers, what was looked for and not found. Markdown.', verbose_name='coverage'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='coverage_en',
            field=timeline.models.fields.ProseField(blank=True, verbose_name='coverage, in English'),
        ),
        migrations.AddField(
            model_name='citation',
            name='quotation',
            field=timeline.models.fields.LineField(blank=True, help_text='The words of the source to the letter, at most 60 characters. What you say yourself is a remark.', max_length=60, verbose_name='quotation'),
        ),
        migrations.AddField(
            model_name='citation',
            name='quotation_en',
            field=timeline.models.fields.LineField(blank=True, help_text='Into English, no more than the quotation says. Pages in English show it as ours; the quotation stays.', max_length=200, verbose_name='our translation of the quotation'),
        ),
        migrations.AddField(
            model_name='citation',
            name='remark_en',
            field=timeline.models.fields.ProseField(blank=True, verbose_name='remark in English'),
        ),
        migrations.AddField(
            model_name='citation',
            name='weight',
            field=timeline.models.fields.CountField(default=0, help_text='Large numbers come first: the source that carries the title and the date.', verbose_name='weight'),
        ),
        migrations.AddField(
            model_name='phasecitation',
            name='quotation',
            field=timeline.models.fields.LineField(blank=True, help_text='The words of the source to the letter, at most 60 characters. What you say yourself is a remark.', max_length=60, verbose_name='quotation'),
        ),
        migrations.AddField(
            model_name='phasecitation',
            name='quotation_en',
            field=timeline.models.fields.LineField(blank=True, help_text='Into English, no more than the quotation says. Pages in English show it as ours; the quotation stays.', max_length=200, verbose_name='our translation of the quotation'),
        ),
        migrations.AddField(
            model_name='phasecitation',
            name='remark_en',
            field=timeline.models.fields.ProseField(blank=True, verbose_name='remark in English'),
        ),
        migrations.AddField(
            model_name='phasecitation',
            name='weight',
            field=timeline.models.fields.CountField(default=0, help_text='Large numbers come first: the source that carries the title and the date.', verbose_name='weight'),
        ),
        migrations.AddField(
            model_name='source',
            name='consulted',
            field=timeline.models.fields.ProseField(blank=True, help_text='As much of the source as the editors had before them: 正文前五段.', verbose_name='what was read'),
        ),
        migrations.AddField(
            model_name='source',
            name='consulted_en',
            field=timeline.models.fields.ProseField(blank=True, verbose_name='what was read, in English'),
        ),
        migrations.AddField(
            model_name='source',
            name='number',
            field=timeline.models.fields.LineField(blank=True, help_text='The number of a document or report, the shelf mark of an archive, the version of a dataset.', max_length=100, verbose_name='number'),
        ),
        migrations.AddField(
            model_name='source',
            name='pages',
            field=timeline.models.fields.LineField(blank=True, help_text='Those of a newspaper: 17.', max_length=30, verbose_name='pages'),
        ),
        migrations.AddField(
            model_name='source',
            name='place',
            field=timeline.models.fields.LineField(blank=True, help_text='Where its publisher is, or the archive.', max_length=60, verbose_name='place of publication'),
        ),
        migrations.AddField(
            model_name='source',
            name='read_in_copy',
            field=models.BooleanField(default=False, help_text='On, if a stored copy was read, not the page at the address: references then give no date of access.', verbose_name='read in a stored copy'),
        ),
        migrations.AddField(
            model_name='source',
            name='quoted_text',
            field=models.CharField(blank=True, choices=[('edited', 'an edited text of it'), ('converted', 'a reprint in traditional characters, converted')], help_text='Left blank, quotations are the words of the publication as it stands.', max_length=12, verbose_name='quoted from'),
        ),
        migrations.AddField(
            model_name='source',
            name='type',
            field=models.CharField(choices=[('page', 'web page'), ('document', 'document'), ('newspaper', 'newspaper'), ('report', 'report'), ('archive', 'archival document'), ('dataset', 'dataset')], default='page', max_length=12, verbose_name='type'),
        ),
        migrations.AddField(
            model_name='topiccitation',
            name='quotation',
            field=timeline.models.fields.LineField(blank=True, help_text='The words of the source to the letter, at most 60 characters. What you say yourself is a remark.', max_length=60, verbose_name='quotation'),
        ),
        migrations.AddField(
            model_name='topiccitation',
            name='quotation_en',
            field=timeline.models.fields.LineField(blank=True, help_text='Into English, no more than the quotation says. Pages in English show it as ours; the quotation stays.', max_length=200, verbose_name='our translation of the quotation'),
        ),
        migrations.AddField(
            model_name='topiccitation',
            name='remark_en',
            field=timeline.models.fields.ProseField(blank=True, verbose_name='remark in English'),
        ),
        migrations.AddField(
            model_name='topiccitation',
            name='weight',
            field=timeline.models.fields.CountField(default=0, help_text='Large numbers come first: the source that carries the title and the date.', verbose_name='weight'),
        ),
        migrations.AlterField(
            model_name='assessmentcitation',
            name='remark',
            field=timeline.models.fields.ProseField(blank=True, help_text='What the editors say of this citation, as readers are to see it.', verbose_name='remark'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='remark',
            field=timeline.models.fields.ProseField(blank=True, help_text='What the editors say of this citation, as readers are to see it.', verbose_name='remark'),
        ),
        migrations.AlterField(
            model_name='phasecitation',
            name='remark',
            field=timeline.models.fields.ProseField(blank=True, help_text='What the editors say of this citation, as readers are to see it.', verbose_name='remark'),
        ),
        migrations.AlterField(
            model_name='topiccitation',
            name='remark',
            field=timeline.models.fields.ProseField(blank=True, help_text='What the editors say of this citation, as readers are to see it.', verbose_name='remark'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['page', 'document', 'newspaper', 'report', 'archive', 'dataset'])), name='timeline_source_type_known'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('quoted_text__in', ['', 'edited', 'converted'])), name='timeline_source_quoted_text_known'),
        ),
        migrations.AddField(
            model_name='areacitation',
            name='area',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='timeline.area', verbose_name='area'),
        ),
        migrations.AddField(
            model_name='areacitation',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='timeline.source', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='organizationcitation',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='timeline.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='organizationcitation',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='timeline.source', verbose_name='source'),
        ),
        migrations.AddConstraint(
            model_name='areacitation',
            constraint=models.UniqueConstraint(fields=('area', 'source', 'locator', 'number'), name='timeline_areacitation_once'),
        ),
        migrations.AddConstraint(
            model_name='areacitation',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='timeline_areacitation_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='organizationcitation',
            constraint=models.UniqueConstraint(fields=('organization', 'source', 'locator', 'number'), name='timeline_organizationcitation_once'),
        ),
        migrations.AddConstraint(
            model_name='organizationcitation',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='timeline_organizationcitation_counts_from_one'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='editor_note',
            field=timeline.models.fields.ProseField(blank=True, help_text='What the sources leave open or say differently, as readers are to see it. Do not resolve it.', verbose_name='editor’s note'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='editor_note_en',
            field=timeline.models.fields.ProseField(blank=True, verbose_name='editor’s note in English'),
        ),
        migrations.AlterField(
            model_name='phase',
            name='editor_note',
            field=timeline.models.fields.ProseField(blank=True, help_text='What the sources leave open, as readers are to see it.', verbose_name='editor’s note'),
        ),
        migrations.AlterField(
            model_name='phase',
            name='editor_note_en',
            field=timeline.models.fields.ProseField(blank=True, verbose_name='editor’s note in English'),
        ),
        migrations.AlterField(
            model_name='pilotdesignation',
            name='authority',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='designations_made', to='timeline.organization', verbose_name='announced by'),
        ),
        migrations.AlterField(
            model_name='source',
            name='linked',
            field=models.BooleanField(default=True, help_text='Switched off, the address is printed as text and not linked. Say why in the note, which then stands beside it.', verbose_name='link to it'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='document_type',
            field=models.CharField(choices=[('resolution', 'Resolution'), ('decision', 'Decision'), ('order', 'Order'), ('communique', 'Communiqué'), ('proclamation', 'Proclamation'), ('announcement', 'Announcement'), ('opinions', 'Opinions'), ('notice', 'Notice'), ('circular', 'Circular'), ('report', 'Report'), ('request', 'Request for instructions'), ('reply', 'Official reply'), ('motion', 'Motion'), ('letter', 'Letter'), ('minutes', 'Minutes'), ('regulations', 'Regulations'), ('rules', 'Rules'), ('measures', 'Measures'), ('administrative_measures', 'Administrative measures'), ('detailed_rules', 'Detailed rules'), ('guiding_opinions', 'Guiding opinions'), ('implementation_opinions', 'Implementation opinions'), ('implementation_plan', 'Implementation plan'), ('implementation_scheme', 'Implementation programme'), ('work_programme', 'Work programme'), ('plan', 'Plan'), ('action_plan', 'Action plan'), ('action_outline', 'Action outline'), ('special_action', 'Special action'), ('work_points', 'Key points of work'), ('other', 'Other document')], max_length=30, verbose_name='document type'),
        ),
        migrations.RunPython(convert_rows, convert_rows_back),
    ]
