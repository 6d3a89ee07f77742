"""Jobs of imports, and the rows of previews in a table; uploads that wait are deleted: their previews were stored otherwise."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def delete_prepared_imports(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # No constraint may be left to check when the table is altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    prepared = apps.get_model("timeline", "PreparedImport").objects
    prepared.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0022_mappings_of_imports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(delete_prepared_imports, migrations.RunPython.noop),
        migrations.AddField(
            model_name='preparedimport',
            name='problems',
            field=models.JSONField(default=list, verbose_name='problems'),
        ),
        migrations.AddField(
            model_name='preparedimport',
            name='questions',
            field=models.JSONField(default=list, verbose_name='questions'),
        ),
        migrations.CreateModel(
            name='ImportJob',
            fields=[
                ('token', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False, verbose_name='token')),
                ('step', models.CharField(choices=[('preview', 'preview'), ('import', 'import'), ('undo', 'undoing')], default='preview', max_length=10, verbose_name='step')),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='queued', max_length=10, verbose_name='state')),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='queued at')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started at')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True, verbose_name='last sign of life')),
                ('rows_done', models.PositiveIntegerField(default=0, verbose_name='rows done')),
                ('is_cancelled', models.BooleanField(default=False, verbose_name='to be cancelled')),
                ('rows_total', models.PositiveIntegerField(blank=True, null=True, verbose_name='rows, about')),
                ('message', models.TextField(blank=True, verbose_name='message')),
                ('is_seen', models.BooleanField(default=False, verbose_name='seen')),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='timeline.importbatch', verbose_name='import')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('prepared', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='job', to='timeline.preparedimport', verbose_name='file')),
            ],
            options={
                'verbose_name': 'import job',
                'verbose_name_plural': 'import jobs',
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('state',), name='timeline_importjob_running_once'),
                    models.UniqueConstraint(condition=models.Q(('step', 'undo')), fields=('batch',), name='timeline_importjob_undo_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('batch__isnull', False), ('prepared', None), ('step', 'undo')), models.Q(('prepared__isnull', False), ('step__in', ('preview', 'import'))), _connector='OR'), name='timeline_importjob_of_upload_or_undo'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PreviewedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('outcome', models.CharField(max_length=10, verbose_name='outcome')),
                ('publishes', models.BooleanField(default=False, verbose_name='published')),
                ('changes_public', models.BooleanField(default=False, verbose_name='changed in public')),
                ('title', models.TextField(blank=True, verbose_name='title')),
                ('content', models.JSONField(verbose_name='content')),
                ('prepared', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='timeline.preparedimport', verbose_name='file')),
            ],
            options={
                'verbose_name': 'row of a preview',
                'verbose_name_plural': 'rows of previews',
                'indexes': [models.Index(fields=['prepared', 'outcome', 'number'], name='previewedrow_by_outcome')],
                'constraints': [models.UniqueConstraint(fields=('prepared', 'number'), name='timeline_previewedrow_once')],
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, delete_prepared_imports),
    ]
