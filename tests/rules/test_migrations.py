"""Generated migrations run on existing content, and released migrations run backwards and forwards."""

import contextlib
import datetime
import re
from collections import defaultdict

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, CreateModel
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.utils import timezone

from tests import factories as make
from tests.factories import CONTENT, OTHER_CONTENT, everything, make_user
from tests.former_models import former_models
from tests.former_rows import rows_before_publication
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.integrity import violations
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import save_working_copy
from timeline.models import (
    REFERENCES,
    AreaCitation,
    AssessmentCitation,
    Entry,
    GoalAssessment,
    ImportBatch,
    Milestone,
    OrganizationCitation,
    Phase,
    PreparedImport,
    Revision,
    SearchDocument,
    content_triggers,
)
from timeline.models.kinds import Kind
from timeline.models.named import slug_owner_name
from timeline.rows.tables import TABLES, table_of
from timeline.search import index
from timeline.search.query import SearchResults
from timeline.workflow import Status

# SQLite cannot rebuild a table in a transaction, where the checks of foreign keys cannot be disabled.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_migrations", "english")]

# Those that 0007 adds to stored rows.
NEW_COLUMNS = re.compile("short_title|aliases|examined|search|gist|change")

# The migration before the assessments got citations.
NAMES = "0007_names_story_and_searches"
QUERIES = ("云澜", "雲瀾", "数据之城", "办法 云澜", "数", "2010")


@pytest.fixture
def content():
    """A complete chronicle, of which some entries are not public. Reference records are, as in former versions."""
    call_command("import_content", CONTENT, publish=True, verbosity=0)
    call_command("import_content", OTHER_CONTENT, verbosity=0)
    by, now = make_user(), timezone.now()
    for model in REFERENCES:
        drafts = model.objects.with_status(Status.DRAFT)
        if keys := [*drafts.values_list("pk", flat=True)]:
            model.publish_rows(keys, by=by, now=now)
    # 0.1 has no place for a second assessment of a date, and for a second citation.
    GoalAssessment.objects.filter(number__gt=1).delete()
    AssessmentCitation.objects.filter(number__gt=1).delete()
    for revision in Revision.objects.filter(kind=Kind.GOAL):
        revision.content = TABLES["goals"].whole_rows_of([revision.record])[revision.record]
        revision.save(update_fields=["content"])


def rows_of_content():
    """The citations of assessments are without their keys, as 0.1 has no table of them."""
    citations = AssessmentCitation._meta.label
    rows = rows_before_publication()
    return rows | {citations: sorted(row[1:] for row in rows[citations])}


def results():
    """Return the ordered results of public searches, and what editors find."""
    found = {}
    for query in QUERIES:
        public = SearchResults(query, Entry.objects.published())
        found[query, "public"] = [entry.slug for entry in public[: public.count()]]
        found[query, "all"] = sorted(entry.slug for entry in Entry.objects.matching(query))
        assert found[query, "public"]
    return found


def assert_sound():
    assert content_triggers.are_complete(connection)
    assert index.is_consistent(connection)
    assert list(violations()) == []


def a_new_column(entry):
    entry.fields["confidence"] = models.CharField(max_length=10, default="certain")


def a_new_kind(entry):
    widen(entry, "kind", [*Kind.choices, ("speech", "Speech")], "timeline_entry_kind_known")


def a_new_status(entry):
    widen(entry, "status", [*Status.choices, ("frozen", "Frozen")], "timeline_entry_status_known")


def all_three(entry):
    for change in (a_new_column, a_new_kind, a_new_status):
        change(entry)


def widen(entry, name, choices, constraint):
    """Set the choices of the field and of the check constraint on it."""
    entry.fields[name] = entry.fields[name].clone()
    entry.fields[name].choices = choices
    known = models.Q(**{f"{name}__in": [value for value, _label in choices]})
    others = [other for other in entry.options["constraints"] if other.name != constraint]
    others.append(models.CheckConstraint(condition=known, name=constraint))
    entry.options = {**entry.options, "constraints": others}


