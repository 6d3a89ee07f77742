"""Jobs that undo imports have no upload, and so have keys of their own.

A primary key is not altered in place: the table is made anew. Uploads that wait are deleted with their jobs.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

def delete_prepared_imports(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # No constraint may be left to check when the table is dropped.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in ("ImportJob", "PreparedImport"):
        apps.get_model("timeline", name).objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0023_jobs_of_imports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(delete_prepared_imports, migrations.RunPython.noop),
        migrations.DeleteModel(name='ImportJob'),
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
        migrations.RunPython(migrations.RunPython.noop, delete_prepared_imports),
    ]
