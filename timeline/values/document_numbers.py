"""Document numbers (发文字号, 令号): the issuing office, year and serial number. This module imports no Django."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import NamedTuple

from timeline.values.errors import InvalidValueError, gettext_noop
from timeline.values.missing_values import MISSING
from timeline.values.numerals import chinese_numeral
from timeline.values.text import YEAR_BRACKETS, clean_line, remove_invisible


class DocumentNumberError(InvalidValueError):
    """The text is not a document number."""


MAX_LENGTH = 60
# Of a text with blanks and invisible characters.
MAX_INPUT_LENGTH = 300
# More than anybody gives one entry.
MAX_DOCUMENTS = 20

_LETTER = r"[^\W\d_]"
# What an order or announcement is called, after which its number follows: 国务院令第711号.
_KINDS = "令|公告|通告|通令"
_of_office = re.compile(
    rf"(?P<code>{_LETTER}{{1,30}})\[(?P<year>[1-9][0-9]{{3}})\]第?0*(?P<number>[1-9][0-9]{{0,5}})"
    r"(?:号?[-—–―−~至]+0*(?P<last>[1-9][0-9]{0,5}))?号"
).fullmatch
_DIGITS = "〇一二三四五六七八九"
# As many figures as _SERIAL takes.
_MAX_SERIAL = 99_999
_SERIAL = r"第?0*(?P<number>[1-9][0-9]{0,4}|[零〇○一二三四五六七八九十百]{1,7})号"
# The term of a people's congress, in which its announcements are counted: 公告〔十五届〕第12号.
_TERM = r"\[第?[一二三四五六七八九十0-9]{1,3}届\]"
_of_order = re.compile(
    rf"(?P<code>{_LETTER}{{1,28}}(?:{_KINDS})(?:{_TERM})?)(?:(?P<year>[1-9][0-9]{{3}})年)?\[?{_SERIAL}\]?"
).fullmatch
# 国务院第711号令 is the same number.
_of_order_before = re.compile(
    rf"(?!第)(?P<code>{_LETTER}{{1,28}}?)(?:(?P<year>[1-9][0-9]{{3}})年)?{_SERIAL}(?P<kind>{_KINDS})"
).fullmatch
_year_in_chinese = re.compile(r"\[([零〇○一二三四五六七八九]{4})年?\]")
_number_in_chinese = re.compile(r"(?<=[0-9]\])第?([零〇○一二三四五六七八九十百]{1,7})(?=号$)")
# The orders of the President count in Chinese numerals.
_IN_CHINESE_NUMERALS = "主席令"

# After NFKC, which makes half width of （）, ［］ and ｛｝.
_OTHER_BRACKETS = "(){}「」『』〈〉《》"
_BRACKETS = str.maketrans(YEAR_BRACKETS + _OTHER_BRACKETS, "[]" * (len(YEAR_BRACKETS + _OTHER_BRACKETS) // 2))


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """国发〔2015〕50号: code 国发, year 2015, number 50; 国务院令第711号: code 国务院令, number 711.

    GB/T 9704-2012, 7.2.5 and 10.2: Arabic numerals; the full year in hexagonal brackets 〔〕; the serial number without
    第 and without leading zeros, followed by 号. Orders and announcements have 第, and no year or one without brackets
    (`is_order`). `last` is the last number of several documents in a row: 国办发〔2013〕7—8号.

    A number of another system is only its text, in `code`: it has no `number`.
    """

    code: str
    year: int | None = None
    number: int | None = None
    last: int | None = None
    is_order: bool = False

    @classmethod
    def parse(cls, value: object) -> "DocumentNumber":
        """Parse a document number with any kind of brackets; keep that of another system as it is.

        Whether such a one is accepted is decided by the caller (`check_standard`). Raises DocumentNumberError for a text that
        has no number or is too long.
        """
        if isinstance(value, DocumentNumber):
            return value
        text = value if isinstance(value, str) else ""
        if len(text) > MAX_INPUT_LENGTH:
            # The patterns take time with the square of the length.
            raise _unreadable(text)
        text = clean_line(text)
        if number := _read(_plain(text)):
            return number
        if not any(map(str.isnumeric, text)) or len(text) > MAX_LENGTH:
            raise _mistake_in(text)
        return cls(text)

    load = parse

    @property
    def is_standard(self) -> bool:
        """Whether the number follows GB/T 9704."""
        return self.number is not None

    def check_standard(self) -> None:
        """Raise DocumentNumberError, which tells what would be right, if the number does not follow GB/T 9704."""
        if not self.is_standard:
            raise _mistake_in(self.code)

    @property
    def documents(self) -> "list[DocumentNumber]":
        """The number of each document: of 7—8号, 7号 and 8号. Of a longer row than `MAX_DOCUMENTS`, the first."""
        if self.number is None or self.last is None:
            return [self]
        numbers = range(self.number, min(self.last + 1, self.number + MAX_DOCUMENTS))
        return [replace(self, number=number, last=None) for number in numbers]

    @property
    def spellings(self) -> list[str]:
        """The texts by which people search for the number: of several documents also each, 主席令第十二号 also in figures."""
        text = str(self)
        found = [text, *map(str, self.documents), text.replace("—", "-")]
        if self.is_order:
            found.append(self._text_of_order(str(self.number)))
        return [*dict.fromkeys(found)]

    def overlaps(self, other: "DocumentNumber") -> bool:
        """Whether both numbers have a document in common: 7号 and 7—8号."""
        if self.number is None or other.number is None:
            return self == other
        return (
            (self.code, self.year, self.is_order) == (other.code, other.year, other.is_order)
            and self.number <= (other.last or other.number)
            and other.number <= (self.last or self.number)
        )

    def __str__(self) -> str:
        if self.number is None:
            return self.code
        if self.is_order:
            in_chinese = self.code.endswith(_IN_CHINESE_NUMERALS)
            return self._text_of_order(_chinese(self.number) if in_chinese else str(self.number))
        last = f"—{self.last}" if self.last else ""
        return f"{self.code}〔{self.year}〕{self.number}{last}号"

    def _text_of_order(self, number: str) -> str:
        year = f"{self.year}年" if self.year else ""
        return f"{self.code}{year}第{number}号"


def _plain(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", remove_invisible(text)).translate(_BRACKETS).split())
    return unicodedata.normalize("NFKC", plain)


def _in_figures(plain: str) -> str:
    """The text with the year in brackets, and the number after it, in Arabic numerals."""
    plain = _year_in_chinese.sub(lambda match: f"[{_number(match[1])}]", plain)
    return _number_in_chinese.sub(lambda match: str(_number(match[1])), plain)


def _read(plain: str) -> DocumentNumber | None:
    plain = _in_figures(plain)
    if match := _of_office(plain):
        code, number, last = match["code"], int(match["number"]), match["last"]
        if last and int(last) <= number:
            return None
        return DocumentNumber(code, int(match["year"]), number, int(last) if last else None)
    if match := _of_order(plain):
        code = match["code"]
    elif match := _of_order_before(plain):
        code = match["code"] + match["kind"]
    else:
        return None
    code = code.replace("[", "〔").replace("]", "〕")
    year, number = match["year"], _number(match["number"])
    return DocumentNumber(code, int(year) if year else None, number, is_order=True) if number else None


def _number(text: str) -> int:
    """Return the number of Arabic or Chinese numerals, 一百一十八 and 一一八 alike; 0 if it is none."""
    if text.isdecimal():
        return int(text)
    text = text.translate(str.maketrans("零○", "〇〇"))
    if not {*text} & {*"十百"}:
        value = int("".join(str(_DIGITS.index(numeral)) for numeral in text))
        return value if value <= _MAX_SERIAL else 0
    hundreds, hundred, rest = text.rpartition("百")
    tens, ten, ones = rest.removeprefix("〇").rpartition("十")
    parts = (hundreds, tens, ones)
    if any(len(part) > 1 or part in ("十", "百") for part in parts) or (hundred and not hundreds):
        return 0
    value = 100 * _DIGITS.index(hundreds) if hundred else 0
    value += (10 * _DIGITS.index(tens) if tens else 10) if ten else 0
    return value + (_DIGITS.index(ones) if ones else 0)


_between = re.compile("[、,;/]+|(?<=号)(?:和|及|与)?(?=[^、,;/])")
_only_serial = re.compile("第?[0-9]{1,6}号?").fullmatch


def numbers_in(text: str) -> list[DocumentNumber]:
    """The document numbers that stand beside each other in a text; those of one office in a row also as one. None if it has another part.

    国办发〔2013〕7号、9号 has two of one office and year.
    """
    plain = _in_figures(_plain(text[:MAX_INPUT_LENGTH]))
    found, of_office = list[DocumentNumber](), ""
    for part in filter(None, _between.split(plain)):
        whole = f"{of_office}{part.removesuffix('号')}号" if of_office and _only_serial(part) else part
        # 7、8号: the sign stands behind the last one.
        if (number := _read(whole) or _read(whole + "号")) is None:
            return []
        found.append(number)
        of_office = whole[: whole.rfind("]") + 1]
    if len(found) > 1 and replace(found[0], last=found[-1].number).documents == found:
        found.insert(0, replace(found[0], last=found[-1].number))
    return [*dict.fromkeys(found)] if len(found) > 1 else []


def _chinese(number: int) -> str:
    """The numeral, digit by digit from a hundred on, as the Gazette of the State Council writes it."""
    return chinese_numeral(number) if number < 100 else "".join(_DIGITS[int(digit)] for digit in str(number))


class _Mistake(NamedTuple):
    """How a mistake is found in a text with one kind of brackets and without blanks, and its sentence.

    The sentence has the parameters `value`, the text, and `example`, several numbers in a row as they are written.
    """

    find: re.Pattern[str]
    sentence: str


# Several numbers of one office and year: 国办发[2013]7、8号.
_SEVERAL = rf"{_LETTER}+\[[0-9]{{4}}\]第?[0-9]{{1,6}}号?(?:[、,;；和及与]第?[0-9]{{1,6}}号?)+"
_several = re.compile(_SEVERAL).fullmatch


def _in_a_row(plain: str) -> str:
    """The numbers of 国办发[2013]7、8号 as those of documents in a row; an example if they are none."""
    office, _bracket, serials = plain.partition("]")
    numbers = [int(number) for number in re.findall("[0-9]+", serials)]
    if not _several(plain) or numbers != [*range(numbers[0], numbers[0] + len(numbers))]:
        return "国办发〔2013〕7—8号"
    return f"{office.replace('[', '〔')}〕{numbers[0]}—{numbers[-1]}号"


_MISTAKES = (
    _Mistake(
        re.compile(rf"[-—–―−~/\\.…?*xX]+|{MISSING}", re.IGNORECASE),
        gettext_noop(
            "“%(value)s” stands for no document number. Leave it empty where the document has none."
        ),
    ),
    _Mistake(
        re.compile(
            rf".*号.*[、,;；和及与].*号|{_SEVERAL}|.*{_LETTER}\[[0-9]{{4}}\].*{_LETTER}\[[0-9]{{4}}\].*"
        ),
        gettext_noop(
            "“%(value)s” has several document numbers. Write one; numbers of one office in a row are written %(example)s."
        ),
    ),
    _Mistake(
        re.compile(r"\[[0-9]{4}\].*"),
        gettext_noop(
            "“%(value)s” does not tell the office. Write its code before the year: 国发〔2015〕50号."
        ),
    ),
    _Mistake(
        re.compile(
            r"第?[0-9零〇一二三四五六七八九十百]+号(?:令|公告|通告|通令)?|(?:令|公告|通告|通令)(?:[0-9]{4}年)?第?[0-9零〇一二三四五六七八九十百]+号"
        ),
        gettext_noop(
            "“%(value)s” does not tell the office. Write the code and year, 国发〔2015〕50号, or the name of the office, 国务院令第711号."
        ),
    ),
    _Mistake(
        re.compile(r".*\[[0-9]{4}\]第?([0-9]+)号?[-—–―−~至]+([0-9]+)号"),
        gettext_noop(
            "The numbers of “%(value)s” run from the greater to the smaller. Write the smaller one first: 国办发〔2013〕7—8号."
        ),
    ),
    _Mistake(
        re.compile(r".+\[(?:[0-9]{2}|[0-9]{1,3}年?|0[0-9]{3})\].*"),
        gettext_noop("“%(value)s” shortens the year. Write it in four figures: 国发〔2015〕50号."),
    ),
    _Mistake(
        re.compile(
            r".+\[[零〇○一二三四五六七八九]{4}年?\].*|.+\[[0-9]{4}\]第?[零〇○一二三四五六七八九十百]+号"
        ),
        gettext_noop("“%(value)s” has Chinese numerals. Write year and number in figures: 国发〔2015〕50号."),
    ),
    _Mistake(
        re.compile(r".+\[[1-9][0-9]{3}\]第?[0-9]+"),
        gettext_noop("“%(value)s” ends without 号. Write it after the number: 国发〔2015〕50号."),
    ),
    _Mistake(
        re.compile(r".+\[[1-9][0-9]{3}\](?:第?0*号)?"),
        gettext_noop("“%(value)s” has no serial number. Write it after the year: 国发〔2015〕50号."),
    ),
    _Mistake(
        re.compile(rf"{_LETTER}+第?[0-9]{{1,3}}号"),
        gettext_noop("“%(value)s” has no year. Write it in 〔〕 after the code: 国发〔2015〕50号."),
    ),
    _Mistake(
        re.compile(rf"{_LETTER}+[-—–―/.]?[12][0-9]{{3}}年?[-—–―/.]?第?[0-9]+号"),
        gettext_noop("The year of “%(value)s” has no brackets. Write it in 〔〕: 国发〔2015〕50号."),
    ),
    _Mistake(
        re.compile(rf".*(?:{_KINDS}).*"),
        gettext_noop(
            "“%(value)s” is not the number of an order or announcement. Write the name of the office and what it is before the "
            "number: 国务院令第711号, 全国人民代表大会常务委员会公告〔十三届〕第12号."
        ),
    ),
)


def _mistake_in(text: str) -> DocumentNumberError:
    plain = _plain(text)
    sentence = next((mistake.sentence for mistake in _MISTAKES if mistake.find.fullmatch(plain)), None)
    if not sentence:
        return _unreadable(text)
    return DocumentNumberError(sentence, value=text[:MAX_LENGTH], example=_in_a_row(plain))


def _unreadable(text: str) -> DocumentNumberError:
    return DocumentNumberError(
        gettext_noop(
            "“%(value)s” is not a document number. Write code, year and number, 国发〔2015〕50号, or that of an order, "
            "国务院令第711号. Numbers of other systems are accepted where the settings of the chronicle say so."
        ),
        value=text[:MAX_LENGTH],
    )