def generated(change):
    """Return the migration that makemigrations generates for the change, and the project state before it."""
    loader = MigrationLoader(connection)
    before, after = loader.project_state(), loader.project_state()
    change(after.models["timeline", "entry"])
    detector = MigrationAutodetector(before, after, NonInteractiveMigrationQuestioner())
    (migration,) = detector.changes(loader.graph)["timeline"]
    return migration, before


@contextlib.contextmanager
def migrating():
    """Change tables as `migrate` does, which removes and creates the triggers by its signals."""
    content_triggers.remove(connection)
    with connection.schema_editor() as editor:
        yield editor
    content_triggers.create(connection)


# Values that a row may have only after the change.
NEW_VALUES = {
    a_new_column: [{"confidence": "doubtful"}],
    a_new_kind: [{"kind": "speech"}],
    a_new_status: [{"status": "frozen"}],
    all_three: [{"confidence": "doubtful"}, {"kind": "speech"}, {"status": "frozen"}],
}


@pytest.mark.parametrize(
    "change",
    [
        a_new_column,
        *(pytest.param(change, marks=pytest.mark.long) for change in NEW_VALUES if change != a_new_column),
    ],
)
def test_a_generated_migration_of_entries_runs_over_content_forwards_and_back(content, change):
    rows, found = everything(), results()
    migration, before = generated(change)
    with migrating() as editor:
        after = migration.apply(before.clone(), editor)
    try:
        public = Entry.objects.published().earliest("pk")
        # The model of the migrated state: the current one does not know these values.
        row = after.apps.get_model("timeline", "Entry").objects.filter(pk=public.pk)
        for values in NEW_VALUES[change]:
            row.update(**values)
            assert row.filter(**values).exists()
        row.update(kind=public.kind, status=public.status)
        assert everything() == rows
        assert results() == found
        assert_sound()
        Entry.objects.filter(pk=public.pk).update(title="慈溪来年")
        assert Entry.objects.published().matching("慈溪来年").get() == public
        Entry.objects.filter(pk=public.pk).update(title=public.title)
    finally:
        with migrating() as editor:
            migration.unapply(before.clone(), editor)
    assert everything() == rows
    assert results() == found
    assert_sound()


def empty_columns_added_after(name):
    """Empty the columns and tables that migrations after this one add, since running those backwards loses them."""
    added, created = defaultdict(dict), set()
    for (app, later), migration in MigrationLoader(connection).disk_migrations.items():
        for operation in migration.operations if app == "timeline" and later[:4] > name else ():
            if isinstance(operation, CreateModel):
                created.add(operation.name_lower)
            elif isinstance(operation, AddField):
                model = apps.get_model(app, operation.model_name)
                if (model, operation.name) == (Milestone, "areas"):
                    Milestone.areas.through.objects.all().delete()
                    continue
                # A later migration may have removed the column.
                field = next((field for field in model._meta.fields if field.name == operation.name), None)
                if field and field.editable and (field.model, field.name) != (Revision, "table"):
                    added[field.model][field.name] = None if field.null else field.get_default()
    for model in (OrganizationCitation, AreaCitation):
        if model._meta.model_name in created:
            model.objects.all().delete()
            added.pop(model)
    for model, values in added.items():
        model._default_manager.update(**values)


@pytest.mark.long
def test_documents_without_names_of_their_own_are_rewritten(content):
    empty_columns_added_after("0008")
    rows, found = rows_before_publication(), results()
    call_command("migrate", "timeline", "0008", verbosity=0)
    try:
        for document in SearchDocument.objects.all():
            document.title = " ".join(document.title.split())
            document.save()
    finally:
        call_command("migrate", "timeline", verbosity=0)
    assert rows_before_publication() == rows
    assert results() == found
    assert_sound()


