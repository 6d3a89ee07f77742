"""Exported XLSX: texts that do not fit into a cell are refused by record and column."""

import pytest

from tests import factories as make
from tests.exports import exported, rows_in_database, rows_in_file
from timeline.exchange.exporting.destinations import ExportError
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize(
    ("text", "fits"), [("长" * 32767, True), ("长" * 32768, False), ("😀" * 16384, False)]
)
def test_a_text_that_no_cell_of_xlsx_holds_is_refused_by_name(text, fits, tmp_path, policy):
    make.update_unchecked(Entry.objects.all(), body=text)
    if fits:
        assert rows_in_file(exported(tmp_path, "xlsx", ["policies"])) == rows_in_database(["policies", "citations"])  # fmt: skip
        return
    with pytest.raises(ExportError, match="policies “a”, column body: the text has 32,768 characters"):
        exported(tmp_path, "xlsx", ["policies"])
    assert list(tmp_path.iterdir()) == []
