"""What tells, besides its slug, which record a row is: a document number, an address, a title with its date."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from timeline.editing.duplicate_titles import folded_title, may_be_one_date, may_be_same, normalize_title
from timeline.rows.columns import Column, PlainValue
from timeline.rows.tables import Table
from timeline.values.document_numbers import DocumentNumber, DocumentNumberError


@dataclass(frozen=True)
class Identity:
    """Columns that identify a record together, the first of which is filled in.

    With `compares_dates`, those of one record have dates that agree as well. With `is_near`, the title is folded further
    (`folded_title()`), so that it only may be the same record, which is asked. With `is_shortened`, so may be one whose title
    or programme leaves something out that the other one has, or one of the date whose title is alike (`may_be_shortened()`).
    """

    columns: tuple[str, ...]
    compares_dates: bool = False
    is_near: bool = False
    is_shortened: bool = False


# Titles of one document, as two offices write them, have so much in common.
_SIMILAR = 0.5
# Titles of one event, if it is of one day and if the dates say less.
_ALIKE_OF_DAY, _ALIKE = 0.5, 0.6
_numeral = re.compile("[0-9一二三四五六七八九十]").search
# Of a date, the year and month.
_MONTH = len("2010-08")
_year = re.compile("[0-9]{4}", re.ASCII).fullmatch
_day = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII).fullmatch
_of_all_titles = re.compile(r"^(?:印发|转发|公布|发布)|的?(?:通知|决定|意见|办法|通告|公告|批复|函|报告)$")

_TITLE = Identity(("title",))
_TITLE_AND_DATE = Identity(("title",), compares_dates=True)
_NEAR_TITLE = Identity(("title",), compares_dates=True, is_near=True)
# So many characters at one end of the titles are equal.
_END = 3
_SHORTENED_TITLE = Identity(("title",), compares_dates=True, is_near=True, is_shortened=True)
_SHORTENED_TITLE_IN_YEAR = Identity(("title",), is_near=True, is_shortened=True)
_OF_DATE = Identity(("date",), compares_dates=True, is_near=True, is_shortened=True)
_OF_AREA = Identity(("designee", "batch"), compares_dates=True, is_shortened=True)
# By table, the surest first.
IDENTITIES: Mapping[str, tuple[Identity, ...]] = {
    "phases": (_TITLE,),
    "topics": (_TITLE,),
    "organizations": (_TITLE,),
    "areas": (_TITLE,),
    "sources": (Identity(("url",)), _TITLE_AND_DATE, _NEAR_TITLE),
    "policies": (Identity(("document_number",)), _TITLE_AND_DATE, _NEAR_TITLE),
    "pilot_designations": (
        Identity(("programme", "designee", "batch")),
        _TITLE_AND_DATE,
        _NEAR_TITLE,
        _OF_AREA,
        _SHORTENED_TITLE,
    ),
    "milestones": (_TITLE_AND_DATE, _NEAR_TITLE, _SHORTENED_TITLE_IN_YEAR, _OF_DATE),
    "goals": (_TITLE_AND_DATE, _NEAR_TITLE, _SHORTENED_TITLE_IN_YEAR),
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a row or a record: what identifies it besides its title, as text and as hashes, and its dates."""

    title: str
    # The programme of a pilot designation, otherwise the title.
    subject: str
    number: str
    hashes: frozenset[int]
    # By column.
    dates: tuple[tuple[str, str], ...]
    # Whether there is a column of document numbers, which is empty.
    lacks_number: bool = False

    @property
    def date(self) -> str:
        """The date by which records of one title are told apart."""
        return self.dates[0][1] if self.dates else ""

    def contradicts(self, other: "Traits") -> bool:
        """Whether both have a document number, but not the same."""
        return bool(self.number and other.number) and not (
            {*_numbers(self.number)} & {*_numbers(other.number)}
        )

    def agrees_with(self, other: "Traits") -> bool:
        """Whether both have a date, and those of each column differ only in how exact they are."""
        if not self.dates or not other.dates:
            return False
        own, others = dict(self.dates), dict(other.dates)
        if shared := own.keys() & others.keys():
            return all(may_be_one_date(own[name], others[name]) for name in shared)
        return may_be_one_date(self.date[:4], other.date[:4])

    def is_of_day(self, other: "Traits") -> bool:
        """Whether both have the same date, which is a day."""
        return bool(_day(self.date)) and self.date == other.date

    def shared_dates(self, other: "Traits") -> list[str]:
        """The columns of dates that both have."""
        return [name for name, _date in self.dates if name in dict(other.dates)]

    def differs_from(self, other: "Traits") -> bool:
        """Whether a column has different dates in both."""
        own, others = dict(self.dates), dict(other.dates)
        return any(not may_be_one_date(own[name], others[name]) for name in own.keys() & others.keys())


