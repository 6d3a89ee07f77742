"""An export is of one moment, whatever is written while it reads."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from tests import factories as make
from tests.exports import exported
from tests.files import read_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]


def test_an_export_sees_one_moment_and_ends_what_it_began(tmp_path):
    """The reading of what may be read is a moment in the middle of it, at which somebody else writes."""
    make.make_policy(slug="a", published=True)

    def late(entries):
        if connection.vendor != "sqlite":  # in memory it is one connection that all threads share
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
