"""Factories of valid records with minimal values, as in make_policy(date="2013-01")."""

import datetime
import itertools
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet

from timeline.models import (
    REFERENCES,
    Area,
    AssessmentCitation,
    Chronicle,
    Citation,
    Entry,
    Goal,
    GoalAssessment,
    Kind,
    Milestone,
    Organization,
    Phase,
    PilotDesignation,
    Policy,
    PolicyRelation,
    SearchDocument,
    Source,
    Topic,
)
from timeline.models.fields import CountField, PartialDateField
from timeline.models.kinds import own_fields
from timeline.models.records import Record
from timeline.models.reference import Reference
from timeline.models.search_documents import Searchable
from timeline.workflow import Status

ROOT = Path(__file__).resolve().parent.parent
# The chronicle of an invented city with values in every column, and content that extends and contradicts it.
CONTENT = ROOT / "tests" / "data" / "chronicle"
OTHER_CONTENT = ROOT / "tests" / "data" / "chronicle-other-sources"

PUBLIC_SINCE = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)

_numbers = itertools.count(1)


def _named(prefix: str, kw: dict[str, Any]) -> dict[str, Any]:
    number = next(_numbers)
    return {"slug": f"{prefix}-{number}", "title": f"{prefix} 第{number}号"} | kw


def make_user(**kw: Any) -> Any:
    kw.setdefault("username", f"user-{next(_numbers)}")
    return get_user_model().objects.create_user(**kw)


def make_editor(**kw: Any) -> Any:
    """Create a staff user with all permissions."""
    return make_user(is_staff=True, is_superuser=True, **kw)


def make_chronicle(**kw: Any) -> Chronicle:
    return _make_published(Chronicle, "chronicle", {"city": "宁波"} | kw)


def make_reference(model: type[Reference], **kw: Any) -> Any:
    """Create a reference record of any model, public unless `published=False`."""
    return _make_published(model, str(model._meta.model_name), _required(model, kw) | kw)


def _make_published(model: type[Record], prefix: str, kw: dict[str, Any]) -> Any:
    """Create a public record as a migration leaves it, without a revision."""
    # A source has a column of this name, with a date.
    published = kw.pop("published") if isinstance(kw.get("published"), bool) else True
    record = model(**_named(prefix, kw))
    if published:
        record.status, record.published_at = Status.PUBLISHED, PUBLIC_SINCE
        record.published_by = get_user_model().objects.get_or_create(username="publisher")[0]
    record.save()
    return record


def make_phase(**kw: Any) -> Phase:
    return make_reference(Phase, **({"period": "2011/2015"} | kw))


def make_topic(**kw: Any) -> Topic:
    return make_reference(Topic, **kw)


def make_organization(**kw: Any) -> Organization:
    return make_reference(Organization, **kw)


def make_area(**kw: Any) -> Area:
    return make_reference(Area, **kw)


def make_source(**kw: Any) -> Source:
    return make_reference(Source, **kw)


def make_citation(entry: Entry, **kw: Any) -> Citation:
    source = kw.pop("source", None) or make_source()
    return Citation.objects.create(entry=Entry.objects.get(pk=entry.pk), source=source, **kw)


