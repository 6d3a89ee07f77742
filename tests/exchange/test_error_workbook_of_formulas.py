"""The error workbook of formulas: what their cells showed is kept, as text."""

import io
import re

import pytest
from openpyxl import load_workbook

from tests.files import replaced, xlsx_file
from tests.workbooks import SHEET
from timeline.exchange.error_workbook import error_workbook
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("english")]


def test_what_a_formula_showed_is_kept():
    cell = '<c r="B2" t="str"><f>A2</f><v>甲</v></c>'.encode()
    content = replaced(
        xlsx_file(milestones=[["slug", "title", "colour"], ["a", "x", "red"]]),
        {SHEET: lambda xml: re.sub(b'<c r="B2".*?</c>', cell, xml)},
    )
    upload = Upload("milestones.xlsx", content)
    workbook = load_workbook(io.BytesIO(error_workbook([upload], import_files([upload]).problems)))
    sheet = workbook["milestones"]
    assert (sheet["B2"].value, sheet["B2"].comment) == ("甲", None)
    assert sheet["C1"].comment
