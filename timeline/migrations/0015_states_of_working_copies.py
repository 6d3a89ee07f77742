"""Working copies have a status of their own, and may be scheduled."""

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_drafts(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make every working copy a draft: it had the status of its entry. Former versions do not read it."""
    copies = apps.get_model("timeline", "revision").objects.filter(applied=False)
    copies.update(status="draft", public_from=None)


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0014_mail_and_accounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='entry',
            options={'permissions': [('submit_entry', 'Can submit entries for review'), ('send_back_entry', 'Can send entries back'), ('recall_entry', 'Can recall what they submitted'), ('publish_entry', 'Can publish entries'), ('reschedule_entry', 'Can move the time of scheduled entries'), ('withdraw_entry', 'Can withdraw entries'), ('restore_entry', 'Can restore revisions of entries')], 'verbose_name': 'entry', 'verbose_name_plural': 'entries'},
        ),
        migrations.AddField(
            model_name='revision',
            name='is_scheduled',
            field=models.BooleanField(default=False, verbose_name='scheduled'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='action',
            field=models.CharField(choices=[('saved', 'saved'), ('imported', 'imported'), ('submitted', 'submitted'), ('sent_back', 'sent back'), ('recalled', 'recalled'), ('published', 'published'), ('scheduled', 'scheduled'), ('rescheduled', 'time moved'), ('unscheduled', 'schedule called off'), ('revised', 'revision published'), ('withdrawn', 'withdrawn'), ('undone', 'import undone'), ('restored', 'restored'), ('not_applied', 'not published at its time'), ('discarded', 'working copy discarded'), ('deleted', 'deleted')], default='saved', max_length=12, verbose_name='action'),
        ),
        migrations.RunPython(make_drafts, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(models.F('public_from'), condition=models.Q(('is_scheduled', True)), name='timeline_revision_scheduled'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('is_scheduled', True)), fields=('entry',), name='timeline_revision_scheduled_once'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_scheduled', False), models.Q(('is_working_copy', True), ('status', 'published'), _negated=True)), models.Q(('applied', False), ('is_scheduled', True), ('public_from__isnull', False), ('status', 'published')), _connector='OR'), name='timeline_revision_scheduled_for_a_time'),
        ),
    ]
