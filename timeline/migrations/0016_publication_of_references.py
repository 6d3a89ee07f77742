"""Reference records and the chronicle are published as entries are, and their changes have revisions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.state import StateApps
from django.utils import timezone

# The models that get a status, with their type in search documents; the chronicle is not searched.
MODELS = {
    "source": 1,
    "phase": 2,
    "topic": 3,
    "organization": 4,
    "area": 5,
    "chronicle": None,
}
# The account of imports that nobody is named for, which published what nobody is known to have published.
ACCOUNT = "import_content"
# The most slugs that a message has.
MAX_NAMED = 10


def publish_all(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Publish all records of these models: so far, each was public."""
    users, now = apps.get_model("auth", "user").objects, timezone.now()
    documents = apps.get_model("timeline", "searchdocument").objects
    for name, record_type in MODELS.items():
        records = apps.get_model("timeline", name).objects
        if not records.exists():
            continue
        by = users.filter(username=ACCOUNT).first() or users.create(
            username=ACCOUNT, is_active=False, password="!"
        )
        records.update(status="published", published_at=now, published_by=by)
        if record_type is not None:
            documents.filter(record_type=record_type).update(public_from=now)


def delete_revisions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Delete the revisions of what is no entry, which former versions do not know.

    Raises IrreversibleError while one of these records is not public: in former versions, all of them are.
    """
    for name in MODELS:
        records = apps.get_model("timeline", name).objects
        hidden = records.exclude(status="published", published_at__lte=timezone.now()).order_by("pk")
        if slugs := [*hidden.values_list("slug", flat=True)[:MAX_NAMED]]:
            raise IrreversibleError(
                f"Former versions would make public what is not: {name} {', '.join(slugs)}. "
                "Publish or delete these records first."
            )
    apps.get_model("timeline", "revision").objects.exclude(table="entry").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('timeline', '0015_states_of_working_copies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='revision',
            name='timeline_revision_numbered_once',
        ),
        migrations.RemoveConstraint(
            model_name='revision',
            name='timeline_revision_working_copy_once',
        ),
        migrations.RemoveConstraint(
            model_name='revision',
            name='timeline_revision_scheduled_once',
        ),
        migrations.RemoveIndex(
            model_name='revision',
            name='timeline_revision_of_entry',
        ),
        migrations.RemoveIndex(
            model_name='revision',
            name='timeline_revision_lately',
        ),
        migrations.AlterModelOptions(
            name='revision',
            options={'ordering': ['table', 'record', 'number'], 'verbose_name': 'revision', 'verbose_name_plural': 'revisions'},
        ),
        migrations.RenameField(
            model_name='revision',
            old_name='entry',
            new_name='record',
        ),
        migrations.AlterField(
            model_name='revision',
            name='record',
            field=models.BigIntegerField(verbose_name='record'),
        ),
        migrations.AddField(
            model_name='revision',
            name='table',
            field=models.CharField(default='entry', max_length=40, verbose_name='table'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='area',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='May lie ahead; until then nobody sees it.', null=True, verbose_name='public from'),
        ),
        migrations.AddField(
            model_name='area',
            name='published_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='area',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], db_index=True, default='draft', editable=False, max_length=12, verbose_name='status'),
        ),
        migrations.AddField(
            model_name='area',
            name='withdrawal_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason of withdrawal'),
        ),
        migrations.AddField(
            model_name='area',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn at'),
        ),
        migrations.AddField(
            model_name='area',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='May lie ahead; until then nobody sees it.', null=True, verbose_name='public from'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='published_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], db_index=True, default='draft', editable=False, max_length=12, verbose_name='status'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='withdrawal_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason of withdrawal'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn at'),
        ),
        migrations.AddField(
            model_name='chronicle',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='organization',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='May lie ahead; until then nobody sees it.', null=True, verbose_name='public from'),
        ),
        migrations.AddField(
            model_name='organization',
            name='published_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='organization',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], db_index=True, default='draft', editable=False, max_length=12, verbose_name='status'),
        ),
        migrations.AddField(
            model_name='organization',
            name='withdrawal_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason of withdrawal'),
        ),
        migrations.AddField(
            model_name='organization',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn at'),
        ),
        migrations.AddField(
            model_name='organization',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='phase',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='May lie ahead; until then nobody sees it.', null=True, verbose_name='public from'),
        ),
        migrations.AddField(
            model_name='phase',
            name='published_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='phase',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], db_index=True, default='draft', editable=False, max_length=12, verbose_name='status'),
        ),
        migrations.AddField(
            model_name='phase',
            name='withdrawal_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason of withdrawal'),
        ),
        migrations.AddField(
            model_name='phase',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn at'),
        ),
        migrations.AddField(
            model_name='phase',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='source',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='May lie ahead; until then nobody sees it.', null=True, verbose_name='public from'),
        ),
        migrations.AddField(
            model_name='source',
            name='published_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='source',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], db_index=True, default='draft', editable=False, max_length=12, verbose_name='status'),
        ),
        migrations.AddField(
            model_name='source',
            name='withdrawal_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason of withdrawal'),
        ),
        migrations.AddField(
            model_name='source',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn at'),
        ),
        migrations.AddField(
            model_name='source',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='topic',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='May lie ahead; until then nobody sees it.', null=True, verbose_name='public from'),
        ),
        migrations.AddField(
            model_name='topic',
            name='published_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='topic',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], db_index=True, default='draft', editable=False, max_length=12, verbose_name='status'),
        ),
        migrations.AddField(
            model_name='topic',
            name='withdrawal_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason of withdrawal'),
        ),
        migrations.AddField(
            model_name='topic',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn at'),
        ),
        migrations.AddField(
            model_name='topic',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='kind',
            field=models.CharField(blank=True, choices=[('policy', 'Policy'), ('pilot_designation', 'Pilot designation'), ('milestone', 'Milestone'), ('goal', 'Goal')], help_text='That of an entry.', max_length=20, verbose_name='kind'),
        ),
        migrations.RunPython(publish_all, delete_revisions),
    ]
