"""Every change that a visitor could see raises the content version, by whichever way it is written; no other does."""

import datetime
import pkgutil

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.test import override_settings
from django.utils import timezone

from tests.editing.entries import whole
from tests.factories import (
    CONTENT,
    OTHER_CONTENT,
    empty,
    make_citation,
    make_editor,
    make_phase,
    make_policy,
    make_source,
    make_topic,
    make_user,
    update_unchecked,
)
from tests.forms import address_of, fields_of
from tests.jobs import OPTIONS, queued_job, stored_upload
from timeline.editing.answers import Saved
from timeline.editing.bulk_publication import publish_all
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.prepared_imports import store_preview
from timeline.management import commands
from timeline.models import (
    Entry,
    FormerAddress,
    ImportBatch,
    JobStep,
    Policy,
    Revision,
    SearchDocument,
    SentForm,
    Source,
    Topic,
    TopicCitation,
    content_triggers,
    content_version,
)

pytestmark = pytest.mark.django_db

PUBLIC = content_triggers.content_models()
OTHERS = [model for model in apps.get_models(include_auto_created=True) if model not in PUBLIC]


@pytest.fixture(scope="module")
def content(module_records):
    """The number of an import of content with rows in every table."""
    call_command("import_content", CONTENT, publish=True, verbosity=0)
    call_command("import_content", OTHER_CONTENT, publish=True, verbosity=0)
    return ImportBatch.objects.latest("pk").pk


def number():
    return content_version.current().number


def statements(model):
    """Return a statement of each type for the row with a key, in an order in which all can be executed."""
    quote = connection.ops.quote_name
    columns = [field.column for field in model._meta.local_concrete_fields]
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    names = ", ".join(map(quote, columns))
    marks = ", ".join(["%s"] * len(columns))
    return {
        "update": (f"UPDATE {table} SET {key} = {key} WHERE {key} = %s", False),
        "select": (f"SELECT {names} FROM {table} WHERE {key} = %s", False),
        "delete": (f"DELETE FROM {table} WHERE {key} = %s", False),
        "insert": (f"INSERT INTO {table} ({names}) VALUES ({marks})", True),
    }


@pytest.mark.parametrize("model", PUBLIC, ids=lambda model: model._meta.label)
def test_each_statement_on_a_row_of_public_content_raises_the_version(content, model):
    """Written by nothing of ours: so another program, `loaddata` and a shell raise it too."""
    if model is FormerAddress:
        topic = Topic.objects.earliest("pk")
        topic.slug = "another"
        topic.save()
    rows = model._base_manager.all()
    key, row = (rows.filter(applied=True) if model is Revision else rows).earliest("pk").pk, None
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, takes_row in statements(model).values():
            before = number()
            cursor.execute(statement, row if takes_row else [key])
            if statement.startswith("SELECT"):
                row = cursor.fetchone()
                assert number() == before
            else:
                assert number() > before, statement
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model._meta.label)
def test_no_other_table_has_a_trigger_of_the_version(model):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                [model._meta.db_table],
            )
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s)", [model._meta.db_table]
            )
        assert [name for (name,) in cursor.fetchall() if name.startswith("timeline_content_")] == []


def test_what_is_not_public_is_declared_and_everything_else_of_the_app_is_content():
    own = [model for model in OTHERS if model._meta.app_label == "timeline"]
    assert set(own) == content_triggers.PRIVATE


def save_a_form(client, policy):
    client.force_login(make_editor())
    address = address_of("change", policy.topics.get())
    form = fields_of(client.get(address).content.decode())
    response = client.post(address, form | {"description": "新的简介", "_transition": "publish"})
    assert response.status_code == 302


def bulk_write(policy):
    topic = make_topic()
    topic.description = "成批"
    type(topic).objects.bulk_update([topic], ["description"])


def schedule(policy):
    draft = make_policy()
    make_citation(draft)
    draft.publish(by=make_user(), public_from=timezone.now() + datetime.timedelta(hours=1))


def publish_a_draft(policy):
    draft = make_policy()
    make_citation(draft)
    draft.publish(by=make_user())


