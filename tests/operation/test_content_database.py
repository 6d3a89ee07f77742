"""The file of the database of a folder of content."""

from pathlib import Path

from timeline.operation.content_database import content_database, databases_of_moved_namesakes, note_folder

HOME = Path("/home/archive")


def test_it_has_the_name_of_the_folder(tmp_path):
    path = content_database(HOME / "嘉兴 市", tmp_path)
    assert path.parent == tmp_path
    assert path.name.startswith("嘉兴 市-")
    assert path.suffix == ".sqlite3"
    assert path == content_database(HOME / "嘉兴 市", tmp_path)


def test_folders_of_one_name_have_two(tmp_path):
    first, second = (content_database(HOME / place / "content", tmp_path) for place in ("a", "b"))
    assert first != second


def test_a_name_of_any_length_fits(tmp_path):
    content_database(HOME / ("嘉" * 80), tmp_path).touch()


def test_namesakes_are_databases_of_other_folders_of_the_name(tmp_path):
    other = content_database(HOME / "b" / "content", tmp_path)
    for folder in ("b/content", "b/content-2", "b/other"):
        content_database(HOME / folder, tmp_path).touch()
    (tmp_path / "content-notes.sqlite3").touch()
    assert databases_of_moved_namesakes(HOME / "a" / "content", tmp_path) == [other]
    assert databases_of_moved_namesakes(HOME / "b" / "content", tmp_path) == []


def test_a_namesake_that_is_in_its_place_was_not_moved(tmp_path):
    data, folder = tmp_path / "var", tmp_path / "b" / "嘉兴 市"
    folder.mkdir(parents=True)
    data.mkdir()
    database = content_database(folder, data)
    database.touch()
    note_folder(folder, data)
    assert databases_of_moved_namesakes(tmp_path / "a" / folder.name, data) == []
    folder.rename(tmp_path / "moved")
    assert databases_of_moved_namesakes(tmp_path / "a" / folder.name, data) == [database]
