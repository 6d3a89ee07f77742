"""The error workbook of uploads at the limits of the format and of the machine."""

import io
import os
import resource

import pytest
from openpyxl import load_workbook

from tests.files import csv_file, replaced, xlsx_file, zipped
from tests.workbooks import SHEET
from timeline.exchange.error_workbook import error_workbook
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("english")]


def test_an_infinite_number_under_an_unknown_header_is_an_error_of_the_spreadsheet():
    content = xlsx_file(milestones=[["slug", "title", "日其"], ["a", "甲", 5]])
    content = replaced(content, {SHEET: lambda xml: xml.replace(b"<v>5</v>", b"<v>1e999</v>")})
    upload = Upload("milestones.xlsx", content)
    workbook = load_workbook(
        io.BytesIO(error_workbook([upload], import_files([upload]).problems)), data_only=True
    )
    assert workbook["milestones"]["C2"].value == "#DIV/0!"


def test_a_workbook_may_have_more_sheets_than_the_process_may_open_files():
    lines = [["slug", "title"], ["a", ""]]
    upload = Upload("all.zip", zipped({f"{number}/milestones.csv": csv_file(lines) for number in range(60)}))
    problems = import_files([upload]).problems
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 30, hard))
    try:
        workbook = load_workbook(io.BytesIO(error_workbook([upload], problems)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(workbook.sheetnames) == 61