def publish_many(policy):
    draft = make_policy()
    make_citation(draft)
    publish_all({Policy: [draft.pk]}, by=make_user())


def publish_a_working_copy(policy):
    policy = make_policy(published=True)
    save_working_copy(policy, whole(policy) | {"title": "修订"}, by=make_user())
    assert isinstance(perform_copy_transition(policy, "publish", by=make_user()), Saved)


def new_source():
    return Source(
        slug="new", title="新", status="published", published_at=timezone.now(), published_by=make_user()
    )


WAYS = {
    "save": lambda policy: policy.save(),
    "save of a parent": lambda policy: models.Model.save_base(Entry.objects.get(pk=policy.pk), raw=True),
    "update": lambda policy: Policy.objects.filter(pk=policy.pk).update(title="题名"),
    "update, unchecked": lambda policy: update_unchecked(Policy.objects.filter(pk=policy.pk), covers="2013"),
    "bulk_update": bulk_write,
    "bulk_create": lambda policy: Source.objects.bulk_create([new_source()]),
    "bulk_create, conflicts ignored": lambda policy: Source.objects.bulk_create(
        [new_source()], ignore_conflicts=True
    ),
    "add to a list": lambda policy: policy.topics.add(make_topic()),
    "remove from a list": lambda policy: policy.topics.remove(policy.topics.get()),
    "clear a list": lambda policy: policy.topics.clear(),
    "reverse of a list": lambda policy: policy.topics.get().entries.remove(policy),
    "a part": lambda policy: make_citation(policy),
    "delete a part": lambda policy: QuerySet.delete(policy.citations.filter(locator="¶2")),
    "withdraw a reference": lambda policy: Source.objects.get(slug="unused").withdraw(
        by=make_user(), comment="误"
    ),
    "publish a reference": lambda policy: make_topic(published=False).publish(by=make_user()),
    "a part of a reference": lambda policy: policy.topics.get().phases.add(make_phase()),
    "withdraw": lambda policy: policy.withdraw(by=make_user(), comment="误"),
    "publish": publish_a_draft,
    "publish many": publish_many,
    "schedule": schedule,
    "publish a working copy": publish_a_working_copy,
}


@pytest.fixture
def policy():
    policy = make_policy(published=True, topics=[make_topic()])
    make_citation(policy, locator="¶2")
    make_source(slug="unused")
    return policy


@pytest.mark.parametrize("way", WAYS)
def test_a_change_that_visitors_could_see_raises_the_version(policy, way):
    before = number()
    WAYS[way](policy)
    assert number() > before


def test_a_form_raises_the_version(client, policy):
    before = number()
    save_a_form(client, policy)
    assert number() > before


def test_a_draft_can_be_written_submitted_and_deleted_without_raising_the_version(policy):
    topic, source = policy.topics.get(), policy.citations.earliest("pk").source
    before = number()
    draft = make_policy(topics=[topic], title="草稿")
    citation = make_citation(draft, source=source)
    draft.title = "新题名"
    draft.save()
    draft.topics.clear()
    citation.remark = "原话"
    citation.save()
    draft.submit(by=make_user())
    draft.send_back(by=make_user(), comment="补充")
    draft.delete()
    assert number() == before


def test_a_draft_of_a_reference_record_raises_the_version_only_when_it_is_published(policy):
    phase, source = make_phase(), policy.citations.earliest("pk").source
    before = number()
    topic = make_topic(published=False)
    record_revision(topic, by=make_user())
    topic.title = "新题名"
    topic.save()
    topic.phases.add(phase)
    TopicCitation.objects.create(topic=topic, source=source, locator="¶1")
    topic.submit(by=make_user())
    topic.send_back(by=make_user(), comment="补充")
    assert number() == before
    topic.publish(by=make_user(), public_from=timezone.now() + datetime.timedelta(hours=1))
    scheduled = number()
    assert scheduled > before
    topic.phases.remove(phase)
    assert number() > scheduled


