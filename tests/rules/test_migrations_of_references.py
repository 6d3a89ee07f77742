"""Reference records and the chronicle get a status, all public, and lose it only while all are."""

import pytest
from django.core.management import call_command
from django.db.migrations.exceptions import IrreversibleError

from tests import factories as make
from tests.factories import make_user
from tests.migrated_rows import migrated
from timeline.editing.integrity import violations
from timeline.models import Chronicle, Topic
from timeline.rows.tables import TABLES
from timeline.workflow import Status

# SQLite cannot rebuild a table in a transaction, where the checks of foreign keys cannot be disabled.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_migrations", "english")]


@pytest.mark.long
def test_reference_records_and_the_chronicle_are_published_with_their_documents():
    make.make_topic(title="光网")
    make.make_chronicle()
    try:
        call_command("migrate", "timeline", "0015", verbosity=0)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    for model in (Topic, Chronicle):
        record = model.objects.published().get()
        assert record.published_by.username == "import_content"
        assert not record.published_by.is_active
    assert Topic.objects.matching_public("光网").exists()
    assert list(violations()) == []


@pytest.mark.long
@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_no_former_version_makes_public_what_is_not(status):
    topic = make.make_topic(slug="data", published=status == Status.WITHDRAWN)
    if status == Status.WITHDRAWN:
        topic.withdraw(by=make_user(), comment="误")
    try:
        with pytest.raises(IrreversibleError, match="topic data"):
            call_command("migrate", "timeline", "0015", verbosity=0)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    assert Topic.objects.get().status == status


def test_rows_of_sources_from_before_reprints_have_the_column_after_migrating():
    source = make.make_source()
    row = TABLES["sources"].whole_row_of(source)
    former = {name: cell for name, cell in row.items() if name != "reprint"}
    _row, revised, sent = migrated(source, former, "0025")
    assert revised == sent == row
