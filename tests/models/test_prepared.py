"""Uploaded files between preview and import: stored for a day, each with its own token."""

import datetime

import pytest
from django.utils import timezone

from tests.factories import make_user
from timeline.models import PreparedImport

pytestmark = pytest.mark.django_db


def prepared(**ago):
    at = timezone.now() - datetime.timedelta(**ago)
    return PreparedImport.objects.create(
        created_by=make_user(), name="a.csv", content=b"slug\na\n", created_at=at
    )


def test_what_nobody_came_back_to_for_a_day_is_outdated():
    outdated = prepared(hours=25)
    prepared(hours=23)
    assert [*PreparedImport.objects.expired()] == [outdated]


def test_two_uploads_of_one_file_are_told_apart_and_keep_its_bytes():
    first, second = prepared(), prepared()
    assert first.token != second.token
    assert bytes(PreparedImport.objects.get(token=first.token).content) == b"slug\na\n"