@pytest.mark.long
def test_the_content_version_and_the_search_index_are_removed_and_created_again_over_content(content):
    empty_columns_added_after("0001")
    rows, found = rows_of_content(), results()
    call_command("migrate", "timeline", "0002", verbosity=0)
    try:
        assert "timeline_content_version" not in connection.introspection.table_names()
        call_command("migrate", "timeline", "0001", verbosity=0)
        assert not index.is_consistent(connection)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    assert rows_of_content() == rows
    assert results() == found
    assert_sound()


def test_an_upload_whose_preview_another_version_stored_is_deleted():
    user = make_user()
    PreparedImport.objects.create(created_by=user, name="a.csv", content=b"", outcome={"name": "0"})
    call_command("migrate", "timeline", "0005_indexes_of_pages", verbosity=0)
    former = former_models("0005_indexes_of_pages").get_model("timeline", "preparedimport").objects
    assert not former.exists()
    for version in ("0006_delete_prepared_imports", "0023_jobs_of_imports"):
        former.create(created_by_id=user.pk, name="a.csv", content=b"", outcome={"name": "0"})
        call_command("migrate", "timeline", version, verbosity=0)
        assert not former.exists()
    call_command("migrate", verbosity=0)


@pytest.mark.long
def test_rows_that_were_stored_before_columns_were_added_have_them_after_migrating(content):
    """Otherwise every working copy would be a conflict, and no import before could be undone."""
    table = TABLES["phases"]
    batch, phase = ImportBatch.objects.create(created_by=make_user()), Phase.objects.earliest("pk")
    empty_columns_added_after("0006")
    Revision.objects.exclude(table="entry").delete()
    revisions = [*Revision.objects.all()]
    stored = {one.record: table_of(one.model).whole_row_of(one.find_record()) for one in revisions}
    row = table.whole_row_of(phase)
    for revision in revisions:
        revision.content = stored[revision.record]
        revision.save(update_fields=["content"])
    call_command("migrate", "timeline", "0006", verbosity=0)
    former = former_models("0006_delete_prepared_imports")
    for revision in former.get_model("timeline", "revision").objects.only("content"):
        revision.content = without_new_columns(revision.content)
        revision.save(update_fields=["content"])
    old = without_new_columns(row)
    records = former.get_model("timeline", "importedrecord").objects
    records.create(batch_id=batch.pk, table="phases", record=phase.pk, before=old, after=old)
    records.create(batch_id=batch.pk, table="phases", record=0, after=old)
    call_command("migrate", "timeline", verbosity=0)
    now = Revision.objects.filter(table="entry")
    assert {one.record: one.content for one in now} == stored
    of_phases = Revision.objects.for_model(Phase)
    assert [one.content for one in of_phases] == [row, row, row]


def without_new_columns(row):
    kept = {name: value for name, value in row.items() if not NEW_COLUMNS.match(name)}
    if "relations" in kept:
        kept["relations"] = [without_new_columns(relation) for relation in kept["relations"]]
    return kept


@pytest.mark.long
def test_assessments_from_before_their_earliest_days_have_them_after_migrating():
    make.make_assessment(make.make_goal(), date="2015~")
    try:
        call_command("migrate", "timeline", "0011", verbosity=0)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    assert GoalAssessment.objects.get().date_earliest == datetime.date(2015, 1, 1)


