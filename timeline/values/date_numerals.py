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
_month = re.compile(rf"(?<=[年至到—–―~-])(?:元|{_number})(?=月|[至到—–―~-]+(?:{_number})月)")
_day = re.compile(rf"(?<=[月至到—–―~-])(?:{_number})(?=[日号]|[至到—–―~-]+(?:{_number})[日号])")
_century = re.compile("(二十一?)(?=世纪)")
_decade = re.compile("(?<=世纪)([一二三四五六七八九])十(?=年代)")


def to_arabic(text: str) -> str:
    """Convert years, months, days, centuries and decades in Chinese numerals to Arabic numerals.

    正月, 初一 and 廿 do not change: they belong to the lunar calendar.
    """
    text = _year.sub(lambda match: "".join(_DIGITS[digit] for digit in match[0]), text)
    text = _month.sub(lambda match: "1" if match[0] == "元" else str(_value(match[0])), text)
    text = _day.sub(lambda match: str(_value(match[0])), text)
    text = _century.sub(lambda match: str(_value(match[0])), text)
    return _decade.sub(lambda match: f"{_DIGITS[match[1]]}0", text)


def _value(numeral: str) -> int:
    """Return the number that a numeral up to 三十九 represents."""
    tens, ten, ones = numeral.rpartition("十")
    return (int(_DIGITS[tens or "一"]) * 10 if ten else 0) + int(_DIGITS[ones or "〇"])