def _required(model: type[Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return a value for each required column that is not given."""
    return {
        field.name: _value_for(field)
        for field in own_fields(model)
        if field.name not in given
        and not (field.blank or field.null or field.has_default() or field.many_to_many)
        and field.name != "title"
    }


def _value_for(field: Any) -> Any:
    if field.is_relation:
        related = field.related_model
        if related in ENTRY_MAKERS:
            return ENTRY_MAKERS[related]()
        return make_reference(related)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, PartialDateField):
        return "2013"
    return 1 if isinstance(field, CountField) else "试"


def _make_entry(model: type[Entry], prefix: str, kw: dict[str, Any]) -> Any:
    """Create an entry. `published=True` adds a citation and publishes it. Many-to-many fields take lists."""
    published = kw.pop("published", False)
    many = {field.name: kw.pop(field.name) for field in model._meta.many_to_many if field.name in kw}
    entry = model(**_named(prefix, _required(model, kw) | kw))
    entry.save()
    for name, related in many.items():
        getattr(entry, name).set(related)
    if published:
        make_citation(entry, locator="¶1")
        entry.publish(by=make_user())
    return entry


def make_policy(**kw: Any) -> Policy:
    return _make_entry(Policy, "policy", {"document_type": "plan"} | kw)


def make_designation(**kw: Any) -> PilotDesignation:
    kw.setdefault("designee", None)
    kw["designee"] = kw["designee"] or make_area()
    return _make_entry(PilotDesignation, "designation", {"programme": "试点"} | kw)


def make_milestone(**kw: Any) -> Milestone:
    return _make_entry(Milestone, "milestone", kw)


def make_goal(**kw: Any) -> Goal:
    declared_by = kw.pop("declared_by", None)
    if declared_by is not None:
        kw["declared_by"] = Entry.objects.get(pk=declared_by.pk)
    return _make_entry(Goal, "goal", kw)


def make_assessment(goal: Goal, **kw: Any) -> GoalAssessment:
    """Make an assessment with one citation, of `source` at `locator`."""
    cited = {name: kw.pop(name) for name in ("source", "locator") if name in kw}
    assessment = GoalAssessment.objects.create(
        goal=goal, **({"date": "2020", "delivery": "achieved", "evidence": "independent"} | kw)
    )
    make_assessment_citation(assessment, **cited)
    return assessment


def make_assessment_citation(assessment: GoalAssessment, **kw: Any) -> AssessmentCitation:
    kw["source"] = kw.get("source") or make_source()
    return AssessmentCitation.objects.create(
        goal=assessment.goal,
        assessment_date=assessment.date,
        assessment_number=assessment.number,
        **kw,
    )


def make_relation(from_policy: Policy, type: str, to_policy: Policy, **kw: Any) -> PolicyRelation:
    return PolicyRelation.objects.create(from_policy=from_policy, type=type, to_policy=to_policy, **kw)


def document_of(record: Searchable) -> SearchDocument:
    """Return the search document of a record from the database."""
    return SearchDocument.objects.for_model(type(record)).get(record=record.pk)


def update_unchecked(queryset: Any, **values: Any) -> int:
    """Call QuerySet.update() without the project's checks, as another program could write to the database."""
    return QuerySet.update(queryset, **values)


def _maker_of(model: type[Entry]) -> Any:
    def make(**kw: Any) -> Any:
        return _make_entry(model, str(model._meta.model_name), kw)

    make.__name__ = f"make_{model._meta.model_name}"
    return make


# The factory of each kind, by model. A kind without a factory above gets values for its required columns.
ENTRY_MAKERS: dict[type[Entry], Any] = {kind.model: _maker_of(kind.model) for kind in Kind} | {
    Policy: make_policy,
    PilotDesignation: make_designation,
    Milestone: make_milestone,
    Goal: make_goal,
}
# The factory of the records of each model, drafts with `published=False`.
RECORD_MAKERS: dict[type[Record], Any] = {
    Chronicle: make_chronicle,
    **{model: partial(make_reference, model) for model in REFERENCES},
    **ENTRY_MAKERS,
}


def empty() -> None:
    """Delete all rows of the app, without checks."""
    for model in apps.get_app_config("timeline").get_models(include_auto_created=True):
        model._base_manager.all()._raw_delete(connection.alias)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, to compare the database before and after."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            # By name, since a migration that recreates a table may change the order of its columns.
            columns = [field.column for field in model._meta.local_concrete_fields]
            names = ", ".join(map(connection.ops.quote_name, columns))
            table, key = map(connection.ops.quote_name, (model._meta.db_table, model._meta.pk.column))
            cursor.execute(f"SELECT {names} FROM {table} ORDER BY {key}")
            found[model._meta.label] = cursor.fetchall()
    return found