def test_a_working_copy_does_not_raise_the_version_until_it_is_published(policy):
    record_revision(policy, by=make_user())
    before = number()
    copy = whole(policy) | {"title": "修订"}
    save_working_copy(policy, copy, by=make_user())
    save_working_copy(policy, copy | {"title": "再修订"}, by=make_user())
    assert number() == before


def test_accounts_and_forms_do_not_raise_the_version(client):
    before = number()
    client.force_login(make_editor())
    client.get("/admin/")
    Group.objects.create(name="编辑")
    SentForm.objects.create(table="policies", record=1, content={})
    assert number() == before


def test_a_search_document_of_a_draft_does_not_raise_the_version(policy):
    draft = make_policy()
    before = number()
    SearchDocument.objects.write([draft])
    assert number() == before
    SearchDocument.objects.write([policy])
    assert number() > before


def import_more(folder, **options):
    (folder / "topics.yaml").write_text("- {slug: new, title: 新专题}\n", encoding="utf-8")
    call_command("import_content", folder, verbosity=0, **options)


def load_a_fixture(content, folder):
    fixture = folder / "topics.json"
    call_command("dumpdata", "timeline.topic", output=fixture, verbosity=0)
    call_command("loaddata", fixture, verbosity=0)


def mend(content, folder):
    update_unchecked(Policy.objects.filter(pk=Policy.objects.earliest("pk").pk), title="题名 ")
    content_version.current()
    call_command("check_integrity", mend=True, verbosity=0)


def undo_import(content, folder):
    call_command("undo_import", content, user=make_editor().username, verbosity=0)


def open_an_empty_site(content, folder):
    empty()
    call_command("open_site", CONTENT, verbosity=0)


# The commands that write what visitors see; those of Django too.
def run_a_job(content, folder):
    upload = stored_upload(name="topics.csv", options={**OPTIONS, "publish": True})
    store_preview(upload)
    upload.refresh_from_db()
    queued_job(prepared=upload, step=JobStep.IMPORT)
    call_command("run_jobs", "--until-empty", verbosity=0)


WRITING = {
    "import_content": lambda content, folder: import_more(folder, publish=True),
    "undo_import": undo_import,
    "open_site": open_an_empty_site,
    "check_integrity": mend,
    "run_jobs": run_a_job,
    "loaddata": load_a_fixture,
}


# Those that write nothing, or what visitors do not see.
def call_with_mail(command):
    with override_settings(HAS_MAIL=True):
        call_command(command)


OTHER_COMMANDS = {
    "send_mail": lambda content, folder: call_with_mail("send_mail"),
    "send_digest": lambda content, folder: call_with_mail("send_digest"),
    "setup_groups": lambda content, folder: call_command("setup_groups", verbosity=0),
    "export_content": lambda content, folder: call_command("export_content", folder / "export", verbosity=0),
    # A second export finds the version of the first: tests/delivery/snapshot/test_export_again.py.
    "export_site": None,
    "derive_messages": None,
    # Writes files alone: tests/management/commands/test_start_chronicle.py.
    "start_chronicle": None,
    "serve": None,
    "doctor": lambda content, folder: call_command("doctor", "search", verbosity=0),
    # Both read the database as a whole, or begin with an empty one: tests/operation/.
    "backup": None,
    "restore": None,
    # By `migrate`, `setup_groups` and the mending of `check_integrity`.
    "upgrade": None,
}


def test_every_command_is_known_here():
    assert {module.name for module in pkgutil.iter_modules(commands.__path__)} == {
        *WRITING,
        *OTHER_COMMANDS,
    } - {"loaddata"}


@pytest.mark.parametrize("command", WRITING)
def test_a_command_that_writes_content_raises_the_version(content, command, tmp_path):
    before = number()
    WRITING[command](content, tmp_path)
    assert number() > before


@pytest.mark.parametrize("command", [name for name, run in OTHER_COMMANDS.items() if run])
def test_other_commands_do_not_raise_the_version(content, command, tmp_path):
    before = number()
    OTHER_COMMANDS[command](content, tmp_path)
    assert number() == before


def test_a_dry_run_does_not_raise_the_version(content, tmp_path):
    before = number()
    import_more(tmp_path, dry_run=True)
    assert number() == before
