"""The folder of a snapshot: a file is written once, compressed, and a state is public as a whole."""

import gzip
import os

import brotli
import pytest

from timeline.delivery.snapshot.storage import LockedError, SnapshotFolder, store

TEXT = "宁波智慧城市".encode() * 100


@pytest.fixture
def folder(tmp_path):
    return SnapshotFolder(tmp_path / "site")


def test_a_file_is_written_with_its_compressed_copies(tmp_path):
    path = tmp_path / "a" / "b" / "index.html"
    assert store([TEXT[:50], TEXT[50:]], path, None)
    assert path.read_bytes() == TEXT
    assert gzip.decompress(path.with_name("index.html.gz").read_bytes()) == TEXT
    assert brotli.decompress(path.with_name("index.html.br").read_bytes()) == TEXT


def test_what_compression_does_not_make_smaller_has_no_copies(tmp_path):
    store([os.urandom(2000)], tmp_path / "mark.svg", None)
    assert [path.name for path in tmp_path.iterdir()] == ["mark.svg"]


@pytest.mark.parametrize("name", ["preview.png", "entries.zip", "entries.xlsx", "font.woff2"])
def test_what_is_compressed_as_it_is_has_no_copies_nor_keeps_former_ones(tmp_path, name):
    store([TEXT], tmp_path / "first" / name, None)
    assert os.listdir(tmp_path / "first") == [name]
    for suffix in (".gz", ".br"):
        (tmp_path / "first" / f"{name}{suffix}").write_bytes(TEXT)
    assert not store([TEXT], tmp_path / "second" / name, tmp_path / "first" / name)
    assert os.listdir(tmp_path / "second") == [name]


def test_an_unchanged_file_is_the_former_one(tmp_path):
    store([TEXT], tmp_path / "former.html", None)
    assert not store([TEXT], tmp_path / "new.html", tmp_path / "former.html")
    for suffix in ("", ".gz", ".br"):
        assert (tmp_path / f"new.html{suffix}").samefile(tmp_path / f"former.html{suffix}")


def test_a_changed_file_leaves_the_former_one(tmp_path):
    store([TEXT], tmp_path / "former.html", None)
    assert store([TEXT + b"x"], tmp_path / "new.html", tmp_path / "former.html")
    assert (tmp_path / "former.html").read_bytes() == TEXT
    assert gzip.decompress((tmp_path / "new.html.gz").read_bytes()) == TEXT + b"x"


def test_a_state_is_current_when_it_is_published(folder):
    assert folder.current is None
    first = folder.new_state()
    assert folder.current is None
    folder.publish(first)
    second = folder.new_state()
    assert folder.current == first
    folder.publish(second)
    assert folder.current == second


def test_the_folder_can_be_moved(folder, tmp_path):
    folder.publish(folder.new_state())
    moved = folder.path.rename(tmp_path / "elsewhere")
    assert (moved / "current").is_dir()


def test_other_states_are_removed_and_nothing_else(folder):
    states = [folder.new_state() for _number in range(3)]
    (folder.path / "README").write_text("ours")
    folder.publish(states[1])
    folder.remove_other_states()
    assert folder.current == states[1]
    assert sorted(path.name for path in folder.path.iterdir()) == ["README", "current", "states"]
    assert [*(folder.path / "states").iterdir()] == [states[1]]


def test_two_may_not_write_at_once(folder):
    with folder.locked(), pytest.raises(LockedError), SnapshotFolder(folder.path).locked():
        pass
    with folder.locked():
        pass
