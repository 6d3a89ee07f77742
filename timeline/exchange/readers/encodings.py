"""Bytes to text: which encoding a file is in, found strictly. Nothing is replaced, and a doubt is a refusal.

UTF-8 proves itself: text in another encoding is hardly ever valid UTF-8. GB18030 (which holds GBK) proves nothing:
most bytes are some text in it. So what is taken for GB18030 must look like Chinese, and not like damaged UTF-8 or Big5.
"""

import codecs
import io
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TextIO

from django.utils.translation import gettext as _

from timeline.exchange.readers.reading import Place, Problem, Unreadable
from timeline.exchange.readers.sources import Source

CHUNK = 256 * 1024
# So many characters outside ASCII are enough to tell what a text looks like.
SAMPLE = 20_000

_MARKS = ((codecs.BOM_UTF8, "UTF-8", "utf-8"), (codecs.BOM_UTF16_LE, "UTF-16 LE", "utf-16-le"),
          (codecs.BOM_UTF16_BE, "UTF-16 BE", "utf-16-be"))  # fmt: skip

# What a caller may choose, and the codecs of that name, each a superset of the one before it.
CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "utf-8": ("UTF-8", ("utf-8",)),
    "utf-16-le": ("UTF-16 LE", ("utf-16-le",)),
    "utf-16-be": ("UTF-16 BE", ("utf-16-be",)),
    "gbk": ("GBK", ("gbk", "gb18030")),
    "gb18030": ("GB18030", ("gb18030",)),
    "big5": ("Big5", ("cp950", "big5hkscs")),
}


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file: its name for people, Python's codec, and how many bytes of mark stand before the text."""

    label: str
    codec: str
    mark: int = 0


@dataclass(frozen=True)
class _Trial:
    """How far a file could be decoded, and a sample of its characters outside ASCII."""

    failed_at: int  # the first byte that cannot be read, from 1; 0 where all can
    sample: str

    def looks_common(self, common: frozenset[str]) -> float:
        """Which part of the sample is common in that character set; 1 where there is nothing to judge by."""
        return sum(char in common for char in self.sample) / len(self.sample) if self.sample else 1.0


def detect(source: Source, choice: str | None = None) -> Encoding:
    """The encoding of the file. A byte order mark goes before the caller's choice. Raises Unreadable."""
    with source.open() as file:
        head = file.read(CHUNK)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and len(head) % 4 == 0:
        raise _refused(source, _("The file is UTF-32; save it as UTF-8."))
    for mark, label, codec in _MARKS:
        if head.startswith(mark):
            found = Encoding(f"{label} (BOM)", codec, len(mark))
            _prove(source, [(label, found)])
            return found
    if choice:
        if (key := choice.lower().replace("_", "-")) not in CHOICES:
            raise _refused(
                source,
                _("There is no encoding “%(name)s” to choose. There are: %(names)s.")
                % {"name": choice, "names": ", ".join(CHOICES)},
            )
        label, names = CHOICES[key]
        return _prove(source, [(label, Encoding(label, codec)) for codec in names])
    return _utf16(source, head) or _unmarked(source)


def open_text(source: Source, encoding: Encoding, newline: str | None = "") -> TextIO:
    """The text of the file, decoded as it is read."""
    file = source.open()
    file.read(encoding.mark)
    return io.TextIOWrapper(file, encoding=encoding.codec, errors="strict", newline=newline)


def _unmarked(source: Source) -> Encoding:
    utf8 = _try(source, "utf-8")
    if not utf8.failed_at:
        return Encoding("GBK", "gb18030") if _is_gbk_after_all(source, utf8) else Encoding("UTF-8", "utf-8")
    gb18030 = _try(source, "gb18030")
    han = sum(char >= "\u3000" for char in utf8.sample)
    if han and han * 2 > len(utf8.sample) and utf8.looks_common(_common_gb()) >= 0.5:
        raise _refused(
            source,
            _("The file is UTF-8, but damaged: byte %(position)s cannot be read.")
            % {"position": utf8.failed_at},
        )
    if gb18030.failed_at:
        raise _refused(
            source,
            _(
                "The encoding cannot be told. Tried: UTF-8 (byte %(first)s cannot be read), GB18030 (byte %(second)s cannot be read)."
            )
            % {"first": utf8.failed_at, "second": gb18030.failed_at},
        )
    likeness = gb18030.looks_common(_common_gb())
    if likeness < 0.6:
        big5 = _try(source, "cp950")
        if not big5.failed_at and big5.looks_common(_common_big5()) > max(0.8, likeness):
            raise _refused(source, _("The file seems to be Big5. Choose that encoding, if it is so."))
    if likeness < 0.1:
        raise _refused(
            source,
            _(
                "The file is not UTF-8 (byte %(position)s cannot be read), and read as GB18030 it is no Chinese. Choose its encoding, or save it as UTF-8."
            )
            % {"position": utf8.failed_at},
        )
    return Encoding("GB18030" if _try(source, "gbk").failed_at else "GBK", "gb18030")


