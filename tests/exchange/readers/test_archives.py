"""Zip archives: content files are found by name, and malicious archives are refused."""

import struct
import zipfile

import pytest

from tests.files import csv_file, problem_of, read_all, zipped
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")

POLICIES = csv_file([["slug", "标题"], ["a", "甲乙"]], encoding="gbk")


def read_zip(content):
    rows, problems = read_all(Upload("content.zip", content))
    return [row.cells for row in rows], problems


def problem(content):
    _, problems = read_zip(content)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def test_names_that_chinese_windows_wrote_are_read():
    name = "政策.csv"
    content = zipped({"xxxx.csv": POLICIES}).replace(b"xxxx.csv", name.encode("gbk"))
    assert read_zip(content) == ([{"slug": "a", "title": "甲乙"}], [])


def test_a_sheet_within_an_archive_is_read_from_its_start_each_time():
    (sheet,) = read([Upload("content.zip", zipped({"policies.csv": POLICIES}))]).sheets
    assert [[row.cells["slug"] for row in sheet] for _time in range(2)] == [["a"], ["a"]]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_bomb_is_refused_before_it_is_unpacked(suffix):
    assert "would unpack to more" in problem(zipped({f"policies.{suffix}": b"0" * 6 * 2**20})).message


def test_all_that_is_packed_together_is_counted(settings):
    settings.CONTENT_FILE_MAX_BYTES = 1000
    members = {f"policies-{number}.csv": b"slug\n" + bytes(range(97, 123)) * 30 for number in range(6)}
    assert "would unpack to more" in problem(zipped(members)).message


def test_a_member_that_is_too_large_is_refused_by_its_name(settings):
    settings.CONTENT_FILE_MAX_BYTES = 1000
    assert problem(zipped({"policies.csv": b"slug\n" + b"a" * 1500})).place.file == "content.zip/policies.csv"


def test_too_many_members_are_refused():
    assert "more than 2000 files" in problem(zipped({f"{n}.csv": b"" for n in range(2001)})).message


def test_a_password_is_refused():
    content = bytearray(zipped({"policies.csv": POLICIES}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in problem(bytes(content)).message


def test_other_ways_of_packing_are_refused():
    assert "plain zip" in problem(zipped({"policies.csv": POLICIES}, zipfile.ZIP_LZMA)).message


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_says():
    content = zipped({"policies.csv": b"slug\n" + b"a\n" * 1000})
    lie = struct.pack("<I", 15)
    central = content.index(b"PK\x01\x02")
    content = content[:22] + lie + content[26 : central + 24] + lie + content[central + 28 :]
    rows, problems = read_zip(content)
    assert len(rows) <= 5
    assert problems


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"slug\n"])
def test_what_is_no_archive_is_refused(content):
    assert problem(content)


def test_a_damaged_member_is_a_problem_of_its_own():
    content = zipped({"policies.csv": POLICIES, "areas.csv": b"slug\nb\n"}, zipfile.ZIP_STORED)
    rows, (found,) = read_zip(content.replace(POLICIES, POLICIES[:-2] + b"x\n"))
    assert found.place.file == "content.zip/policies.csv"
    assert rows == [{"slug": "b"}]


def test_a_damaged_workbook_is_not_called_an_archive():
    message = problem_of("坏.xlsx", b"PK\x03\x04" + b"\0" * 40).message
    assert message.startswith("This is no workbook, or a damaged one.")
