"""Pilot designations: their batch."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_designation
from timeline.models import PilotDesignation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def fresh(entry):
    return type(entry).objects.get(pk=entry.pk)


def test_a_batch_counts_from_one():
    designation = fresh(make_designation(batch=1))
    designation.full_clean()
    designation.batch = 0
    with pytest.raises(ValidationError) as refusal:
        designation.full_clean()
    assert list(refusal.value.message_dict) == ["batch"]
    assert PilotDesignation.objects.get().batch == 1
