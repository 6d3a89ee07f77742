"""A running job tells what it does besides the rows one by one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0029_logo'),
    ]

    operations = [
        migrations.AddField(
            model_name='importjob',
            name='stage',
            field=models.CharField(blank=True, choices=[('comparing', 'What was imported is being compared with what is there now.'), ('together', 'All rows are read; what concerns them together is being checked.'), ('publishing', 'All rows are written; the records are being published.'), ('history', 'All rows are written; the history of the records is being written.'), ('storing', 'All rows are checked; the preview is being stored.')], max_length=10, verbose_name='stage'),
        ),
    ]
