"""What the database guarantees of reference records and of all revisions, after the rows have what it asks for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0016_publication_of_references'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='area',
            index=models.Index(models.F('published_at'), models.F('id'), name='timeline_area_public'),
        ),
        migrations.AddIndex(
            model_name='organization',
            index=models.Index(models.F('published_at'), models.F('id'), name='timeline_organization_public'),
        ),
        migrations.AddIndex(
            model_name='phase',
            index=models.Index(models.F('published_at'), models.F('id'), name='timeline_phase_public'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(models.OrderBy(models.F('created_at'), descending=True), models.F('status'), models.F('table'), models.F('record'), models.F('number'), condition=models.Q(('applied', True)), name='timeline_revision_lately'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['table', 'record', 'status', 'applied', 'created_at'], name='timeline_revision_of_record'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(models.F('published_at'), models.F('id'), name='timeline_source_public'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(models.F('published_at'), models.F('id'), name='timeline_topic_public'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'published', 'withdrawn'])), name='timeline_area_status_known'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review']), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='timeline_area_published_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='timeline_area_withdrawn_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='chronicle',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'published', 'withdrawn'])), name='timeline_chronicle_status_known'),
        ),
        migrations.AddConstraint(
            model_name='chronicle',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review']), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='timeline_chronicle_published_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='chronicle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='timeline_chronicle_withdrawn_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'published', 'withdrawn'])), name='timeline_organization_status_known'),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review']), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='timeline_organization_published_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='timeline_organization_withdrawn_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'published', 'withdrawn'])), name='timeline_phase_status_known'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review']), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='timeline_phase_published_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='timeline_phase_withdrawn_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('table', 'record', 'number'), name='timeline_revision_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('is_working_copy', True)), fields=('table', 'record'), name='timeline_revision_working_copy_once'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('is_scheduled', True)), fields=('table', 'record'), name='timeline_revision_scheduled_once'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'published', 'withdrawn'])), name='timeline_source_status_known'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review']), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='timeline_source_published_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='timeline_source_withdrawn_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'published', 'withdrawn'])), name='timeline_topic_status_known'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review']), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='timeline_topic_published_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='timeline_topic_withdrawn_for_a_reason'),
        ),
        migrations.AlterModelOptions(
            name="entry",
            options={
                "permissions": [
                    ("submit_entry", "Can submit records for review"),
                    ("send_back_entry", "Can send records back"),
                    ("recall_entry", "Can recall what they submitted"),
                    ("publish_entry", "Can publish records"),
                    ("reschedule_entry", "Can move the time of scheduled records"),
                    ("withdraw_entry", "Can withdraw records"),
                    ("restore_entry", "Can restore revisions of records"),
                ],
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
            },
        ),
    ]
