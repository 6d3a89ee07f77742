"""An import that is cancelled between two chunks, or before its commit, changes nothing."""

import pytest

from tests import factories as make
from timeline.exchange.importing.import_files import ImportCancelledError, import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import ImportBatch, Milestone

pytestmark = pytest.mark.django_db

MANY = "slug,title\n" + "".join(f"m{number},大事\n" for number in range(1200))
FILE = Upload("milestones.csv", MANY.encode())


def cancel_at(number):
    def progress(done):
        if done == number:
            raise ImportCancelledError

    return progress


@pytest.mark.parametrize("number", [500, 1200])
def test_nothing_is_left_of_the_chunks_before(number):
    with pytest.raises(ImportCancelledError):
        import_files([FILE], by=make.make_user(), progress=cancel_at(number))
    assert not Milestone.objects.exists()


def test_what_is_raised_before_the_commit_rolls_back():
    def cancel(report):
        assert report.batch is not None
        raise ImportCancelledError

    with pytest.raises(ImportCancelledError):
        import_files([FILE], by=make.make_user(), before_commit=cancel)
    assert not Milestone.objects.exists()
    assert not ImportBatch.objects.exists()
