"""The triggers that raise the content version: complete, renewed when they differ, absent while tables are migrated."""

import pytest
from django.db import connection

from timeline.models import content_triggers

pytestmark = pytest.mark.django_db


def test_every_content_table_has_its_triggers():
    assert content_triggers.are_complete(connection)


def test_missing_triggers_are_noticed_and_created():
    content_triggers.remove(connection)
    assert not content_triggers.are_complete(connection)
    content_triggers.create(connection)
    assert content_triggers.are_complete(connection)
