"""Import batches: names, order, and whether they are in force."""

import pytest
from django.utils import timezone, translation

from tests.factories import make_user
from timeline.models import ImportBatch

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("is_undone", "left", "stands"), [(False, 0, True), (True, 0, False), (True, 2, True)]
)
def test_an_import_stands_until_all_of_it_is_undone(is_undone, left, stands):
    user = make_user()
    undone = {"undone_at": timezone.now(), "undone_by": user} if is_undone else {}
    batch = ImportBatch.objects.create(created_by=user, skipped_count=left, **undone)
    assert batch.is_in_force is stands
    assert ImportBatch.objects.in_force().exists() is stands


def test_an_import_is_called_by_its_number_and_the_newest_comes_first():
    first, second = (ImportBatch.objects.create(created_by=make_user()) for _time in range(2))
    with translation.override("en"):
        assert str(first) == f"Import {first.pk}"
    assert [*ImportBatch.objects.all()] == [second, first]
