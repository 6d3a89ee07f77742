"""The rows of previews, stored each by itself."""

import pytest

from tests.jobs import stored_upload
from timeline.models import PreviewedRow

pytestmark = pytest.mark.django_db


def rows(*titles):
    return [
        {
            "place": "a.csv", "table": "milestones", "key": title, "outcome": "new", "publishes": False,
            "changes_public": False, "title": title, "columns": [["title", None, title]], "new_names": [],
        }
        for title in titles
    ]  # fmt: skip


def test_rows_come_back_as_they_were_stored_and_in_their_order():
    upload, stored = stored_upload(), rows("乙", "甲")
    PreviewedRow.objects.store(upload, stored)
    assert [row.as_row() for row in PreviewedRow.objects.of(upload)] == stored


def test_a_new_preview_replaces_the_rows_of_its_upload_only():
    upload, other = stored_upload(), stored_upload()
    for one in (upload, other, upload):
        PreviewedRow.objects.store(one, rows("甲", "乙"))
    assert [row.number for row in PreviewedRow.objects.of(upload)] == [1, 2]
    assert PreviewedRow.objects.of(other).count() == 2
