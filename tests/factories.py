"""Records for tests, each made valid with as little as possible: make_policy(date="2013-01")."""

import itertools
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet

from timeline.models import (
    Area,
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
from timeline.models.reference import Reference
from timeline.models.search_documents import Searchable

ROOT = Path(__file__).resolve().parent.parent
# A made chronicle of an invented city, in which every column says something, and what adds to it and disagrees.
CONTENT = ROOT / "tests" / "data" / "chronicle"
OTHER_CONTENT = ROOT / "tests" / "data" / "chronicle-other-sources"

_numbers = itertools.count(1)


def _named(prefix: str, kw: dict[str, Any]) -> dict[str, Any]:
    number = next(_numbers)
    return {"slug": f"{prefix}-{number}", "title": f"{prefix} 第{number}号"} | kw


def make_user(**kw: Any) -> Any:
    kw.setdefault("username", f"user-{next(_numbers)}")
    return get_user_model().objects.create_user(**kw)


def make_editor(**kw: Any) -> Any:
    """Staff with every right."""
    return make_user(is_staff=True, is_superuser=True, **kw)


def make_chronicle(**kw: Any) -> Chronicle:
    return Chronicle.objects.create(**_named("chronicle", {"city": "宁波"} | kw))


def make_reference(model: type[Reference], **kw: Any) -> Any:
    """A reference record of any model."""
    return model._default_manager.create(**_named(str(model._meta.model_name), _required(model, kw) | kw))


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
    """A value for each column that a record cannot do without and that is not given."""
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
    """An entry; `published=True` cites a source and publishes it, and keys of many-to-many fields take lists."""
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
    kw.setdefault("source", None)
    kw["source"] = kw["source"] or make_source()
    return GoalAssessment.objects.create(
        goal=goal, **({"date": "2020", "delivery": "achieved", "evidence": "independent"} | kw)
    )


def make_relation(from_policy: Policy, type: str, to_policy: Policy) -> PolicyRelation:
    return PolicyRelation.objects.create(from_policy=from_policy, type=type, to_policy=to_policy)


def document_of(record: Searchable) -> SearchDocument:
    """Return the search document of a record from the database."""
    return SearchDocument.objects.for_model(type(record)).get(record=record.pk)


def update_unchecked(queryset: Any, **values: Any) -> int:
    """QuerySet.update() without the project's refusals, as a program of somebody else's might write."""
    return QuerySet.update(queryset, **values)


def _maker_of(model: type[Entry]) -> Any:
    def make(**kw: Any) -> Any:
        return _make_entry(model, str(model._meta.model_name), kw)

    make.__name__ = f"make_{model._meta.model_name}"
    return make


# By the model of each kind; one without a maker above has what its columns require.
ENTRY_MAKERS: dict[type[Entry], Any] = {kind.model: _maker_of(kind.model) for kind in Kind} | {
    Policy: make_policy,
    PilotDesignation: make_designation,
    Milestone: make_milestone,
    Goal: make_goal,
}


def empty() -> None:
    """No record of the chronicle is left, and nothing is asked about it."""
    for model in apps.get_app_config("timeline").get_models(include_auto_created=True):
        model._base_manager.all()._raw_delete(connection.alias)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the database as it stands there, for comparing before with after."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            # By name: a migration that makes a table anew may change the order of its columns.
            columns = [field.column for field in model._meta.local_concrete_fields]
            names = ", ".join(map(connection.ops.quote_name, columns))
            table, key = map(connection.ops.quote_name, (model._meta.db_table, model._meta.pk.column))
            cursor.execute(f"SELECT {names} FROM {table} ORDER BY {key}")
            found[model._meta.label] = cursor.fetchall()
    return found
