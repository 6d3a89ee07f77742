"""What was confirmed at a publication, and what readers are told of a change."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0019_comments_and_assignments'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='revision',
            name='timeline_revision_lately',
        ),
        migrations.RemoveIndex(
            model_name='revision',
            name='timeline_revision_of_record',
        ),
        migrations.AddField(
            model_name='revision',
            name='change_note',
            field=models.CharField(blank=True, max_length=300, verbose_name='note for readers'),
        ),
        migrations.AddField(
            model_name='revision',
            name='change_note_en',
            field=models.CharField(blank=True, max_length=300, verbose_name='note for readers in English'),
        ),
        migrations.AddField(
            model_name='revision',
            name='confirmed_warnings',
            field=models.JSONField(blank=True, default=dict, verbose_name='confirmed warnings'),
        ),
        migrations.AddField(
            model_name='revision',
            name='is_minor',
            field=models.BooleanField(default=False, verbose_name='minor, not announced'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(models.OrderBy(models.F('created_at'), descending=True), models.F('status'), models.F('table'), models.F('record'), models.F('number'), models.F('is_minor'), condition=models.Q(('applied', True)), name='timeline_revision_lately'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['table', 'record', 'status', 'applied', 'is_minor', 'created_at'], name='timeline_revision_of_record'),
        ),
    ]
