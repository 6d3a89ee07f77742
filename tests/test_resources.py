"""The library's resources, bent to the record: one for each table, strict, and silent where nothing changes."""

import pytest
from django.core.exceptions import ValidationError
from import_export.instance_loaders import ModelInstanceLoader

from tests.factories import make_milestone, make_policy, make_topic
from timeline.exchange.resources import resource_for
from timeline.models import Milestone, Policy
from timeline.rows import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def import_row(table, **row):
    resource = resource_for(table)()
    return resource.import_row(row, ModelInstanceLoader(resource), row_number=1)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_a_resource_with_its_columns_and_its_key(name):
    resource = resource_for(name)()
    table = TABLES[name]
    assert {field.column_name for field in resource.get_import_fields()} == table.columns.keys()
    assert [resource.fields[key].column_name for key in resource.get_import_id_fields()] == list(table.key)
    assert resource._meta.model is table.model


def test_a_resource_is_made_once():
    assert resource_for("areas") is resource_for("areas")


def test_a_row_passes_full_clean_before_it_is_written():
    result = import_row("milestones", slug="launch", title="one\ntwo")
    assert result.import_type == "invalid"
    assert set(result.validation_error.message_dict) == {"title"}
    assert not Milestone.objects.exists()


def test_unreadable_cells_and_invalid_ones_are_told_together():
    result = import_row("milestones", slug="launch", title="", date="soon", topics=["nothing"])
    assert set(result.validation_error.message_dict) == {"title", "date", "topics"}


def test_text_is_cleaned_on_its_way_in():
    import_row("milestones", slug="launch", title="  启动 ", body="one\r\ntwo\r\n")
    launch = Milestone.objects.get()
    assert (launch.title, launch.body) == ("启动", "one\ntwo")


def test_a_new_row_is_saved_with_its_lists_and_an_address_basis():
    topic = make_topic(slug="optical")
    result = import_row("milestones", slug="launch", title="启动", date="2013-01", topics=["optical"])
    assert result.import_type == "new"
    launch = Milestone.objects.get()
    assert list(launch.topics.all()) == [topic]
    assert (str(launch.sort_earliest), launch.place_basis, launch.kind) == ("2013-01-01", "own", "milestone")


def test_the_same_row_is_skipped_and_its_time_of_change_stays():
    entry = make_milestone(slug="launch", title="启动", date="2013-01", topics=[make_topic(slug="optical")])
    result = import_row("milestones", slug="launch", title="启动", date="2013-01", topics=["optical"])
    assert result.import_type == "skip"
    assert Milestone.objects.get().changed_at == entry.changed_at


def test_a_list_that_lost_a_reference_is_a_change():
    make_milestone(slug="launch", topics=[make_topic(slug="a"), make_topic(slug="b")])
    result = import_row("milestones", slug="launch", topics=["a"])
    assert result.import_type == "update"
    assert [topic.slug for topic in Milestone.objects.get().topics.all()] == ["a"]


def test_an_instance_remembers_the_row_it_had():
    make_policy(slug="plan", title="规划")
    result = import_row("policies", slug="plan", title="计划")
    assert result.instance.row_before["title"] == "规划"
    assert Policy.objects.get().title == "计划"


def test_a_widget_reads_by_the_column_of_its_table():
    widget = resource_for("milestones")().fields["date"].widget
    assert str(widget.clean("2013年1月")) == "2013-01"
    with pytest.raises((ValidationError, ValueError)):
        widget.clean("soon")
