"""An import locks sources before the entries that cite them, and a publication the entry first."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from tests import factories as make
from tests.dry_runs import content
from timeline.editing.answers import BUSY, Saved
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_listed_transition
from timeline.exchange.database_errors import StorageError, as_storage_errors
from timeline.exchange.importing.import_files import import_files
from timeline.models import Policy

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Rows are locked there only."),
    pytest.mark.django_db(transaction=True),
]


def wait_for_a_waiting_transaction():
    for _attempt in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("No transaction waits.")


def test_an_import_and_a_publication_of_the_same_records_wait_for_each_other_and_both_end():
    by = make.make_editor()
    policy = make.make_policy(slug="plan", title="规划")
    make.make_citation(policy, source=make.make_source(slug="daily"))
    record_revision(policy, by=by)
    files = content(
        sources=[{"slug": "daily", "title": "日报"}], policies=[{"slug": "plan", "title": "新规划"}]
    )
    published = []

    def publish():
        try:
            return perform_listed_transition(Policy, policy.pk, "publish", by=by)
        finally:
            connections.close_all()

    def publish_meanwhile(done):
        """The source is locked. The policy is next: first, the publication locks it."""
        if not published:
            published.append(pool.submit(publish))
            wait_for_a_waiting_transaction()

    refusals, title = [], "新规划"
    with ThreadPoolExecutor(1) as pool:
        try:
            with as_storage_errors():
                import_files(files, by=by, progress=publish_meanwhile)
        except StorageError as refusal:
            # PostgreSQL ends one of the two, which may be the import.
            refusals.append(str(refusal))
            title = "规划"
        assert isinstance(published[0].result(), Saved)
    assert refusals in ([], [str(BUSY)])
    assert Policy.objects.published().get().title == title
