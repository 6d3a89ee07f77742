"""Recognition of the format of a file by its name, and of the encoding of text by its bytes."""

import pytest

from tests.workbooks import SOUND
from timeline.exchange.readers.sources import Upload, readable
from timeline.exchange.reading import recognize

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("name", "content", "format", "encoding"),
    [
        ("policies.YML", "- slug: 甲".encode(), "yaml", "UTF-8"),
        ("policies.tsv", "slug\t题名\n".encode("gbk"), "csv", "GBK"),
        ("policies.json", b"\xef\xbb\xbf[]", "json", "UTF-8 (BOM)"),
        ("policies.txt", "slug\t题名\n".encode("utf-16"), "csv", "UTF-16 LE (BOM)"),
        ("policies.xlsx", SOUND, "xlsx", None),
        ("policies.XLSM", SOUND, "xlsx", None),
        ("policies.ods", SOUND, "ods", None),
    ],
)
def test_a_file_is_of_the_format_of_its_name_in_the_encoding_of_its_bytes(name, content, format, encoding):
    found, its = recognize(readable(Upload(name, content)))
    assert (found.name, its.label if its else None) == (format, encoding)


def test_the_encoding_that_was_chosen_is_taken():
    upload = Upload("policies.csv", "slug,题名\n".encode("big5", "replace"))
    _format, encoding = recognize(readable(upload), "big5")
    assert encoding.label == "Big5"