def _is_gbk_after_all(source: Source, utf8: _Trial) -> bool:
    """Whether valid UTF-8 is GBK by accident: 学 is the bytes of ѧ.

    Only where, as UTF-8, nothing in it is common beside Chinese, and as GBK nearly everything is. Cyrillic and Greek
    as GBK are full of rare characters.
    """
    if utf8.looks_common(_common_gb()) >= 0.1:
        return False
    gb18030 = _try(source, "gb18030")
    return not gb18030.failed_at and gb18030.looks_common(_common_gb()) > 0.9


def _utf16(source: Source, head: bytes) -> Encoding | None:
    """UTF-16 without a mark, where that is unmistakable: NULs, and one byte order that makes text of them."""
    if b"\0" not in head:
        return None
    whole = head[: len(head) // 2 * 2]
    found = []
    for label, codec in (("UTF-16 LE", "utf-16-le"), ("UTF-16 BE", "utf-16-be")):
        text = whole.decode(codec, "replace")
        kinds = Counter(unicodedata.category(char) for char in text if char not in "\t\r\n")
        if not {"Cc", "Cn", "Cs", "Co"} & set(kinds) and "\ufffd" not in text[:-1]:
            found.append((sum(char.isascii() for char in text), label, codec))
    found.sort(reverse=True)
    if not found or (len(found) == 2 and found[0][0] <= 4 * found[1][0]):
        return None
    _ascii, label, codec = found[0]
    return _prove(source, [(label, Encoding(label, codec))])


def _prove(source: Source, candidates: list[tuple[str, Encoding]]) -> Encoding:
    """The first of them by which all of the file can be read."""
    for _label, encoding in candidates:
        trial = _try(source, encoding.codec, encoding.mark)
        if not trial.failed_at:
            return encoding
    raise _refused(
        source,
        _("The file is not %(encoding)s: byte %(position)s cannot be read.")
        % {"encoding": candidates[-1][0], "position": trial.failed_at},
    )


def _try(source: Source, codec: str, mark: int = 0) -> _Trial:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    sample: list[str] = []
    missing = SAMPLE
    read = mark
    with source.open() as file:
        file.read(mark)
        while True:
            chunk = file.read(CHUNK)
            waiting = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                failed_at = read - waiting + error.start + 1
                # What stands before it tells damaged UTF-8 from what never was UTF-8.
                before = error.object[: error.start].decode(codec, "ignore")
                return _Trial(failed_at, "".join(sample) + _beyond_ascii(before)[:missing])
            if not chunk:
                return _Trial(0, "".join(sample))
            read += len(chunk)
            if missing and not text.isascii():
                sample.append(_beyond_ascii(text)[:missing])
                missing -= len(sample[-1])


def _beyond_ascii(text: str) -> str:
    return "" if text.isascii() else "".join(char for char in text if char > "\x7f")


def _refused(source: Source, message: str) -> Unreadable:
    return Unreadable(Problem(Place(source.name), message))


@cache
def _common_gb() -> frozenset[str]:
    """The frequent Chinese characters (GB 2312, first level), punctuation, and the signs and letters of Latin-1."""
    return _two_bytes("gb2312", [0xA1, 0xA2, 0xA3, *range(0xB0, 0xD8)]) | {*map(chr, range(0xA0, 0x100))}


@cache
def _common_big5() -> frozenset[str]:
    return _two_bytes("big5", [*range(0xA1, 0xC7)])


def _two_bytes(codec: str, leads: list[int]) -> frozenset[str]:
    found = (bytes((lead, trail)).decode(codec, "ignore") for lead in leads for trail in range(0x40, 0xFF))
    return frozenset(char for char in found if len(char) == 1)
