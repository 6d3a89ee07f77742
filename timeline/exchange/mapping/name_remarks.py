"""What stands in a cell beside its names and is part of none: brackets behind a name, and words for several at the end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from timeline.exchange.mapping.name_lists import BETWEEN, split_names

_NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九十")} | {"两": 2}
_NUMBER = "[0-9]{1,3}|[一二两三四五六七八九十]|十[一二三四五六七八九]"
# The units that several areas have together: 两区, 等3个区县（市）. What is not one unit completes no name.
_UNIT = (
    "区县[（(]市[）)]|县[（(]市、?区[）)]|县[（(]市[）)]、?区|区县市|县市区|市县区|区县|县区|市区|县市|市县|乡镇|镇街|街镇|地区|地方|城市"
    "|街道|区|县|市|镇|乡|地"
)
_BODIES = "部门|单位|部委|委办局|委局|厅局|机构"
_and_others = re.compile(
    rf"[、，,\s]*(?<!平)(?P<words>等(?:(?P<number>{_NUMBER}|多|若干)[个家]?)?(?P<unit>{_UNIT}|{_BODIES})?)"
)
_all_of_them = re.compile(
    rf"(?<!第)(?:[、，,\s]*(?=[共合总]))?(?P<words>(?:共计?|合计|总计|这)?(?P<number>{_NUMBER})个?(?P<unit>{_UNIT}))"
)
_of_counties = re.compile("[区县市（）()、]+").fullmatch
# No words for several are longer.
_MAX_WORDS = 14
_bracket = re.compile(
    r"\s*(?:（[^（）()]*）|\([^（）()]*\)|（[^（）()]*\)|\([^（）()]*）|【[^【】]*】|［[^［］]*］|\[[^\[\]]*\])"
)


class PlainNames(NamedTuple):
    """A text without remarks, with these in their order.

    `words` are those for several at its end, `unit` the one unit that they give to all names, and `number` how many they say
    these are, 0 if they do not; `sums` if these are certainly several counties.
    """

    text: str
    remarks: tuple[str, ...] = ()
    words: str = ""
    unit: str = ""
    number: int = 0
    sums: bool = False


@dataclass(frozen=True)
class ReadNames:
    """The names in a text, and what beside them is no part of one.

    `parts` are the names of which the text may be a list, where it is not sure. A text that `is_list` is no name of one.
    """

    names: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    is_list: bool = False
    # The text that an answer divides into these names.
    divides: str = ""


def listed_names(text: str, is_known: Callable[[str], bool]) -> ReadNames:
    """The names in a text of several, without the remarks on known ones."""
    if is_known(text):
        return ReadNames((text,))
    plain = without_remarks(text, lambda name, remark: is_known(name) and not is_known(name + remark))
    return ReadNames(tuple(split_names(plain.text, is_known)), plain.remarks)


def without_remarks(text: str, is_remark: Callable[[str, str], bool]) -> PlainNames:
    """The text without words for others at its end, and without the brackets that are remarks."""
    # 区县（市） at the end is one word with a bracket.
    others = without_others(text)
    brackets = without_brackets(others.text, is_remark)
    if others.words:
        return others._replace(text=brackets.text, remarks=(*brackets.remarks, *others.remarks))
    others = without_others(brackets.text)
    return others._replace(remarks=(*brackets.remarks, *others.remarks))


def has_brackets(text: str) -> bool:
    """Whether a bracket stands in the text."""
    return bool(_bracket.search(text))


def without_brackets(text: str, is_remark: Callable[[str, str], bool]) -> PlainNames:
    """The text without the brackets that are remarks on the name before them. `is_remark` takes both."""
    plain, remarks, end = "", list[str](), 0
    for match in _bracket.finditer(text):
        plain += text[end : match.start()]
        if (name := BETWEEN.split(plain)[-1].strip()) and is_remark(name, match[0].strip()):
            remarks.append(match[0].strip())
        else:
            plain += match[0]
        end = match.end()
    return PlainNames(plain + text[end:], tuple(remarks))


def without_others(text: str) -> PlainNames:
    """The text without the words at its end that say that there are others: 等, 等地, 等3个区县."""
    return _without_words(text, _and_others)


def without_sum(text: str) -> PlainNames:
    """The text of several names without the words at its end that sum them up: 海曙、镇海两区."""
    return _without_words(text, _all_of_them)


def plain_texts(text: str) -> Iterator[str]:
    """The texts that may be read without remarks."""
    for plain in dict.fromkeys([text, without_brackets(text, lambda _name, _remark: True).text]):
        yield plain
        for found in (without_others(plain), without_sum(plain)):
            if found.words:
                yield found.text


def _without_words(text: str, words: re.Pattern[str]) -> PlainNames:
    # The longest words: 等3个区县, not 3个区县. A name has two characters at least.
    for begin in range(max(2, len(text) - _MAX_WORDS), len(text)):
        match = words.fullmatch(text, begin)
        if match and not BETWEEN.fullmatch(text[begin - 1]):
            number, unit = match["number"] or "", match["unit"] or ""
            # 五乡镇 may be a name.
            sums = _value(number) > 1 and bool(_of_counties(unit))
            # One unit is that of each name; 地 and 乡镇 are none.
            unit = unit if unit in ("区", "县", "市", "镇", "乡", "街道") else ""
            return PlainNames(
                text[:begin].rstrip(), (match["words"],), match["words"], unit, _value(number), sums
            )
    return PlainNames(text)


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    return sum(_NUMERALS.get(numeral, 0) for numeral in number)
