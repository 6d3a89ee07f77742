"""Chinese numerals of small numbers, as counts and ordinals are written: 二, 十, 二十三, 第三批."""

import re
import unicodedata

_DIGITS = "〇一二三四五六七八九"
# 第一批, 第2批次, 首批, 三批, 第四; 批 is what the tables of offices count.
_ordinal = re.compile(
    "(?P<first>首)批次?|(?:第(?P<ordinal>[0-9]{1,9}|[一二三四五六七八九十]{1,3})(?:批次?|次|期|轮)?)"
    "|(?P<counted>[0-9]{1,9}|[一二三四五六七八九十]{1,3})(?:批次?)|(?P<plain>[一二三四五六七八九十]{1,3})"
).fullmatch


def chinese_numeral(number: int) -> str:
    """Return the numeral of a number from 1 to 99; Arabic digits for any other."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    many = _DIGITS[tens] if tens > 1 else ""
    return (f"{many}十" if tens else "") + (_DIGITS[ones] if ones else "")


_NUMBERS = {chinese_numeral(number): number for number in range(1, 100)}


def number_of_ordinal(text: str) -> int | None:
    """Return the number that an ordinal or a Chinese numeral stands for: 第二批 is 2; None for any other text."""
    found = _ordinal("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return None
    if found["first"]:
        return 1
    numeral = found["ordinal"] or found["counted"] or found["plain"]
    return int(numeral) if numeral.isdecimal() else _NUMBERS.get(numeral)


# What tells the year of what is counted: 2021年第二批, 第二批（2021年）.
_year_beside = re.compile("\\([^)]*\\)|(?<![0-9])[12][0-9]{3}年度?")
_between = re.compile("[、,;和及与至到~—–-]+")


def numbers_of_ordinals(text: str) -> list[int]:
    """Return the numbers that a text may stand for, without a year or remark beside them: 第一、二批 is 1 or 2."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    parts = _between.split(_year_beside.sub("", plain))
    numbers = [int(part) if re.fullmatch("[1-9][0-9]?", part) else number_of_ordinal(part) for part in parts]
    return [number for number in numbers if number is not None] if None not in numbers else []
