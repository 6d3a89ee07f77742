"""What a working copy changes, in short."""

import pytest

from tests import factories as make
from tests.copies import make_revised
from timeline.admin.copy_changes import changes_of
from timeline.editing.working_copies import find_working_copy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_the_changed_columns_are_named_and_compared_if_asked():
    entry = make_revised(make.make_user(), title="改题")
    copy = find_working_copy(entry)
    compared, named = (changes_of(entry, copy, is_compared=asked) for asked in (True, False))
    assert compared.changes == named.changes == ["title"]
    assert [(one.old, one.new) for one in compared.differences] == [("原题", "改题")]
    assert [*named.differences] == []
