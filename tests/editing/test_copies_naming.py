"""Which working copies refer to records, by present and former slugs."""

import pytest

from tests.copies import make_revised, schedule
from tests.editing.entries import renamed, whole
from tests.factories import make_editor, make_topic
from timeline.editing.copies_naming import copies_naming
from timeline.editing.working_copies import save_working_copy
from timeline.models import Revision

pytestmark = pytest.mark.django_db


def test_only_these_copies_are_searched_by_present_and_former_slugs():
    user, topic, other = make_editor(), make_topic(slug="fibre"), make_topic()
    entry = make_revised(user)
    save_working_copy(entry, whole(entry) | {"topics": ["fibre"]}, by=user)
    renamed(topic, "glass")
    (copy,) = copies_naming([topic, other], Revision.objects.current_copies())
    assert copy.record_key == ("entry", entry.pk)
    assert [*copies_naming([topic], Revision.objects.scheduled())] == []
    schedule(entry, user)
    assert len([*copies_naming([topic], Revision.objects.scheduled())]) == 1
    assert [*copies_naming([other], Revision.objects.current_copies())] == []


def test_nothing_is_asked_where_there_are_no_records(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert [*copies_naming([], Revision.objects.all())] == []
