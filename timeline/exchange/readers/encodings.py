"""Detects the encoding of text files strictly: nothing is replaced, and ambiguous files are refused.

UTF-8 validates itself: text in another encoding is hardly ever valid UTF-8. GB18030 (a superset of GBK) does
not: it decodes most bytes to some text. So a file detected as GB18030 must look like Chinese and not like
damaged UTF-8, and the text must be clearly more probable than the same bytes decoded as Big5.
"""

import codecs
import io
import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import TextIO

from django.utils.translation import gettext as _

from timeline.exchange.readers.sources import ReadableFile
from timeline.exchange.readers.types import UnreadableFileError, printable
from timeline.values.chinese import fold

CHUNK_SIZE = 256 * 1024
# The number of characters outside ASCII that suffice to judge a text.
SAMPLE = 20_000

_MARKS = ((codecs.BOM_UTF8, "UTF-8", "utf-8"), (codecs.BOM_UTF16_LE, "UTF-16 LE", "utf-16-le"),
          (codecs.BOM_UTF16_BE, "UTF-16 BE", "utf-16-be"))  # fmt: skip

_private = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]").search

# The least difference of two log-likelihoods: fifty times as likely.
MIN_LOG_ODDS = math.log(50)

# The characters that make up most of any Chinese text.
FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学"
    "法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前"
    "外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系"
    "军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见"
    "计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争"
    "济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离"
    "华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连"
    "断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院"
    "查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严，。、；：“”《》（）"
)

# The choices of encoding, each with its codecs, every codec a superset of the one before it.
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
    """The encoding of a file: its label, Python's codec, and the length of the byte order mark in bytes."""

    label: str
    codec: str
    mark: int = 0


@dataclass(frozen=True)
class _Trial:
    """The result of decoding a file: the first error, and a sample of the characters outside ASCII."""

    failed_at: int  # the first undecodable byte, from 1; 0 if there is none
    sample: str
    # Whether the text has private-use characters. Chinese has none, but unassigned codes of GBK decode to
    # them.
    is_private: bool = False

    def common_share(self, common: frozenset[str]) -> float:
        """The share of the sample that is in this set of common characters; 1 for an empty sample."""
        return sum(char in common for char in self.sample) / len(self.sample) if self.sample else 1.0

    @property
    def is_strange(self) -> bool:
        """Whether the text is long and has hardly any of the frequent Chinese characters."""
        frequent = sum(fold(char) in FREQUENT for char in self.sample)
        return len(self.sample) >= 40 and frequent < len(self.sample) * 0.2


def detect(source: ReadableFile, choice: str | None = None) -> Encoding:
    """Detect the encoding of the file. A byte order mark overrides the choice. Raises UnreadableFileError."""
    with source.open() as file:
        head = file.read(CHUNK_SIZE)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and len(head) % 4 == 0:
        raise UnreadableFileError(source.name, _("The file is UTF-32; save it as UTF-8."))
    for mark, label, codec in _MARKS:
        if head.startswith(mark):
            return _first_decodable(source, label, Encoding(f"{label} (BOM)", codec, len(mark)))
    if not choice:
        return _utf16(source, head) or _unmarked(source)
    if (key := choice.lower().replace("_", "-")) not in CHOICES:
        message = _("There is no encoding “%(name)s” to choose. There are: %(names)s.")
        raise UnreadableFileError(source.name, message, name=choice, names=", ".join(CHOICES))
    label, names = CHOICES[key]
    return _first_decodable(source, label, *(Encoding(label, codec) for codec in names))


def open_text(source: ReadableFile, encoding: Encoding) -> TextIO:
    """Open the file as text, decoded while it is read."""
    file = source.open()
    file.read(encoding.mark)
    return io.TextIOWrapper(file, encoding=encoding.codec, errors="strict", newline="")


def decode(source: ReadableFile, encoding: Encoding) -> str:
    """The whole text of the file."""
    with open_text(source, encoding) as file:
        return file.read()


def _unmarked(source: ReadableFile) -> Encoding:
    utf8 = _try(source, "utf-8")
    if not utf8.failed_at and not _is_gbk_after_all(source, utf8):
        return Encoding("UTF-8", "utf-8")
    gb18030 = _try(source, "gb18030")
    if not utf8.failed_at:
        _check_not_big5(source, gb18030)
        return Encoding("GBK", "gb18030")
    han = sum(char >= "\u3000" for char in utf8.sample)
    if han and han * 2 > len(utf8.sample) and utf8.common_share(_common_gb()) >= 0.5:
        message = _("The file is UTF-8, but damaged: byte %(position)s cannot be read.")
        raise UnreadableFileError(source.name, message, position=utf8.failed_at)
    if gb18030.failed_at:
        message = _(
            "The encoding cannot be told. Tried: UTF-8 (byte %(first)s cannot be read), GB18030 (byte %(second)s cannot be read)."
        )
        raise UnreadableFileError(source.name, message, first=utf8.failed_at, second=gb18030.failed_at)
    _check_not_big5(source, gb18030)
    if gb18030.is_private:
        message = _(
            "The file is not UTF-8 (byte %(position)s cannot be read), and read as GB18030 it has characters that no text has. Choose its encoding, or save it as UTF-8."
        )
        raise UnreadableFileError(source.name, message, position=utf8.failed_at)
    if gb18030.common_share(_common_gb()) < 0.1 or gb18030.is_strange:
        message = _(
            "The file is not UTF-8 (byte %(position)s cannot be read), and read as GB18030 it is no Chinese. Choose its encoding, or save it as UTF-8."
        )
        raise UnreadableFileError(source.name, message, position=utf8.failed_at)
    return Encoding("GB18030" if _try(source, "gbk").failed_at else "GBK", "gb18030")


