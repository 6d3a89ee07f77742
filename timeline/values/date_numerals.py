"""Chinese numerals in dates, as in official documents (GB/T 9704: 二〇一三年一月三日). This module imports no Django."""

import re

# 〇 is also typed as a circle, as the letter O and as 零.
_DIGITS = {numeral: str(digit) for digit, numeral in enumerate("〇一二三四五六七八九")} | dict.fromkeys(
    "零○0Oo", "0"
)
_DIGIT = f"[{''.join(_DIGITS)}]"
# Years are written digit by digit: exactly four numerals, at least one of them Chinese.
_year = re.compile(rf"(?<!{_DIGIT})(?=[0Oo]*[^0Oo]){_DIGIT}{{4}}(?!{_DIGIT})")
_number = "(?:[二三]?十)?[一二三四五六七八九]|[二三]?十"
_month = re.compile(rf"(?<=[年至到—–―~-])(?:元|{_number})(?=月)")
_day = re.compile(rf"(?<=[月至到—–―~-])(?:{_number})(?=[日号])")


def to_arabic(text: str) -> str:
    """Convert years, months and days in Chinese numerals to Arabic numerals.

    正月, 初一 and 廿 do not change: they belong to the lunar calendar.
    """
    text = _year.sub(lambda match: "".join(_DIGITS[digit] for digit in match[0]), text)
    text = _month.sub(lambda match: "1" if match[0] == "元" else str(_value(match[0])), text)
    return _day.sub(lambda match: str(_value(match[0])), text)


def _value(numeral: str) -> int:
    """Return the number that a numeral up to 三十九 represents."""
    tens, ten, ones = numeral.rpartition("十")
    return (int(_DIGITS[tens or "一"]) * 10 if ten else 0) + int(_DIGITS[ones or "〇"])


# Words for a part of a year or month without definite first and last days.
_vague = re.compile(
    "年[底末初终]|年中(?!旬|期)|年间|[岁月季][末初底]|月中(?!旬)|[上中下]旬|[上下]半月|[初早中后末晚]期|期[初中末]"
    "|(?<=年)(?:[早初仲盛深暮晚隆]?[春夏秋冬][季天日]?)|[春夏秋冬][季天]|前后|前夕|伊始|年代"
    "|近[日年]|(?<![0-9])日前|不久|目前|现在|[今去前明当同][年日]|[本上下当]个?月"
    "|农历|阴历|正月|腊月|冬月|初[一二三四五六七八九十]|春节|元旦|国庆"
)
_known = re.compile("([0-9]{4})(?!年代)(?:(?:年|[-/.])(1[0-2]|0?[1-9])(?![0-9]))?")


# 前三季度 is excluded: it is a part of the year.
_open_ended = re.compile(
    "[之以][前后]|(?<=[年月日底末初中])前(?!后|夕|[一二三四五六七八九十0-9])|(?<=[年月日底末初中])后(?!期)"
)


def open_ended_word(text: str) -> str:
    """Return the word that makes a date open-ended ("before", "after"), or "" if there is none."""
    found = _open_ended.search(text)
    return found[0] if found else ""


def vague_word(text: str) -> tuple[str, str] | None:
    """Return the word that makes a date vague, and the definite part of the date ("" if there is none).

    Returns None if the text has no such word.
    """
    if not (word := _vague.search(text)):
        return None
    known = _known.search(text)
    if not known:
        return word[0], ""
    return word[0], f"{known[1]}-{int(known[2]):02}" if known[2] else known[1]
