"""Exported XLSX: what a cell or a sheet cannot hold is refused by name."""

import pytest

from tests import factories as make
from tests.exports import exported, rows_in_database, rows_in_file
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.formats import xlsx
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


def test_a_sheet_has_as_many_rows_as_the_format_holds(monkeypatch, tmp_path, policy):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 3)
    for number in range(2):
        exported(tmp_path, "xlsx", ["policies"])
        make.make_policy(slug=f"another-{number}")
    with pytest.raises(ExportError, match="policies has 3 rows, and a sheet of this format holds 2"):
        exported(tmp_path, "xlsx", ["policies"])
