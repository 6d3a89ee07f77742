"""Records as flat rows: every column present, plain values, and read back without loss."""

import json

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    make_area,
    make_assessment,
    make_citation,
    make_designation,
    make_goal,
    make_milestone,
    make_organization,
    make_phase,
    make_policy,
    make_relation,
    make_source,
    make_topic,
)
from timeline import models as record
from timeline.models import Citation, Entry, Milestone, Policy, PolicyRelation
from timeline.models.derived import DerivedFieldsModel
from timeline.rows.references import References
from timeline.rows.tables import TABLES, table_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

RECORDS = [
    model for model in vars(record).values() if isinstance(model, type) and issubclass(model, models.Model)
]


def row_of(instance):
    """The stored record as a flat row."""
    return table_of(type(instance)).rows_of(type(instance)._base_manager.filter(pk=instance.pk))[instance.pk]


@pytest.mark.parametrize(
    "model", [table.model for table in TABLES.values()], ids=lambda model: model.__name__
)
def test_every_editable_column_of_a_model_is_a_column_of_its_table(model):
    fields = (*model._meta.concrete_fields, *model._meta.many_to_many)
    editable = {
        field.name for field in fields if field.editable and not field.auto_created and not field.primary_key
    }
    assert {column.attribute for column in table_of(model).columns.values()} == editable


def test_no_column_says_what_is_derived_or_belongs_to_publication():
    for table in TABLES.values():
        derived = table.model.derived_from() if issubclass(table.model, DerivedFieldsModel) else {}
        forbidden = {*derived, "id", "entry_ptr", "status", "published_at", "published_by"}
        assert not forbidden & table.columns.keys(), table.name


@pytest.mark.parametrize("name", TABLES)
def test_a_key_is_made_of_columns_and_cannot_stand_twice(name):
    table = TABLES[name]
    assert set(table.key) <= table.columns.keys()
    attributes = {table.columns[key].attribute for key in table.key}
    unique = [{field.name} for field in table.model._meta.fields if field.unique]
    unique += [set(constraint.fields) for constraint in table.model._meta.total_unique_constraints]
    assert attributes in unique


@pytest.mark.parametrize("name", TABLES)
def test_a_table_refers_only_to_itself_and_to_tables_before_it(name):
    tables = list(TABLES.values())
    reached = tables[: tables.index(TABLES[name]) + 1]
    models_reached = {table.model for table in reached}
    kinds = {table.model for table in tables if issubclass(table.model, Entry)}
    for cell in TABLES[name].columns.values():
        if cell.field.is_relation:
            target = cell.field.related_model
            # References to Entry need all other kinds first: goals, for example, are declared by any of them.
            assert target in models_reached or (
                target is Entry and kinds - {TABLES[name].model} <= models_reached
            )


def test_what_is_nested_names_the_row_around_it():
    for table in TABLES.values():
        for part in table.parts.values():
            within = part.columns[part.within]
            assert issubclass(table.model, within.field.related_model)


def test_a_row_is_flat_plain_and_whole():
    phase = make_phase(slug="foundations")
    policy = make_policy(
        slug="plan",
        title="规划",
        date="2013-01",
        document_number="甬政发[2013]2号",
        issuers=[
            make_organization(slug="second", precedence=2),
            make_organization(slug="first", precedence=1),
        ],
        topics=[make_topic(slug="optical")],
        provisional=True,
        phase=phase,
    )
    row = row_of(Policy.objects.get(pk=policy.pk))
    assert list(row) == list(table_of(Policy).columns)
    assert row == {
        **dict.fromkeys(row, ""),
        "slug": "plan",
        "title": "规划",
        "date": "2013-01",
        "document_type": "plan",
        "document_number": "甬政发〔2013〕2号",
        "issuers": ["first", "second"],
        "topics": ["optical"],
        "provisional": True,
        "examined": False,
        "phase": "foundations",
        **dict.fromkeys(["issued", "published_on", "effective_from", "effective_until", "covers"]),
    }


def one_of_each():
    make_phase(slug="phase")
    goal = make_goal(declared_by=make_policy(date="2013"), target="2015")
    citation = make_citation(goal, locator="¶1", date="2014~")
    make_assessment(goal)
    make_relation(make_policy(), "amends", make_policy())
    return [
        make_designation(batch=2, areas=[make_area(parent=make_area())]),
        make_milestone(policies=[make_policy()]),
        goal,
        citation,
        goal.assessments.get(),
        PolicyRelation.objects.get(),
    ]


def test_a_row_holds_nothing_but_plain_values():
    for instance in one_of_each():
        row = row_of(instance)
        assert json.loads(json.dumps(row)) == row
        for value in row.values():
            assert value is None or isinstance(value, str | int | bool | list)


def test_a_row_is_read_back_to_the_values_it_was_made_from():
    for instance in one_of_each():
        table = table_of(type(instance))
        for name, cell in row_of(instance).items():
            value = getattr(instance, table.columns[name].attribute)
            read = References().read(table.columns[name], cell)
            if table.columns[name].is_many_to_many:
                assert {*read} == {*value.all()}
            elif table.columns[name].field.is_relation:
                assert (read and read.pk) == (value and value.pk)
            else:
                assert read == value or str(read) == str(value), name


