"""Mappings of imports, remembered by the shape of their files; an upload that waits keeps its own, with its answers."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0021_words_of_dates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='preparedimport',
            name='answers',
            field=models.JSONField(default=dict, verbose_name='answers'),
        ),
        migrations.AddField(
            model_name='preparedimport',
            name='mapping',
            field=models.JSONField(default=dict, verbose_name='mapping'),
        ),
        migrations.CreateModel(
            name='ImportMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shape', models.CharField(max_length=64, unique=True, verbose_name='shape')),
                ('name', models.CharField(max_length=300, verbose_name='file')),
                ('mapping', models.JSONField(verbose_name='mapping')),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='at')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'mapping of imports',
                'verbose_name_plural': 'mappings of imports',
            },
        ),
    ]
