"""The resource of every table: what it exports is the table's file, and imported it changes nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from import_export.results import RowResult

from tests import factories as make
from tests.factories import everything
from tests.world import add_entries
from timeline.exchange.exporting.export import export
from timeline.exchange.resources import RESOURCES, MilestoneResource
from timeline.models import REFERENCE_CITATIONS, Entry
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def full(world):
    add_entries(world, "一")
    add_entries(world, "二", status="draft")
    for model in REFERENCE_CITATIONS:
        owner = world.references[model.owner_model()]
        model.objects.create(**{model.OWNER_FIELD: owner}, source=world.source)
    make.update_unchecked(Entry.objects.filter(status="draft"), title="=1+1", summary="'", body="两\n行")


def test_every_table_has_a_resource_by_the_name_of_its_model():
    assert [*RESOURCES] == [*TABLES]
    for name, resource in RESOURCES.items():
        assert resource.__name__ == f"{TABLES[name].model.__name__}Resource"
        assert resource().get_queryset().model is TABLES[name].model


@pytest.mark.parametrize("name", TABLES)
def test_what_was_exported_changes_nothing_when_it_is_imported(name, full):
    exported = RESOURCES[name]().export()
    assert exported.height
    user = make.make_user()
    before = everything()
    result = RESOURCES[name]().import_data(exported, user=user)
    assert (result.has_errors(), result.has_validation_errors()) == (False, False)
    assert {kind: count for kind, count in result.totals.items() if count} == {
        RowResult.IMPORT_TYPE_SKIP: exported.height
    }
    assert everything() == before


@pytest.mark.parametrize("name", TABLES)
def test_a_dataset_is_what_the_file_of_the_table_has(name, full, tmp_path):
    export(None, tmp_path / "all", "csv")
    content = (tmp_path / "all" / f"{name}.csv").read_bytes()
    assert RESOURCES[name]().export().export("csv").encode("utf-8-sig") == content


def test_however_many_records_an_export_takes_as_many_queries(full):
    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert MilestoneResource().export().height
        return len(counted)

    one = queries()
    for _number in range(5):
        make.make_milestone()
    assert queries() == one
