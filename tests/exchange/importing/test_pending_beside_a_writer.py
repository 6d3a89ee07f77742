"""Dry runs take no lock: others write meanwhile, and the dry run reads one snapshot."""

import contextlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from tests import factories as make
from tests.imports import row_counts
from tests.sqlite_files import in_a_file
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Entry, Milestone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]

MANY = "slug,title\n" + "".join(f"m{number},大事\n" for number in range(1200))


@pytest.mark.parametrize("publish", [False, True])
def test_somebody_saves_an_entry_while_a_dry_run_is_under_way(tmp_path, publish):
    entry = make.make_milestone(slug="m1", title="原题")
    make.make_milestone(slug="m2", title="公开的", published=True)
    path = tmp_path / "chronicle.sqlite3"
    saved = []

    def save_on_sqlite():
        with contextlib.closing(sqlite3.connect(path, timeout=0)) as other:
            other.execute("UPDATE timeline_entry SET title = '别人改的' WHERE slug = 'm1'")
            other.commit()

    def save_on_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        try:
            other = Milestone.objects.get(slug="m1")
            other.title = "别人改的"
            other.save()
        finally:
            connections.close_all()

    def save(done):
        if not saved:
            saved.append(done)
            if connection.vendor == "sqlite":
                save_on_sqlite()
            else:
                with ThreadPoolExecutor(1) as pool:
                    pool.submit(save_on_postgresql).result()

    with in_a_file(path) if connection.vendor == "sqlite" else contextlib.nullcontext():
        report = import_files(
            [Upload("milestones.csv", MANY.encode())], dry_run=True, publish=publish, progress=save
        )
        assert saved == [500]
        assert Entry.objects.get(pk=entry.pk).title == "别人改的"
    # The dry run reads the snapshot from its beginning.
    assert [change.old for change in report.changes] == ["原题", "公开的"]
    assert row_counts(report) == {"new": 1198, "changed": 2}
    assert bool(report.problems) is publish  # entries without citations
    assert report.working_copies == (0 if publish else 1)
