"""What the page before undoing an import names."""

import pytest

from tests import factories as make
from timeline.admin.base import record_admin_url
from timeline.admin.foretold_undo import foretold_sections
from timeline.exchange.importing.undo_result import ForetoldRecords, UndoResult

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_what_leaves_the_public_site_comes_first_each_with_its_address():
    topic, area = make.make_topic(title="数据"), make.make_area(title="海曙区")
    foretold = ForetoldRecords(removed=[topic], withdrawn=[area])
    first, second = foretold_sections(UndoResult(removed=1, withdrawn=1, foretold=foretold))
    assert (first.heading, first.count, first.more) == ("to be withdrawn from the public site", 1, 0)
    assert first.lines == [("area", area, record_admin_url(area), "")]
    assert second.heading == "to be removed"


def test_a_record_of_which_only_the_working_copy_ends_says_so():
    topic, other = make.make_topic(title="数据"), make.make_topic(title="网络")
    foretold = ForetoldRecords(restored=[topic], copies=[other])
    (section,) = foretold_sections(UndoResult(restored=2, foretold=foretold))
    assert [(record, note) for _kind, record, _url, note in section.lines] == [
        (topic, ""),
        (other, "only its working copy"),
    ]


def test_the_first_are_named_and_the_others_counted():
    topic = make.make_topic()
    (section,) = foretold_sections(UndoResult(withdrawn=23, foretold=ForetoldRecords(withdrawn=[topic] * 23)))
    assert (len(section.lines), section.more) == (20, 3)


def test_of_nothing_there_is_no_section():
    assert foretold_sections(UndoResult()) == []