def traits_of(table: Table, cells: Mapping[str, PlainValue]) -> Traits:
    """What is compared of a row of this table."""
    model = table.model
    dates = (
        (name, text.partition("（")[0])
        for name in getattr(model, "DISTINGUISHING_DATES", ())
        if name in table.columns and (text := table.columns[name].normalized_key(cells.get(name)))
    )
    others = _besides_title(table)
    hashes = (value for identity, value in identifying_values(table, cells, "") if identity in others)
    title = normalize_title(str(cells.get("title") or ""))
    subject = normalize_title(str(cells.get("programme") or "")) or title
    lacks_number = "document_number" in cells and not cells["document_number"]
    return Traits(title, subject, _number(table, cells), frozenset(hashes), tuple(dates), lacks_number)


def text_of_record(table: Table, cells: Mapping[str, PlainValue]) -> str:
    """What tells the record of a row from others, as text without its dates; "" for a row that has nothing of it."""
    title = normalize_title(str(cells.get("title") or ""))
    return " ".join(filter(None, (_number(table, cells), title)))


def text_of_row(
    table: Table, traits: Traits, cells: Mapping[str, PlainValue], written: Mapping[str, str]
) -> str:
    """What tells a row from others, as the file has it: the same whatever is answered to questions about its cells."""
    dates = {**dict(traits.dates), **written}
    names = getattr(table.model, "DISTINGUISHING_DATES", ())
    date = next((dates[name] for name in names if dates.get(name)), "")
    return " ".join(filter(None, (text_of_record(table, {**cells, **written}), date)))


def _besides_title(table: Table) -> list[Identity]:
    identities = IDENTITIES.get(table.name, ())
    return [one for one in identities if one.columns != _TITLE.columns and not one.is_shortened]


def _number(table: Table, cells: Mapping[str, PlainValue]) -> str:
    names = (name for one in _besides_title(table) for name in one.columns)
    return " ".join(str(cells[name]) for name in names if cells.get(name))


def identifying_values(
    table: Table, cells: Mapping[str, PlainValue], city: str
) -> Iterator[tuple[Identity, int]]:
    """Each identity that a row has, with a hash of its values; of several documents that of each.

    `city` is that of the chronicle, which near titles have or leave out.
    """
    title = normalize_title(str(cells.get("title") or ""))
    for identity in IDENTITIES.get(table.name, ()):
        values: list[tuple[str, ...]]
        is_of_ends = identity in (_SHORTENED_TITLE, _SHORTENED_TITLE_IN_YEAR)
        if is_of_ends:
            folded = folded_title(title, city)
            values = [(folded[:_END], ""), ("", folded[-_END:])] if folded else []
        elif identity.columns == _TITLE.columns:
            values = [(folded_title(title, city) if identity.is_near else title,)]
        elif identity == _OF_DATE:
            values = [(table.columns["date"].normalized_key(cells.get("date"))[:_MONTH],)]
        elif identity.columns == ("document_number",):
            values = [(number,) for number in _numbers(str(cells.get("document_number") or ""))]
        else:
            columns = (table.columns[name] for name in identity.columns)
            values = [tuple(_comparable(column, cells.get(column.name)) for column in columns)]
        for each in values:
            if any(each) if is_of_ends else each[0]:
                yield identity, hash((table.name, identity, each))


