"""The models of the records that rows are or belong to, and the keys of records by model."""

import pytest

from tests.factories import make_goal, make_milestone, make_policy, make_topic
from timeline.exchange.importing.record_models import keys_by_model, models_of, record_models, status_model
from timeline.models import Chronicle, Entry, Goal, Kind, Milestone, Policy, Source, Topic
from timeline.rows.tables import TABLES


def test_the_status_of_a_row_is_that_of_its_record():
    found = {name: status_model(table) for name, table in TABLES.items()}
    assert (found["site"], found["topics"], found["topic_citations"]) == (Chronicle, Topic, Topic)
    assert {found[name] for name in ("goals", "policies", "citations", "relations", "assessments")} == {Entry}


def test_all_kinds_of_entry_have_one_table_with_a_status():
    assert models_of(Entry) == tuple(kind.model for kind in Kind)
    assert models_of(Topic) == (Topic,)
    assert record_models()[:2] == (Chronicle, Source)


@pytest.mark.django_db
def test_keys_of_entries_are_grouped_by_kind_and_those_of_no_entry_left_out():
    policies = [make_policy().pk for _number in range(2)]
    milestone, goal = make_milestone(published=True).pk, make_goal().pk
    keys = [*policies, milestone, goal, 10**6]
    assert keys_by_model(Entry, keys) == {Policy: policies, Milestone: [milestone], Goal: [goal]}
    topic = make_topic().pk
    assert keys_by_model(Topic, [topic]) == {Topic: [topic]}
