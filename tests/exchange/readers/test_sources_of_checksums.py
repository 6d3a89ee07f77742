"""Names, sizes and checksums of imported files: equal for the same bytes, whatever the kind of file."""

import hashlib

import pytest

from timeline.exchange.readers.sources import CHUNK_SIZE, Upload, describe_file


def of_bytes(content, name="a.csv"):
    return {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@pytest.mark.parametrize(
    "content", [b"", b"slug\na\n", b"x" * (CHUNK_SIZE + 1)], ids=["empty", "short", "long"]
)
def test_a_file_and_an_upload_are_the_same(content, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    for file in (path, Upload("a.csv", content)):
        assert describe_file(file) == of_bytes(content)


def test_a_folder_is_all_that_it_holds_by_name(tmp_path):
    for name, content in (("b.csv", b"second"), ("a.csv", b"first")):
        (tmp_path / name).write_bytes(content)
    assert describe_file(tmp_path) == of_bytes(b"firstsecond", tmp_path.name)
