"""Content files in folders and zips, by name; other files are left out, or refused before they are read."""

import pytest

from tests.files import csv_file, json_file, problem_of, read_all, xlsx_file, zipped
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")

POLICIES = csv_file([["slug", "标题"], ["a", "甲乙"]], encoding="gbk")


@pytest.mark.parametrize("name", ["policies.md", "policies", "policies.yaml.bak"])
def test_a_file_of_another_format_is_refused(name):
    assert ".yaml" in problem_of(name, "- slug: a").message


def test_a_folder_that_looks_like_a_file_is_refused_and_named(tmp_path):
    (tmp_path / "policies.yaml").mkdir()
    (found,) = read([tmp_path]).problems
    assert str(found).startswith("policies.yaml: ")


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


def test_texts_of_a_folder_or_an_archive_are_read_if_they_are_named_for_a_table(tmp_path):
    text = "网址标识\t题名\r\na\t甲\r\n".encode("utf-16")
    for name in ("政策.txt", "README.txt"):
        (tmp_path / name).write_bytes(text)
    archive = Upload("all.zip", zipped({"政策.txt": text, "README.txt": text}))
    for source in (tmp_path, archive):
        rows, problems = read_all(source)
        assert problems == []
        assert [row.cells for row in rows] == [{"slug": "a", "title": "甲"}]
        assert "README.txt: This is no content file and was left out." in str(read([source]).notices[0])


def test_every_format_within_an_archive_is_read():
    content = zipped(
        {
            "folder/政策.csv": POLICIES,
            "areas.json": json_file([{"slug": "b"}]),
            "sources.yaml": b"- slug: c",
            "more.xlsx": xlsx_file(topics=[["slug"], ["d"]]),
        }
    )
    reading = read([Upload("content.zip", content)])
    assert [sheet.file for sheet in reading.sheets] == [
        "content.zip/areas.json",
        "content.zip/more.xlsx",
        "content.zip/sources.yaml",
        "content.zip/政策.csv",
    ]
    assert reading.encodings["content.zip/政策.csv"] == "GBK"
    rows, problems = read_all(Upload("content.zip", content))
    assert problems == []
    assert [row.cells for row in rows] == [
        {"slug": "b"},
        {"slug": "d"},
        {"slug": "c"},
        {"slug": "a", "title": "甲乙"},
    ]


def test_what_is_no_content_file_is_left_out_and_told():
    content = zipped(
        {"policies.csv": POLICIES, "README.md": b"", "__MACOSX/._policies.csv": b"", ".DS_Store": b""}
    )
    reading = read([Upload("content.zip", content)])
    assert [notice.place.file for notice in reading.notices] == ["content.zip/README.md"]
    assert len(reading.sheets) == 1


@pytest.mark.parametrize("name", ["../../etc/policies.csv", "/policies.csv", "C:\\x\\policies.csv"])
def test_paths_within_an_archive_are_only_names(name):
    reading = read([Upload("content.zip", zipped({name: POLICIES}))])
    assert [sheet.file for sheet in reading.sheets] == ["content.zip/policies.csv"]


def test_an_archive_within_an_archive_is_refused():
    content = zipped({"policies.csv": POLICIES, "more.zip": zipped({"areas.csv": b"slug\n"})})
    assert problem_of("content.zip", content).place.file == "content.zip/more.zip"


def test_an_archive_without_content_is_refused():
    assert "no content file" in problem_of("content.zip", zipped({"a.txt": b""})).message
