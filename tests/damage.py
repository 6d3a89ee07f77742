"""Damaged files of every format: truncated, corrupted, misnamed, re-encoded or oversized."""

import io
import zipfile
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

from tests.factories import CONTENT
from tests.files import csv_file, json_file, xlsx_file, zipped
from tests.opendocument import ods_file, row
from timeline.exchange.formats.registry import READABLE_SUFFIXES

LINES = [
    ["网址标识", "标题", "日期", "文种", "发文单位", "摘要"],
    ["a-plan", "宁波市人民政府关于推进大数据发展的实施意见", "2016-09", "plan", "x；y", "一，\n“二”"],
    ["another-plan", "'=1+1", 2013, "plan", "", "é ¶5 · 𠮷"],
]
SHORT = CONTENT / "areas.yaml"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "latin-1", "utf-32")
SUFFIXES = (*sorted(READABLE_SUFFIXES), ".xls", "")


@cache
def sound_files() -> dict[str, bytes]:
    """Return a valid file of every format, by name."""
    fixture = [
        {"model": "timeline.entry", "fields": {"slug": "a", "title": "甲", "status": "published"}},
        {
            "model": "timeline.policy",
            "fields": {"entry_ptr": ["a"], "document_type": "plan", "issuers": [["x"]]},
        },
        {"model": "timeline.citation", "pk": 3, "fields": {"entry": ["a"], "source": ["s"], "number": 1}},
    ]
    nested = [
        {"slug": "a", "title": "甲", "citations": [{"source": "s", "locator": "¶5"}], "topics": ["x", "y"]}
    ]
    workbook = xlsx_file(政策=LINES, citations=[["entry", "source"], ["a", "b"]], 说明=[["-"]])
    files = {
        "policies.csv": csv_file(LINES),
        "政策.csv": csv_file(LINES, ";", "gb18030"),
        "policies.tsv": csv_file(LINES, "\t", "utf-16"),
        "areas.yaml": SHORT.read_bytes(),
        "policies.json": json_file(nested),
        "dump.json": json_file(fixture),
        "content.xlsx": workbook,
        "content.ods": ods_file({"政策": [row(*map(str, line)) for line in LINES], "说明": [row("-")]}),
    }
    return {**files, "content.zip": zipped(files)}


@dataclass(frozen=True)
class Damaged:
    """The name and the content of a damaged file."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        # Truncated, since files can be large. The seed reproduces the content.
        return f"Damaged({self.name!r}, {len(self.content)} bytes: {self.content[:2000]!r}…)"


@st.composite
def damaged_files(draw: st.DrawFn) -> Damaged:
    """Generate a file with one to three kinds of damage."""
    name, content = draw(st.sampled_from(sorted(sound_files().items())))
    if draw(st.booleans()) and zipfile.is_zipfile(io.BytesIO(content)):
        content = _within(draw, content)
    else:
        content = _damaged(draw, content)
    if draw(st.integers(0, 5)) == 0:
        name = name.partition(".")[0] + draw(st.sampled_from(SUFFIXES))
    return Damaged(name, content)


def _within(draw: st.DrawFn, content: bytes) -> bytes:
    """Damage one file within a valid archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = draw(st.sampled_from(sorted(members)))
    return zipped({**members, name: _damaged(draw, members[name])})


def _damaged(draw: st.DrawFn, content: bytes) -> bytes:
    for _time in range(draw(st.integers(1, 3))):
        content = draw(st.sampled_from(DAMAGES))(draw, content)
    return content


def _place(draw: st.DrawFn, content: bytes) -> int:
    return draw(st.integers(0, len(content)))


def _cut(draw: st.DrawFn, content: bytes) -> bytes:
    return content[: _place(draw, content)]


def _flipped(draw: st.DrawFn, content: bytes) -> bytes:
    changed = bytearray(content)
    for _time in range(draw(st.integers(1, 5))):
        if changed:
            changed[draw(st.integers(0, len(changed) - 1))] ^= 1 << draw(st.integers(0, 7))
    return bytes(changed)


def _without_a_part(draw: st.DrawFn, content: bytes) -> bytes:
    first, last = sorted((_place(draw, content), _place(draw, content)))
    return content[:first] + content[last:]


def _doubled(draw: st.DrawFn, content: bytes) -> bytes:
    first, last = sorted((_place(draw, content), _place(draw, content)))
    return content[:last] + content[first:]


def _with_more(draw: st.DrawFn, content: bytes) -> bytes:
    signs = st.sampled_from(
        [b'"', b"\n", b"\0", b",", b"{", b"[", b"]", b"<a>", b"&a;", b"*a", b"\\", b"=", b"\xff"]
    )
    at = _place(draw, content)
    return (
        content[:at]
        + draw(st.binary(max_size=20) | signs) * draw(st.sampled_from([1, 2, 300]))
        + content[at:]
    )


def _recoded(draw: st.DrawFn, content: bytes) -> bytes:
    return content.decode("utf-8", "replace").encode(draw(st.sampled_from(ENCODINGS)), "replace")


def _swollen(draw: st.DrawFn, content: bytes) -> bytes:
    at = _place(draw, content)
    return content[:at] + draw(st.sampled_from([b"x", b"9", "甲".encode(), b" "])) * 1_200_000 + content[at:]


DAMAGES = (_cut, _flipped, _flipped, _without_a_part, _doubled, _with_more, _with_more, _recoded, _swollen)