def _check_not_big5(source: ReadableFile, gb18030: _Trial) -> None:
    """Raise UnreadableFileError if the file may be Big5 as well as GB18030."""
    big5 = _try(source, "cp950")
    if big5.failed_at or big5.is_private:
        return
    odds = _log_odds_against_big5(gb18030.sample, big5.sample)
    if odds < -MIN_LOG_ODDS:
        message = _("The file seems to be Big5. Choose that encoding, if it is so.")
        raise UnreadableFileError(source.name, message)
    if odds < MIN_LOG_ODDS:
        message = _(
            "The file may be GB18030 (“%(first)s”) or Big5 (“%(second)s”): it is too short to tell. Choose its encoding, or save it as UTF-8."
        )
        first, second = printable(gb18030.sample, 12), printable(big5.sample, 12)
        raise UnreadableFileError(source.name, message, first=first, second=second)


def _is_gbk_after_all(source: ReadableFile, utf8: _Trial) -> bool:
    """Whether valid UTF-8 is GBK by coincidence: the bytes of 学 in GBK are ѧ in UTF-8.

    Only if hardly any character is common in Chinese text as UTF-8, and nearly every one is as GBK. Cyrillic
    and Greek text decoded as GBK is full of rare characters.
    """
    if utf8.common_share(_common_gb()) >= 0.1:
        return False
    gb18030 = _try(source, "gb18030")
    return not gb18030.failed_at and gb18030.common_share(_common_gb()) > 0.9


def _utf16(source: ReadableFile, head: bytes) -> Encoding | None:
    """UTF-16 without a byte order mark, if unmistakable: NUL bytes, and only one byte order that gives text."""
    if b"\0" not in head:
        return None
    aligned = head[: len(head) // 2 * 2]
    found = []
    for label, codec in (("UTF-16 LE", "utf-16-le"), ("UTF-16 BE", "utf-16-be")):
        text = aligned.decode(codec, "replace")
        kinds = Counter(unicodedata.category(char) for char in text if char not in "\t\r\n")
        if not {"Cc", "Cn", "Cs", "Co"} & set(kinds) and "\ufffd" not in text[:-1]:
            found.append((sum(char.isascii() for char in text), label, codec))
    found.sort(reverse=True)
    if not found or (len(found) == 2 and found[0][0] <= 4 * found[1][0]):
        return None
    _ascii, label, codec = found[0]
    return _first_decodable(source, label, Encoding(label, codec))


def _first_decodable(source: ReadableFile, label: str, *encodings: Encoding) -> Encoding:
    """The first of these encodings, all of that label, that decodes the whole file."""
    failed_at = 0
    for encoding in encodings:
        failed_at = _try(source, encoding.codec, encoding.mark).failed_at
        if not failed_at:
            return encoding
    message = _("The file is not %(encoding)s: byte %(position)s cannot be read.")
    raise UnreadableFileError(source.name, message, encoding=label, position=failed_at)


def _try(source: ReadableFile, codec: str, mark: int = 0) -> _Trial:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    sample, is_private, read = "", False, mark
    with source.open() as file:
        file.read(mark)
        while True:
            chunk = file.read(CHUNK_SIZE)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # The text before the error distinguishes damaged UTF-8 from another encoding.
                before = error.object[: error.start].decode(codec, "ignore")
                return _Trial(read - pending + error.start + 1, (sample + _beyond_ascii(before))[:SAMPLE])
            if not chunk:
                return _Trial(0, sample, is_private)
            read += len(chunk)
            is_private = is_private or _private(text) is not None
            if len(sample) < SAMPLE:
                sample = (sample + _beyond_ascii(text))[:SAMPLE]


def _beyond_ascii(text: str) -> str:
    return "" if text.isascii() else "".join(char for char in text if char > "\x7f")


# The share of Chinese text that each class of characters makes up: frequent ones, common ones, rare ones, others.
_SHARES = (0.7, 0.27, 0.028, 0.002)


def _log_likelihood(text: str, frequent: Collection[str], *classes: frozenset[str], others: int) -> float:
    """The log-likelihood of the text, by its frequent characters, further classes, and the number of all others."""
    sizes = [len(FREQUENT), *map(len, classes), others]
    total = 0.0
    for char, count in Counter(text).items():
        found = (number for number, chars in enumerate((frequent, *classes)) if char in chars)
        number = next(found, len(classes) + 1)
        total += count * math.log(_SHARES[number] / sizes[number])
    return total


def _log_odds_against_big5(gb18030: str, big5: str) -> float:
    """How much more likely the first text is in GB18030 than the second in Big5."""
    rare = _two_bytes("gb2312", 0xD8, 0xF8)
    # FREQUENT has simplified characters only; fold() maps traditional ones to them.
    frequent = {char for char in {*big5} if fold(char) in FREQUENT}
    return _log_likelihood(gb18030, FREQUENT, _common_gb(), rare, others=14_000) - _log_likelihood(
        big5, frequent, _two_bytes("big5", 0xA1, 0xC7), others=8_000
    )


@cache
def _common_gb() -> frozenset[str]:
    """The frequent Chinese characters (GB 2312, level 1), punctuation, and the characters of Latin-1."""
    latin = map(chr, range(0xA0, 0x100))
    return _two_bytes("gb2312", 0xA1, 0xA4).union(_two_bytes("gb2312", 0xB0, 0xD8), latin)


@cache
def _two_bytes(codec: str, first: int, end: int) -> frozenset[str]:
    """The characters of two bytes, of which the first is in this range."""
    pairs = itertools.product(range(first, end), range(0x40, 0xFF))
    return frozenset(char for pair in pairs if len(char := bytes(pair).decode(codec, "ignore")) == 1)
