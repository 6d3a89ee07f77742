"""Chinese numerals in dates, as official documents write them (GB/T 9704: 二〇一三年一月三日). This module imports no Django."""

import re

# 〇 is typed as a circle, as a letter and as 零 too.
_DIGITS = {numeral: str(digit) for digit, numeral in enumerate("〇一二三四五六七八九")} | dict.fromkeys(
    "零○0Oo", "0"
)
_DIGIT = f"[{''.join(_DIGITS)}]"
# Nobody counts years in tens: 四 numerals, no more and no less, and at least one of them Chinese.
_year = re.compile(rf"(?<!{_DIGIT})(?=[0Oo]*[^0Oo]){_DIGIT}{{4}}(?!{_DIGIT})")
_number = "(?:[二三]?十)?[一二三四五六七八九]|[二三]?十"
_month = re.compile(rf"(?<=[年至到—–―~-])(?:元|{_number})(?=月)")
_day = re.compile(rf"(?<=[月至到—–―~-])(?:{_number})(?=[日号])")


def to_arabic(text: str) -> str:
    """The text with the years, months and days that stand in Chinese numerals in Arabic ones.

    正月, 初一 and 廿 stay: they are of the lunar calendar.
    """
    text = _year.sub(lambda match: "".join(_DIGITS[digit] for digit in match[0]), text)
    text = _month.sub(lambda match: "1" if match[0] == "元" else str(_value(match[0])), text)
    return _day.sub(lambda match: str(_value(match[0])), text)


def _value(numeral: str) -> int:
    """The number that a numeral up to 三十九 says."""
    tens, ten, ones = numeral.rpartition("十")
    return (int(_DIGITS[tens or "一"]) * 10 if ten else 0) + int(_DIGITS[ones or "〇"])


# What tells a part of a year or a month, but not which days of the calendar are in it.
_vague = re.compile(
    "年[底末初终]|年中(?!旬|期)|年间|[岁月季][末初底]|月中(?!旬)|[上中下]旬|[上下]半月|[初早中后末晚]期|期[初中末]"
    "|(?<=年)(?:[早初仲盛深暮晚隆]?[春夏秋冬][季天日]?)|[春夏秋冬][季天]|前后|前夕|伊始|年代"
    "|近[日年]|(?<![0-9])日前|不久|目前|现在|[今去前明当同][年日]|[本上下当]个?月"
    "|农历|阴历|正月|腊月|冬月|初[一二三四五六七八九十]|春节|元旦|国庆"
)
_known = re.compile("([0-9]{4})(?!年代)(?:(?:年|[-/.])(1[0-2]|0?[1-9])(?![0-9]))?")


# 前三季度 is a part of the year.
_open_ended = re.compile(
    "[之以][前后]|(?<=[年月日底末初中])前(?!后|夕|[一二三四五六七八九十0-9])|(?<=[年月日底末初中])后(?!期)"
)


def open_ended_word(text: str) -> str:
    """The word by which a text says only before or after what something was; "" where it does not."""
    found = _open_ended.search(text)
    return found[0] if found else ""


def vague_word(text: str) -> tuple[str, str] | None:
    """The word that says no definite date, and the date that the text gives without it ("" where it gives none)."""
    if not (word := _vague.search(text)):
        return None
    known = _known.search(text)
    if not known:
        return word[0], ""
    return word[0], f"{known[1]}-{int(known[2]):02}" if known[2] else known[1]
