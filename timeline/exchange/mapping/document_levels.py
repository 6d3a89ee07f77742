"""The level of the body of a row: whether its document number is that of one above the city, or the row tells that it is the city's."""

import re
from collections.abc import Iterable

from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.readers.types import FileRow
from timeline.models.policies import Level
from timeline.rows.columns import Column, PlainValue
from timeline.values.document_numbers import DocumentNumber, DocumentNumberError

# The level of a row that tells that its body is of the city; with the code of its number, if that tells an office.
OF_CITY = "of-city"
_WITH_CODE = f"{OF_CITY}/"
# How the codes go on of the committee, the government and others under whose numbers documents of any office appear.
_of_any_office = re.compile("市?(?:政|府|党|委|办|人大|人民政府|人民代表|政协)").match

# How the codes of the centre begin, and of its ministries.
_of_state = re.compile(
    r"中发|中办|中共中央|中华人民共和国|厅字|国(?!资)|全国|主席令|发改|工信|建(?:办|科|城|规|标|督)|科(?:发|技部|技)|财(?!政局)"
    r"|交(?:办|规划|科技|通运输部|运)|公通字|教(?:技|发|办)|民发|人社(?:部|厅)|自然资|环发|环办|农(?:业部|办)|商(?:办|务部)"
    r"|文旅|国卫|银发|税总|信部|网信|中网办"
).match
# How the codes of provinces begin.
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新"
_MUNICIPALITIES = {"北京": "京", "天津": "津", "上海": "沪", "重庆": "渝", "南京": "宁"}


def key_of_level(level: str) -> str:
    """What tells the levels of `level_of()` apart in the keys of questions: of numbers above the city, their code."""
    if not level or tells_city(level):
        return level
    return f"above-city/{DocumentNumber.load(level).code}"


def level_of(row: FileRow, city: str) -> str:
    """The document number of a row if it is that of a body above the city; OF_CITY if the row tells the city, with the code of
    the number of an office; otherwise ""."""
    number = _standard_number(str(row.cells.get("document_number") or ""))
    if number and _is_above_city(number, city):
        return str(number)
    level = row.cells.get("level")
    tells_of_city = _is_municipal(row.table.columns["level"], level) if level else number is not None
    if not tells_of_city:
        return ""
    return _WITH_CODE + number.code if number and _office_in(number.code, city) else OF_CITY


def tells_city(level: str) -> bool:
    """Whether a level of a row is that of the city."""
    return level == OF_CITY or level.startswith(_WITH_CODE)


def code_of_city(level: str) -> str:
    """The code in the level of a row of the city, as 云经信; "" for none."""
    return level.removeprefix(_WITH_CODE) if level.startswith(_WITH_CODE) else ""


def is_of_office(code: str, city: str, names: Iterable[str]) -> bool:
    """Whether a code of the city may be that of an office with these names: 云经信 is none of 教育局.

    Only the first character behind the city's is compared. The others may tell a department: 云教人.
    """
    office = _office_in(code, city)
    return not office or any(office[0] in _within_city(normalize_title(name), city) for name in names)


def _office_in(code: str, city: str) -> str:
    """What tells the office in a code: 经信 in 云经信 or 云澜市经信; "" if documents of any office may have it."""
    named = _within_city(code, city)
    office = named if named != code else code[1:]
    return "" if _of_any_office(office) else office


def _within_city(name: str, city: str) -> str:
    """A name without that of the city before it, or 市."""
    return re.sub(f"^(?:{re.escape(city)})?市(?!场)|^{re.escape(city)}" if city else "^市(?!场)", "", name)


def number_above_city(text: str, city: str) -> str:
    """The document number if its code is that of a body above the city; "" for all others."""
    number = _standard_number(text)
    return str(number) if number and _is_above_city(number, city) else ""


def _is_above_city(number: DocumentNumber, city: str) -> bool:
    """Whether the code of a number is that of a body above the city.

    `city` is the name of the city without 市. A character that stands in it may be its own: 青政发 is of 青岛 there.
    """
    first = number.code[0]
    if not city or first in city:
        return False
    is_of_province = first in _PROVINCES and first != _MUNICIPALITIES.get(city, "")
    return is_of_province or bool(_of_state(number.code))


def _standard_number(text: str) -> DocumentNumber | None:
    """The document number in a text if it has a code, as bodies of the state give it."""
    try:
        number = DocumentNumber.load(text) if text else None
    except DocumentNumberError:
        return None
    return number if number and number.is_standard else None


def _is_municipal(column: Column, cell: PlainValue) -> bool:
    """Whether the cell of a level is that of the city; words that it is asked about are not."""
    try:
        return bool(column.read(cell) == Level.MUNICIPAL)
    except ValueError:
        return False
