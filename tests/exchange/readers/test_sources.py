"""Where bytes come from: the files of a folder, uploads, open files; what is no content file is refused before it is read."""

import io

import pytest

from tests.files import problem_of
from tests.workbooks import SOUND
from timeline.exchange.readers import Upload, read

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize("name", ["policies.txt", "policies", "policies.yaml.bak"])
def test_a_file_of_another_format_is_refused(name):
    assert ".yaml" in problem_of(name, "- slug: a").message


def test_a_folder_that_looks_like_a_file_is_refused_and_named(tmp_path):
    (tmp_path / "policies.yaml").mkdir()
    (found,) = read([tmp_path]).problems
    assert str(found).startswith("policies.yaml: ")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "policies.yaml"
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    (found,) = read([path]).problems
    assert "64 MB" in found.message


def test_a_folder_is_its_content_files_by_name(tmp_path):
    for name in ("b.yml", "a.yaml", "notes.md", "c.YAML"):
        (tmp_path / name).write_bytes(b"")
    reading = read([tmp_path])
    assert list(reading.encodings) == ["a.yaml", "b.yml", "c.YAML"]
    assert [str(notice) for notice in reading.notices] == [
        "notes.md: This is no content file and was left out."
    ]


@pytest.mark.parametrize("name", ["nowhere", "nowhere.yaml", "nul\0.yaml"])
def test_a_path_that_does_not_exist_is_refused(tmp_path, name):
    (found,) = read([tmp_path / name]).problems
    assert "no such file" in found.message


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.ods", "a.xlsb"])
def test_workbooks_of_other_kinds_are_refused(name):
    assert "save the workbook as .xlsx" in problem_of(name, SOUND).message


@pytest.mark.parametrize("name", ["policies.csv", "policies.yaml", "policies.json"])
def test_a_workbook_by_another_name_is_refused(name):
    assert "but a workbook" in problem_of(name, SOUND).message


def test_an_open_file_is_read_from_its_start_each_time():
    (found,) = read([Upload("policies.csv", io.BytesIO(b"slug\n" + b"a\n" * 20_000))]).sheets
    assert [sum(1 for row in found), sum(1 for row in found)] == [20_000, 20_000]