@pytest.mark.long
def test_an_assessment_of_0_1_has_one_source_which_is_its_citation_now():
    goal, user = make.make_goal(title="目标"), make_user()
    sources = {slug: make.make_source(slug=slug) for slug in ("audit", "book", "paper")}
    make.make_citation(goal, source=sources["audit"])
    of_paper = make.make_assessment(goal, date="2016", source=sources["audit"], locator="¶3", note="甲")
    make.make_assessment_citation(of_paper, source=sources["book"])
    make.make_assessment(goal, date="2016", number=2, source=sources["paper"], note="乙")
    make.make_assessment(goal, date="2017", source=sources["audit"], note="丙")
    record_revision(goal, by=user)
    goal.publish(by=user)
    row = TABLES["goals"].whole_row_of(goal)
    save_working_copy(goal, row | {"title": "目标二"}, by=user)
    try:
        call_command("migrate", "timeline", "0007", verbosity=0)
        former = former_models(NAMES)
        assessments = former.get_model("timeline", "goalassessment").objects.order_by("note")
        assert [*assessments.values_list("note", "source__slug", "locator")] == [
            ("丙", "audit", ""), ("乙", "paper", ""), ("甲", "audit", "¶3"),
        ]  # fmt: skip
        content = former.get_model("timeline", "revision").objects.first().content
        assert [one["source"] for one in content["assessments"]] == ["audit", "paper", "audit"]
        assert "assessment_citations" not in content
    finally:
        call_command("migrate", "timeline", verbosity=0)
    now = TABLES["goals"].whole_row_of(goal)
    assert [one.natural_key()[1:] for one in GoalAssessment.objects.order_by("date", "number")] == [
        ("2016", 1), ("2016", 2), ("2017", 1),
    ]  # fmt: skip
    # The second citation of the first assessment had no place there.
    assert now == row | {
        "assessment_citations": [one for one in row["assessment_citations"] if one["source"] != "book"]
    }
    revisions = Revision.objects.for_record(goal).by_number()
    assert [one.content for one in revisions] == [now, now, now | {"title": "目标二"}]
    perform_copy_transition(goal, "publish", by=user)
    assert TABLES["goals"].whole_row_of(goal) == now | {"title": "目标二"}
    assert_sound()


@pytest.mark.long
def test_the_wording_of_a_citation_is_a_remark_after_migrating():
    """What editors had written there is never shown as the words of the source."""
    user, source = make_user(), make.make_source(slug="daily")
    policy, topic = make.make_policy(title="办法"), make.make_topic(title="专题")
    make.make_citation(policy, source=source, remark="题名多一“市”字")
    record_revision(policy, by=user)
    policy.publish(by=user)
    batch = ImportBatch.objects.create(created_by=user)
    others = (topic, source, make.make_organization())
    rows = {slug_owner_name(type(one)): table_of(type(one)).whole_row_of(one) for one in others}
    try:
        call_command("migrate", "timeline", "0012", verbosity=0)
        former = former_models("0012_days_of_assessments")
        for revision in former.get_model("timeline", "revision").objects.only("content"):
            revision.content = without_quotations(revision.content)
            revision.save(update_fields=["content"])
        records = former.get_model("timeline", "importedrecord").objects
        for key, (name, row) in enumerate(
            zip(("topics", "sources", "organizations"), rows.values(), strict=True)
        ):
            records.create(batch_id=batch.pk, table=name, record=key, after=without_quotations(row))
    finally:
        call_command("migrate", "timeline", verbosity=0)
    now = TABLES["policies"].whole_row_of(policy)
    assert [(one["quotation"], one["remark"]) for one in now["citations"]] == [("", "题名多一“市”字")]
    assert [one.content for one in Revision.objects.filter(table="entry")] == [now] * 2
    assert {one.table: one.content for one in batch.revisions.all()} == rows


def without_quotations(row):
    """The row as the version before had it, in which an organization has no citations."""
    added = {"type", "number", "place", "pages", "read_in_copy", "consulted", "consulted_en", "quoted_text"}
    added |= {"citations"} if "precedence" in row else set()
    former = {name: cell for name, cell in row.items() if name not in added}
    for name in {"citations", "assessment_citations"} & former.keys():
        former[name] = [without_quotation(citation) for citation in former[name]]
    return former


def without_quotation(citation):
    added = ("quotation", "quotation_en", "remark_en", "weight")
    return {
        "wording" if name == "remark" else name: cell for name, cell in citation.items() if name not in added
    }
