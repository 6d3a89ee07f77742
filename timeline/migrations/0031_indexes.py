"""Indexes for lists among very many records."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0030_stages_of_jobs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(condition=models.Q(('action', 'not_applied')), fields=['table', 'record', 'number'], name='timeline_revision_not_applied'),
        ),
        migrations.AddIndex(
            model_name='pilotdesignation',
            index=models.Index(fields=['programme'], name='timeline_designation_programme'),
        ),
    ]
