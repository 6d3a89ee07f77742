"""An export reads a snapshot of the database, whatever is written during the export."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from tests import factories as make
from tests.exports import exported
from tests.files import read_all
from timeline.models import Policy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]


def test_an_export_sees_one_moment_and_ends_what_it_began(tmp_path):
    """The export calls `visible` while it reads; another connection writes at that moment."""
    make.make_policy(slug="a", published=True)

    def late(entries):
        if (
            entries.model is Policy and connection.vendor != "sqlite"
        ):  # All threads share the connection of an in-memory database.
            with ThreadPoolExecutor(1) as hand:
                hand.submit(write_meanwhile).result()
        return entries

    def write_meanwhile():
        try:
            make.make_policy(published=True)
        finally:
            connections.close_all()

    path = exported(tmp_path, "folder of csv", visible=late)
    assert {row.cells["slug"] for row in read_all(path)[0] if row.table.name == "policies"} == {"a"}
    make.make_policy(slug="b")
    assert not connection.in_atomic_block
    assert len(read_all(exported(tmp_path, "json", ["policies"]))[0]) >= 2
