"""Which migrations the database lacks, and which the code does not know."""

import pytest
from django.db.migrations.recorder import MigrationRecorder

from timeline.operation.migrations import known_migrations, unapplied_migrations, unknown_migrations

pytestmark = pytest.mark.django_db


def test_a_migrated_database_lacks_none_and_has_none_too_many():
    assert unapplied_migrations() == unknown_migrations() == []
    assert ("timeline", "0001_initial") in known_migrations()


def test_a_migration_that_is_not_applied_is_named():
    last = MigrationRecorder.Migration.objects.filter(app="timeline").order_by("-name")[0]
    last.delete()
    assert unapplied_migrations() == [f"timeline.{last.name}"]


def test_a_migration_of_later_code_is_named():
    MigrationRecorder.Migration.objects.create(app="timeline", name="9999_later")
    assert unknown_migrations() == ["timeline.9999_later"]