def test_the_columns_of_a_relation_are_called_from_and_to():
    relation = make_relation(make_policy(slug="a"), "based_on", make_policy(slug="b"))
    row = row_of(relation)
    assert row == {"from": "a", "type": "based_on", "to": "b", "change": "", "change_en": ""}
    assert table_of(PolicyRelation).key_of(row) == ("a", "based_on", "b")


def test_a_key_takes_the_default_of_a_part_that_is_missing():
    assert table_of(Citation).key_of({"entry": "a", "source": "s"}) == ("a", "s", "", "1")
    assert table_of(Citation).key_of({"entry": "a", "source": "s", "number": "2", "locator": None}) == (
        "a",
        "s",
        "",
        "2",
    )


def test_a_list_of_references_is_written_by_slug_whatever_their_order_on_pages():
    first, second = make_topic(slug="b", position=1), make_topic(slug="a", position=2)
    launch = make_milestone(topics=[first, second])
    assert row_of(launch)["topics"] == ["a", "b"]
    second.position = 0
    second.save()
    assert row_of(launch)["topics"] == ["a", "b"]


def test_many_records_cost_no_more_queries_than_one(django_assert_num_queries):
    topics = [make_topic(), make_topic()]
    policies = [make_policy(topics=topics, issuers=[make_organization()]) for _time in range(5)]
    for policy in policies:
        make_citation(policy)
    make_relation(policies[0], "amends", policies[1])
    table = table_of(Policy)
    with CaptureQueriesContext(connection) as for_one:
        one = table.whole_rows_of([policies[0].pk])
    with django_assert_num_queries(len(for_one)):
        many = table.whole_rows_of([policy.pk for policy in policies])
    assert many[policies[0].pk] == one[policies[0].pk]
    assert many[policies[1].pk] == table.whole_rows_of([policies[1].pk])[policies[1].pk]


def test_a_kept_row_is_read_under_the_slugs_of_today():
    first, lost = make_topic(slug="first"), make_topic(slug="lost", published=False)
    phase, paper, press = make_phase(slug="phase"), make_source(slug="paper"), make_source(slug="press")
    launch = make_milestone(topics=[first, lost], phase=phase, title="启动")
    for source in (paper, press):
        make_citation(launch, source=source)
    table = table_of(Milestone)
    kept = table.whole_row_of(Milestone.objects.get())
    launch.topics.remove(lost)
    lost.delete()
    for named, slug in ((first, "zero"), (phase, "stage"), (paper, "report")):
        named.slug = slug
        named.save()
    today = table.with_current_slugs(kept)
    assert today == table.whole_row_of(Milestone.objects.get()) | {"topics": ["lost", "zero"]}
    assert [part["source"] for part in today["citations"]] == ["press", "report"]


@pytest.mark.parametrize("kind", record.Kind)
def test_each_kind_has_a_table_under_its_plural(kind):
    assert TABLES[kind.model.PLURAL].model is kind.model


def test_parts_stand_within_the_rows_of_what_they_belong_to():
    nested = {
        name: {of: part.name for of, part in table.parts.items()}
        for name, table in TABLES.items()
        if table.parts
    }
    entries = {kind.model.PLURAL: {"citations": "citations"} for kind in record.Kind}
    entries["policies"] |= {"relations": "relations"}
    entries["goals"] |= {"assessments": "assessments", "assessment_citations": "assessment_citations"}
    assert nested == entries | {
        "phases": {"citations": "phase_citations"},
        "topics": {"citations": "topic_citations"},
        "organizations": {"citations": "organization_citations"},
        "areas": {"citations": "area_citations"},
    }


def test_a_record_in_memory_has_the_row_that_the_database_returns():
    for instance in one_of_each():
        table = table_of(type(instance))
        fresh = table.model._base_manager.get(pk=instance.pk)
        lists = {field.name: getattr(fresh, field.name).all() for field in fresh._meta.many_to_many}
        stored = row_of(instance)
        stored.pop(table.within, None)
        assert table.row_of(fresh, lists) == stored


def test_parts_that_do_not_differ_are_not_written():
    entry = make_milestone()
    for number in range(1, 4):
        make_citation(entry, locator=f"¶{number}", remark="原话")
    table = table_of(Milestone)
    row = table.whole_row_of(entry)
    changed = [part | {"remark": "改过"} if part["locator"] == "¶2" else part for part in row["citations"]]
    with CaptureQueriesContext(connection) as captured:
        table.apply(Milestone.objects.get(), row | {"citations": changed})
    assert len([query for query in captured if query["sql"].startswith('UPDATE "timeline_citation"')]) == 1
    assert table.whole_row_of(entry)["citations"] == changed


def test_many_parts_are_shown_with_no_more_queries_than_one(django_assert_num_queries):
    table = table_of(Milestone)
    entry = make_milestone()
    for number in range(5):
        make_citation(entry, locator=f"¶{number}")
    row = table.whole_row_of(entry)
    with CaptureQueriesContext(connection) as for_one:
        table.preview_as(entry.pk, row | {"citations": row["citations"][:1]})
    with django_assert_num_queries(len(for_one)):
        shown = table.preview_as(entry.pk, row)
    assert [citation.locator for citation in shown.citations.all()] == [f"¶{number}" for number in range(5)]
