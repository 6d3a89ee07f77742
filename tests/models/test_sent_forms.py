"""Submitted forms: expiry."""

import datetime

import pytest
from django.utils import timezone

from timeline.models import SentForm

pytestmark = pytest.mark.django_db


def test_a_form_that_was_sent_is_forgotten_after_a_week():
    days = (6, 8)
    of_days = {
        count: SentForm.objects.create(
            table="topics", record=1, content={}, created_at=timezone.now() - datetime.timedelta(days=count)
        )
        for count in days
    }
    assert list(SentForm.objects.expired()) == [of_days[8]]
