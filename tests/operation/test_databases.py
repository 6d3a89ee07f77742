"""Every database that the site runs on can be backed up."""

import pytest
from django.db import connection

from timeline.operation.databases import ENGINES, present_engine, transfer_from
from timeline.operation.errors import OperationError
from timeline.search.dialects import DIALECTS


def test_every_database_that_search_supports_has_backups():
    assert {*ENGINES} == {*DIALECTS}
    assert present_engine() is ENGINES[connection.vendor]


@pytest.mark.usefixtures("english")
def test_another_database_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "oracle", raising=False)
    with pytest.raises(OperationError, match="not of oracle"):
        present_engine()


@pytest.mark.usefixtures("english")
def test_a_backup_of_the_same_engine_is_restored_by_it_and_one_of_an_unknown_engine_is_refused():
    assert transfer_from(connection.vendor) is ENGINES[connection.vendor].restore
    with pytest.raises(OperationError, match="The backup is of oracle"):
        transfer_from("oracle")
