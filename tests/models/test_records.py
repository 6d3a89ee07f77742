"""What entries, reference records and the chronicle have in common: which records they name, and their keys."""

import pytest

from tests import factories as make
from timeline.models import (
    REFERENCES,
    Area,
    Chronicle,
    Entry,
    Goal,
    Kind,
    Policy,
    Source,
    Topic,
)
from timeline.models.records import (
    fetch_records,
    key_of,
    keys_of,
    models_with_status,
    named_references,
    naming_columns,
    public_records_naming,
    publishable_models,
    published_with,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_every_record_with_a_page_is_published_and_so_is_the_chronicle():
    assert {*publishable_models()} == {*REFERENCES, Chronicle, *(kind.model for kind in Kind)}
    assert {*models_with_status()} == {*REFERENCES, Chronicle, Entry}


def names(model):
    return {(column.rows._meta.model_name, column.column, column.named) for column in naming_columns(model)}


def test_the_columns_that_name_reference_records_are_found_in_records_and_their_parts():
    assert names(Area) == {("area", "parent", Area), ("areacitation", "source", Source)}
    assert names(Chronicle) == set()
    assert ("assessmentcitation", "source", Source) in names(Goal)
    assert ("citation", "source", Source) in names(Policy)
    assert {column for _rows, column, _named in names(Policy)} == {"phase", "topic", "organization", "source"}


def test_what_records_name_has_the_keys_of_those_that_name_it():
    topic, source = make.make_topic(), make.make_source()
    first, second = (make.make_milestone(topics=[topic]) for _number in range(2))
    make.make_citation(first, source=source)
    found = named_references(type(first), [first.pk, second.pk])
    assert found[Topic] == {topic.pk: {first.pk, second.pk}}
    assert found[Source] == {source.pk: {first.pk}}


def test_only_what_is_public_or_scheduled_keeps_what_it_names():
    topic = make.make_topic()
    make.make_milestone(topics=[topic])
    assert [*public_records_naming(Topic, [topic.pk], 5)] == []
    made = [make.make_milestone(topics=[topic], published=True) for _number in range(3)]
    found = [*public_records_naming(Topic, [topic.pk], 2)]
    assert [record.pk for record in found] == [entry.pk for entry in made[:2]]


def test_what_names_a_record_in_two_columns_is_found_once():
    area = make.make_area()
    pilot = make.make_designation(designee=area, areas=[area], title="试点", published=True)
    assert [record.pk for record in public_records_naming(Area, [area.pk], 5)] == [pilot.pk]
    (objection,) = area.objections_to_withdrawing()
    assert objection.count("试点") == 1


def test_records_are_fetched_by_table_and_key(django_assert_num_queries):
    topic, entry = make.make_topic(), make.make_policy()
    keys = [key_of(topic), key_of(entry), ("topic", 0)]
    assert keys[:2] == [*keys_of(Topic, [topic.pk]), *keys_of(Policy, [entry.pk])]
    with django_assert_num_queries(2):
        found = fetch_records(keys)
    assert {key: record.pk for key, record in found.items()} == {keys[0]: topic.pk, keys[1]: entry.pk}
    assert type(found[keys[1]]) is Entry


def test_the_comment_on_what_comes_along_fits_its_column():
    assert published_with("启动") == "Together with “启动”, which names it"
    assert published_with("") == "Together with what names it"
    assert len(published_with("长" * 300)) == 300
