"""Rules for all models: constraints and natural keys."""

import itertools
from functools import partial

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from tests.factories import (
    ENTRY_MAKERS,
    document_of,
    make_area,
    make_assessment,
    make_assessment_citation,
    make_chronicle,
    make_citation,
    make_designation,
    make_goal,
    make_milestone,
    make_phase,
    make_policy,
    make_reference,
    make_relation,
    make_source,
    make_topic,
    make_user,
)
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import save_working_copy
from timeline.models import (
    CITATIONS,
    REFERENCE_CITATIONS,
    REFERENCES,
    AccountSettings,
    Area,
    AssessmentCitation,
    Assignment,
    Chronicle,
    Citation,
    Comment,
    Entry,
    FormerAddress,
    GoalAssessment,
    ImportBatch,
    ImportJob,
    ImportMapping,
    Mention,
    OpenForm,
    PasswordResetRequest,
    PolicyRelation,
    PreparedImport,
    PreviewedRow,
    QueuedMail,
    Revision,
    SearchDocument,
    SentForm,
)
from timeline.models.records import models_with_status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

MODELS = list(apps.get_app_config("timeline").get_models())


def make_reference_citation(model):
    owner = make_reference(model.owner_model())
    return model.objects.create(**{model.OWNER_FIELD: owner}, source=make_source(), locator="¶1")


def make_former_address():
    topic = make_topic()
    former, topic.slug = topic.slug, f"{topic.slug}-moved"
    topic.save()
    return FormerAddress.objects.get(slug=former)


KEYS = itertools.count(1)


def make_comment():
    return Comment.objects.create(table="topic", record=1, text="批注", created_by=make_user())


def make_prepared_import():
    return PreparedImport.objects.create(created_by=make_user(), name="a.csv", content=b"")


def make_import_job(**kw):
    prepared = make_prepared_import()
    return ImportJob.objects.create(prepared=prepared, created_by=prepared.created_by, **kw)


def make_undo_job(**kw):
    kw = {"batch": ImportBatch.objects.create(created_by=make_user()), "created_by": make_user()} | kw
    return ImportJob.objects.create(step="undo", **kw)


ONE_OF = {
    Chronicle: make_chronicle,
    **{model: partial(make_reference, model) for model in REFERENCES},
    **{model: partial(make_reference_citation, model) for model in REFERENCE_CITATIONS},
    Entry: lambda: Entry.objects.get(pk=make_milestone().pk),
    **ENTRY_MAKERS,
    Citation: lambda: make_citation(make_milestone(), locator="¶1"),
    GoalAssessment: lambda: make_assessment(make_goal()),
    AssessmentCitation: lambda: make_assessment_citation(make_assessment(make_goal()), locator="¶1"),
    PolicyRelation: lambda: make_relation(make_policy(), "amends", make_policy()),
    Revision: lambda: record_revision(make_milestone(), by=make_user()),
    ImportBatch: lambda: ImportBatch.objects.create(created_by=make_user()),
    PreparedImport: make_prepared_import,
    ImportMapping: lambda: ImportMapping.objects.create(
        shape=str(next(KEYS)), name="a.csv", mapping={}, created_by=make_user()
    ),
    ImportJob: make_import_job,
    PreviewedRow: lambda: PreviewedRow.objects.create(
        prepared=make_prepared_import(), number=1, outcome="new", content={}
    ),
    SentForm: lambda: SentForm.objects.create(table="topics", record=1, content={}),
    AccountSettings: lambda: AccountSettings.objects.create(user=make_user()),
    QueuedMail: lambda: QueuedMail.objects.create(user=make_user(), subject="甲", body="正文"),
    PasswordResetRequest: lambda: PasswordResetRequest.objects.create(email="wang@example.org"),
    Comment: make_comment,
    Mention: lambda: Mention.objects.create(comment=make_comment(), user=make_user()),
    Assignment: lambda: Assignment.objects.create(
        table="topic", record=next(KEYS), user=make_user(), assigned_by=make_user()
    ),
    OpenForm: lambda: OpenForm.objects.create(table="topic", record=next(KEYS), user=make_user()),
    FormerAddress: make_former_address,
    SearchDocument: lambda: document_of(make_milestone()),
}


def two_copies(**columns):
    def violate():
        entry, user = make_milestone(published=True), make_user()
        for title in ("甲", "乙"):
            save_working_copy(entry, {"title": title}, by=user)
        copies = Revision.objects.for_record(entry).copies()
        copies.update(is_working_copy=False)
        copies.update(**columns)

    return violate


def working_copy():
    entry = make_milestone(published=True)
    return save_working_copy(entry, {"title": "甲"}, by=make_user())


