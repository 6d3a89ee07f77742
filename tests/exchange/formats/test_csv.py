"""Exported CSV opens in the Chinese edition of Excel and can be imported again."""

import pytest

from tests import factories as make
from tests.exports import exported
from timeline.exchange.exporting.destinations import ExportError
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_csv_opens_in_a_chinese_excel(tmp_path, policy):
    text = (exported(tmp_path, "folder of csv") / "policies.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfslug,title,")
    assert text.count(b"\r\n") == 2


def test_a_text_that_the_reader_of_csv_would_refuse_is_refused(tmp_path, policy):
    make.update_unchecked(Entry.objects.all(), body="长" * 1_000_001)
    with pytest.raises(ExportError, match="policies “a”, column body"):
        exported(tmp_path, "folder of csv", ["policies"])
    assert list(tmp_path.iterdir()) == []