def may_be_one(table: Table, one: Traits, other: Traits) -> bool:
    """Whether two records of one title may be the same, as far as their dates and numbers tell."""
    return not one.contradicts(other) and may_be_of_one_date(table, one, other)


def may_be_of_one_date(table: Table, one: Traits, other: Traits) -> bool:
    """Whether two records of one title may be the same, as far as their dates tell."""
    return may_be_same(table.record_model, one.date, other.date)


def is_distant(table: Table, one: Traits, other: Traits) -> bool:
    """Whether two policies of one title, of other dates in one year or in two that follow each other, may be one.

    The date of a document, of its publication and of the news of it differ. A number of another document tells them apart.
    """
    model = table.model
    years = one.date[:4], other.date[:4]
    if not getattr(model, "COMPARES_YEARS", False) or one.contradicts(other) or not all(map(_year, years)):
        return False
    is_same = may_be_one(table, one, other) and not one.differs_from(other)
    return not is_same and abs(int(years[0]) - int(years[1])) <= 1


def may_be_one_document(one: str, other: str) -> bool:
    """Whether these normalized titles may be those of one document, without its issuer and what all titles have."""
    first, second = _subject(one), _subject(other)
    if not first or not second or first in second or second in first:
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _SIMILAR


def may_be_shortened(identity: Identity, one: Traits, other: Traits) -> bool:
    """Whether one of these titles, or programmes, is the other with something left out: 平台上线 is 平台正式上线运行, 一期 is no 二期.

    Of those of one date, whether as much of them is equal as of 市政府成立领导小组 and 决定成立建设工作领导小组.
    """
    if identity == _OF_DATE:
        return _are_alike(one.title, other.title, is_of_day=one.is_of_day(other))
    texts = (one.title, other.title) if identity.is_near else (one.subject, other.subject)
    shorter, longer = sorted(texts, key=len)
    characters = iter(longer)
    return bool(shorter) and all(character in characters for character in shorter)


def _are_alike(one: str, other: str, *, is_of_day: bool) -> bool:
    """Whether two titles may be those of one event in other words. 二期 is not 一期, and 闭幕 is 开幕 on no other day."""
    titles, needed = SequenceMatcher(None, one, other, autojunk=False), _ALIKE_OF_DAY if is_of_day else _ALIKE
    if titles.quick_ratio() < needed or titles.ratio() < needed:
        return False
    changes = [change for change in titles.get_opcodes() if change[0] != "equal"]
    replaced = [(one[i:j], other[k:m]) for kind, i, j, k, m in changes if kind == "replace"]
    if any(_numeral(first) and _numeral(second) for first, second in replaced):
        return False
    return is_of_day or len(changes) > len(replaced) or len(changes) > 1


def may_be_of_one_year(one: Traits, other: Traits) -> bool:
    """Whether two records may be of one year, as far as their dates tell."""
    return may_be_one_date(one.date[:4], other.date[:4])


def _subject(title: str) -> str:
    subject = title.partition("关于")[2] or title
    return _of_all_titles.sub("", subject)


def _comparable(column: Column, cell: PlainValue) -> str:
    text = column.normalized_key(cell)
    if column.name == "url":
        return text.partition("://")[2].removeprefix("www.").rstrip("/").lower()
    return text if column.field.is_relation else normalize_title(text)


def _numbers(text: str) -> list[str]:
    """The number of each document, without differences of spelling; of a number of another system, its text."""
    try:
        return [str(number) for number in DocumentNumber.load(text).documents] if text else []
    except DocumentNumberError:
        return []