def test_there_is_one_of_each_model():
    assert set(ONE_OF) == set(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_a_record_is_found_by_its_natural_key(model):
    ONE_OF[model]()
    row = model.objects.get() if model is Chronicle else model.objects.order_by("-pk").first()
    assert model.objects.get_by_natural_key(*row.natural_key()) == row
    assert model._default_manager.get_by_natural_key(*row.natural_key()).pk == row.pk


@pytest.mark.parametrize("model", MODELS)
def test_a_natural_key_is_plain_and_of_one_record_only(model):
    row = ONE_OF[model]()
    key = row.natural_key()
    assert all(isinstance(part, str | int) for part in key)
    if model is not Chronicle:
        assert ONE_OF[model]().natural_key() != key


@pytest.mark.parametrize("model", MODELS)
def test_a_record_is_shown_in_words(model):
    assert str(ONE_OF[model]()).strip()
    assert "object (" not in str(ONE_OF[model]() if model is not Chronicle else Chronicle.objects.get())


def write(model, pk, **values):
    """Update a row without the project's models and managers."""
    models.QuerySet(model).filter(pk=pk).update(**values)


def again(model, pk, **values):
    """Insert a second row with the same values except these."""
    row = models.QuerySet(model).get(pk=pk)
    row.pk = None
    for name, value in values.items():
        setattr(row, name, value)
    models.QuerySet(model).bulk_create([row])


def changed(make, **values):
    def violate():
        row = make()
        write(type(row), row.pk, **values)

    return violate


def repeated(make, **values):
    def violate():
        row = make()
        again(type(row), row.pk, **values)

    return violate


def entry(**values):
    return changed(lambda: Entry.objects.get(pk=make_milestone(date="2013").pk), **values)


def public_entry():
    return Entry.objects.get(pk=make_milestone(published=True).pk)


def published_by_nobody(model):
    return changed(PUBLIC_ONE_OF[model], published_by=None)


def withdrawn_without_reason(model):
    def violate():
        record = PUBLIC_ONE_OF[model]()
        write(model, record.pk, status="withdrawn", withdrawn_by=make_user(), withdrawn_at=timezone.now())

    return violate


def related_to_itself():
    relation = make_relation(make_policy(), "amends", make_policy())
    write(PolicyRelation, relation.pk, to_policy=relation.from_policy)


def lies_in_itself():
    area = make_area()
    write(Area, area.pk, parent=area)


PUBLIC_ONE_OF = {**ONE_OF, Entry: public_entry}

VIOLATIONS = {
    **{
        f"timeline_{model._meta.model_name}_has_slug_and_title": [
            changed(ONE_OF[model], slug=""),
            changed(ONE_OF[model], title=""),
        ]
        for model in (Chronicle, *REFERENCES)
    },
    "timeline_entry_has_slug_and_title": [entry(slug=""), entry(title="")],
    "timeline_chronicle_is_the_only_one": [changed(make_chronicle, only=False)],
    "timeline_phase_begins_before_it_ends": [changed(make_phase, sort_earliest="2016-01-01")],
    "timeline_phase_tone_known": [changed(make_phase, tone="pink"), changed(make_phase, tone="")],
    "timeline_source_type_known": [changed(make_source, type="book"), changed(make_source, type="")],
    "timeline_source_quoted_text_known": [changed(make_source, quoted_text="hearsay")],
    "timeline_area_lies_in_another": [lies_in_itself],
    **{
        f"timeline_{model._meta.model_name}_status_known": [
            changed(PUBLIC_ONE_OF[model], status="gone"),
            changed(PUBLIC_ONE_OF[model], status=""),
        ]
        for model in models_with_status()
    },
    **{
        f"timeline_{model._meta.model_name}_published_by_somebody": [published_by_nobody(model)]
        for model in models_with_status()
    },
    **{
        f"timeline_{model._meta.model_name}_withdrawn_for_a_reason": [
            withdrawn_without_reason(model),
            changed(PUBLIC_ONE_OF[model], withdrawal_reason="有误"),
        ]
        for model in models_with_status()
    },
    "timeline_entry_kind_known": [entry(kind="entry"), entry(kind="")],
    "timeline_entry_place_whole": [
        entry(timeline_date=None),
        entry(timeline_date_source=""),
        entry(sort_earliest=None),
        entry(sort_latest=None),
        entry(sort_latest="2012-12-31"),
        entry(timeline_date=None, sort_earliest=None, sort_latest=None),
    ],
    "timeline_policy_type_known": [
        changed(make_policy, document_type="ode"),
        changed(make_policy, document_type=""),
    ],
    "timeline_policy_level_known": [changed(make_policy, level="village")],
    "timeline_policy_validity_known": [changed(make_policy, validity="doubtful")],
    "timeline_designation_batch_counts_from_one": [changed(make_designation, batch=0)],
    **{
        f"timeline_{model._meta.model_name}_counts_from_one": [changed(ONE_OF[model], number=0)]
        for model in (*CITATIONS, GoalAssessment)
    },
    **{
        f"timeline_{model._meta.model_name}_once": [repeated(ONE_OF[model])]
        for model in (*CITATIONS, GoalAssessment, PolicyRelation)
    },
    "timeline_goal_search_note_has_a_date": [
        changed(make_goal, search_note="政府网站"),
        changed(make_goal, search_note_en="Official site"),
    ],
    "timeline_goalassessment_delivery_known": [changed(ONE_OF[GoalAssessment], delivery="failed")],
    "timeline_goalassessment_evidence_known": [changed(ONE_OF[GoalAssessment], evidence="hearsay")],
    "timeline_policyrelation_type_known": [changed(ONE_OF[PolicyRelation], type="contradicts")],
    "timeline_policyrelation_between_two": [related_to_itself],
    "timeline_importbatch_undone_by_somebody": [changed(ONE_OF[ImportBatch], undone_at=timezone.now())],
    "timeline_revision_numbered_once": [repeated(ONE_OF[Revision])],
    "timeline_revision_counts_from_one": [changed(ONE_OF[Revision], number=0)],
    "timeline_revision_working_copy_once": [two_copies(is_working_copy=True)],
    "timeline_revision_scheduled_once": [
        two_copies(is_scheduled=True, status="published", public_from=timezone.now())
    ],
    "timeline_revision_scheduled_for_a_time": [
        changed(working_copy, is_scheduled=True),
        changed(working_copy, status="published"),
        changed(working_copy, status="published", is_scheduled=True),
        changed(ONE_OF[Revision], status="published", is_scheduled=True, public_from=timezone.now()),
    ],
    "timeline_comment_resolved_by_somebody": [changed(make_comment, resolved_at=timezone.now())],
    "timeline_mention_once": [repeated(ONE_OF[Mention])],
    "timeline_assignment_once": [repeated(ONE_OF[Assignment])],
    "timeline_openform_once": [repeated(ONE_OF[OpenForm])],
    "timeline_accountsettings_delivery_known": [
        lambda: AccountSettings.objects.create(user=make_user(), delivery="weekly")
    ],
    "timeline_revision_applied_or_resting": [
        changed(ONE_OF[Revision], applied=False),
        changed(ONE_OF[Revision], is_working_copy=True),
        changed(ONE_OF[Revision], based_on=1),
    ],
    "timeline_formeraddress_once": [repeated(make_former_address)],
    "timeline_importjob_running_once": [
        lambda: [make_import_job(state="running") for _job in "甲乙"],
    ],
    "timeline_importjob_undo_once": [lambda: make_undo_job(batch=make_undo_job().batch)],
    "timeline_importjob_of_upload_or_undo": [
        lambda: make_undo_job(batch=None),
        lambda: make_undo_job(prepared=make_prepared_import()),
        lambda: ImportJob.objects.create(created_by=make_user()),
    ],
    "timeline_previewedrow_once": [repeated(ONE_OF[PreviewedRow])],
    "timeline_searchdocument_once": [repeated(ONE_OF[SearchDocument])],
}


def test_every_constraint_of_every_model_is_tried():
    names = {constraint.name for model in MODELS for constraint in model._meta.constraints}
    assert set(VIOLATIONS) == names


@pytest.mark.parametrize(
    ("name", "violate"),
    [
        pytest.param(name, violate, id=f"{name}-{number}")
        for name, ways in VIOLATIONS.items()
        for number, violate in enumerate(ways, 1)
    ],
)
def test_the_database_refuses_what_a_constraint_forbids(name, violate):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        violate()
    # The messages of SQLite contain the columns of a unique constraint instead of its name.
    if not name.endswith("_once") or connection.vendor == "postgresql":
        assert name in str(refusal.value)
    else:
        assert "UNIQUE" in str(refusal.value)


@pytest.mark.parametrize("model", [Chronicle, *REFERENCES])
def test_no_two_rows_of_a_table_share_a_slug(model):
    row = ONE_OF[model]()
    with pytest.raises(IntegrityError), transaction.atomic():
        again(model, row.pk)


def test_every_model_and_column_has_a_name_in_words():
    for model in MODELS:
        assert "verbose_name" in model._meta.original_attrs, model
        for field in model._meta.get_fields():
            if field.concrete and field.editable and not field.auto_created:
                assert str(field.verbose_name), field


WORDS = {
    "revision",
    "chronicle",
    *(model._meta.model_name for model in REFERENCES),
    "entry",
    "policy",
    "milestone",
    "goal",
    "citation",
}


def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
