"""Number formats of a workbook (ECMA-376, 18.8.30 and 18.8.31): the displayed text, if it is exactly known."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from operator import eq, ge, gt, le, lt, ne

from openpyxl.styles.numbers import BUILTIN_FORMATS

from timeline.exchange.readers.format_codes import CONDITION, TEXT_PLACEHOLDER, Token, parse_code


class CannotShowError(Exception):
    """The displayed text is not exactly known, or empty."""


# Literals between the parts of a date that have no meaning of their own.
BETWEEN_PARTS = re.compile(r"[\s年月日号时分秒点/.,:()T-]*")
_WEEKDAYS = "一二三四五六日"


# The parts of a date that are its time of day.
TIME = frozenset({"hour", "minute", "second"})


class NumberFormat:
    """A number format; `depends_on_system` if programs display it according to the locale of the machine."""

    def __init__(self, code: str, *, depends_on_system: bool = False) -> None:
        self.code = code
        self._depends_on_system = depends_on_system

    @cached_property
    def is_plain(self) -> bool:
        """Whether a number is displayed unchanged."""
        return self.code in ("General", "@", "GENERAL", "general")

    @cached_property
    def _sections(self) -> list[list[Token]]:
        return parse_code(self.code)

    @cached_property
    def _number_sections(self) -> list[list[Token]]:
        sections = self._sections[:3]
        if len(sections) > 1 and TEXT_PLACEHOLDER in sections[-1]:
            return sections[:-1]
        return sections

    @cached_property
    def depends_on_system(self) -> bool:
        return self._depends_on_system or any(token.kind == "system" for token in self._sections[0])

    @cached_property
    def precision(self) -> frozenset[str] | None:
        """The parts of a date that are displayed, such as "year"; None for a format of numbers."""
        section = self._sections[0]
        kinds = {token.kind for token in section}
        if self.depends_on_system and "date" not in kinds:
            return frozenset({"year", "month", "day"})
        if not kinds & {"date", "elapsed"} or kinds & {"digit", "general"}:
            return None
        return frozenset(name for name, _length in _date_parts(section))

    @cached_property
    def has_own_words(self) -> bool:
        """Whether the format adds words to the date: 截至2016年."""
        return any(
            token.kind == "literal" and not BETWEEN_PARTS.fullmatch(token.text) for token in self._sections[0]
        )

    def text(self, text: str) -> str:
        """The displayed form of a text. Raises CannotShowError."""
        section = self._text_section
        if section is None:
            return text
        if not section:
            raise CannotShowError
        return "".join(text if token == TEXT_PLACEHOLDER else _literal(token) for token in section)

    @cached_property
    def _text_section(self) -> list[Token] | None:
        if len(self._sections) > 3:
            return self._sections[3]
        last = self._sections[-1]
        return last if TEXT_PLACEHOLDER in last else None

    def number(self, value: Decimal) -> str:
        """The displayed form of a number. Raises CannotShowError."""
        if self.is_plain:
            return plain(value)
        section = self._section_for(value)
        try:
            with localcontext(prec=400):
                shown = _shown_number(section, abs(value))
        except ArithmeticError:
            raise CannotShowError from None
        if value < 0 and not re.search("[1-9]", shown):
            raise CannotShowError  # programs differ on whether it is -0
        if not shown.strip():
            raise CannotShowError
        # A section for negative numbers displays its own sign.
        return f"-{shown}" if value < 0 and section is self._sections[0] else shown

    def _section_for(self, value: Decimal) -> Sequence[Token]:
        sections = self._number_sections
        if any(token.kind == "condition" for section in sections for token in section):
            for section in sections if value >= 0 else ():
                if all(_holds(token.text, value) for token in section if token.kind == "condition"):
                    return section
            raise CannotShowError
        if value < 0 and len(sections) > 1:
            return sections[1]
        return sections[2] if value == 0 and len(sections) > 2 else sections[0]

    def date(self, value: datetime) -> str:
        """The displayed form of a date. Raises CannotShowError."""
        section = self._sections[0]
        if self.depends_on_system or any(
            token.kind in ("elapsed", "numerals", "other_years") for token in section
        ):
            raise CannotShowError
        has_noon = any(token.kind == "noon" for token in section)
        parts = iter(_date_parts(section))
        shown = []
        for token in section:
            if token.kind == "date":
                shown.append(_shown_part(*next(parts), value, has_noon=has_noon))
            elif token.kind == "noon":
                if token.text != "上午/下午" and token.text.upper() != "AM/PM":
                    raise CannotShowError
                shown.append(token.text.split("/")[value.hour >= 12])
            elif token.kind in ("sign", "digit") and token.text in "/.,":
                shown.append(token.text)
            else:
                shown.append(_literal(token))
        return "".join(shown)


def plain(value: Decimal) -> str:
    """The number in decimal notation without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _literal(token: Token) -> str:
    if token.kind == "literal":
        return token.text
    if token.kind in ("condition", "other_years"):
        return ""
    raise CannotShowError


_COMPARISONS = {"<": lt, ">": gt, "<=": le, ">=": ge, "=": eq, "<>": ne}


def _holds(condition: str, value: Decimal) -> bool:
    sign, limit = CONDITION.fullmatch(condition).groups()  # type: ignore[union-attr]
    return bool(_COMPARISONS[sign](value, Decimal(limit)))


# --- numbers


def _shown_number(section: Sequence[Token], value: Decimal) -> str:
    kinds = {token.kind for token in section}
    if "general" in kinds:
        return "".join(plain(value) if token.kind == "general" else _literal(token) for token in section)
    signs = "".join(token.text for token in section if token.kind == "sign")
    if "exponent" in kinds:
        return _shown_scientific(section, value)
    if "/" in signs:
        return _shown_fraction(section, value)
    if "@" in signs or signs.count(".") > 1:
        raise CannotShowError
    digits = [number for number, token in enumerate(section) if token.kind == "digit"]
    if not digits:
        return "".join(_literal(token) for token in section)
    point = next(
        (number for number, token in enumerate(section) if token.text == "." and token.kind == "sign"), None
    )
    commas = [number for number, token in enumerate(section) if token.text == "," and token.kind == "sign"]
    integer_digits = [number for number in digits if point is None or number < point]
    rest = [number for number in digits if point is not None and number > point]
    # A comma between digits groups thousands; one after the last integer digit divides by a thousand.
    last = integer_digits[-1] if integer_digits else -1
    value = value.scaleb(2 * signs.count("%") - 3 * sum(comma > last for comma in commas))
    is_grouped = any(integer_digits and integer_digits[0] < comma < last for comma in commas)
    value = value.quantize(Decimal(1).scaleb(-len(rest)), ROUND_HALF_UP)
    before, _point, behind = f"{value:f}".partition(".")
    texts = dict(zip(rest, _behind([section[number].text for number in rest], behind), strict=True))
    texts |= _before(section, integer_digits, before.lstrip("0"), is_grouped)
    shown = []
    for number, token in enumerate(section):
        if token.kind == "digit":
            shown.append(texts[number])
        elif token.kind == "sign":
            if number == point and not integer_digits:
                shown.append(before.lstrip("0"))
            shown.append("" if token.text == "," else token.text)
        else:
            shown.append(_literal(token))
    return "".join(shown)


def _before(section: Sequence[Token], places: Sequence[int], digits: str, is_grouped: bool) -> dict[int, str]:
    """The text of each digit placeholder before the point. The first one takes all remaining digits."""
    texts: dict[int, str] = {}
    count = 0
    for place in reversed(places):
        if place == places[0]:
            digits_here, digits = digits, ""
        else:
            digits_here, digits = digits[-1:], digits[:-1]
        if not digits_here:
            digits_here = {"0": "0", "?": " ", "#": ""}[section[place].text]
        text = ""
        for digit in reversed(digits_here):
            if is_grouped and count and count % 3 == 0 and digit != " ":
                text = f",{text}"
            text = digit + text
            count += 1
        texts[place] = text
    return texts


def _behind(places: Sequence[str], digits: str) -> list[str]:
    """The text of each digit placeholder after the point; trailing zeros only where the format requires them."""
    shown = list(digits)
    for number in range(len(places) - 1, -1, -1):
        if shown[number] != "0" or places[number] == "0":
            break
        shown[number] = " " if places[number] == "?" else ""
    return shown


def _shown_scientific(section: Sequence[Token], value: Decimal) -> str:
    code = "".join(token.text for token in section if token.kind != "condition")
    found = re.fullmatch(r"[0#](?:\.(0+))?(E[+-])(0+)", code, re.IGNORECASE)
    if not found or not all(token.kind in ("digit", "sign", "exponent", "condition") for token in section):
        raise CannotShowError
    places = Decimal(1).scaleb(-len(found[1] or ""))
    exponent = value.adjusted() if value else 0
    mantissa = value.scaleb(-exponent).quantize(places, ROUND_HALF_UP)
    if mantissa >= 10:
        exponent += 1
        mantissa = mantissa.scaleb(-1).quantize(places)
    sign = "-" if exponent < 0 else found[2][1].replace("-", "")
    return f"{mantissa:f}E{sign}{abs(exponent):0{len(found[3])}}"


def _shown_fraction(section: Sequence[Token], value: Decimal) -> str:
    """A fraction, if the number equals it: programs differ in rounding to the nearest fraction."""
    code = "".join(token.text for token in section if token.kind != "condition")
    found = re.fullmatch(r"(?:([#0?]+) +)?([#0?]+)/([#0?]+|[1-9][0-9]*0*)", code)
    if not found or any(token.kind in ("unknown", "numerals", "date") for token in section):
        raise CannotShowError
    fixed = int(found[3]) if found[3].strip("0#?") else 0
    whole, rest = divmod(Fraction(value), 1) if found[1] else (0, Fraction(value))
    nearest = (
        Fraction(round(rest * fixed), fixed) if fixed else rest.limit_denominator(10 ** len(found[3]) - 1)
    )
    if abs(nearest - rest) > Fraction(1, 10**13):
        raise CannotShowError
    if not nearest:
        if whole or found[1]:
            return str(whole)
        return f"0/{fixed or 1}"
    over, under = (nearest.numerator, nearest.denominator)
    if fixed:
        over, under = over * (fixed // under), fixed
    return f"{whole} {over}/{under}" if whole else f"{over}/{under}"


# --- dates


def _date_parts(section: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """The meaning and the length of each date part: m is a minute after hours and before seconds."""
    timed = [token for token in section if token.kind in ("date", "elapsed")]
    for number, token in enumerate(timed):
        sign = token.text[0].lower()
        length = 4 if sign == "e" else len(token.text)
        name = {"y": "year", "e": "year", "d": "day", "h": "hour", "s": "second", "a": "weekday"}.get(
            sign, "era"
        )
        if sign == "m":
            before = timed[number - 1].text[0].lower() if number else ""
            behind = timed[number + 1].text[0].lower() if number + 1 < len(timed) else ""
            name = "minute" if before == "h" or behind == "s" or token.kind == "elapsed" else "month"
        elif sign == "d" and length > 2:
            name = "weekday in English"
        yield name, length


def _shown_part(name: str, length: int, value: datetime, *, has_noon: bool) -> str:
    if name == "year":
        return f"{value.year % 100:02}" if length < 3 else f"{value.year:04}"
    if name == "weekday":
        return ("星期" if length > 3 else "") + _WEEKDAYS[value.weekday()]
    if name not in {"month", "day", *TIME} or length > 2:
        raise CannotShowError
    number = (value.hour % 12 or 12) if name == "hour" and has_noon else getattr(value, name)
    return f"{number:0{length}}"


# --- formats with a number and no code

GENERAL = NumberFormat("General")

# The display of currencies and short dates depends on the machine and is not in the file.
_OF_THE_SYSTEM = (5, 6, 7, 8, 42, 44)
_CHINESE = (
    dict.fromkeys((27, 36, 50, 52, 57), "yyyy年m月")
    | dict.fromkeys((28, 29, 51, 53, 54, 58), "m月d日")
    | {30: "m-d-yy", 31: "yyyy年m月d日", 32: "h时mm分", 33: "h时mm分ss秒"}
    | dict.fromkeys((34, 55), "上午/下午h时mm分")
    | dict.fromkeys((35, 56), "上午/下午h时mm分ss秒")
)
BUILT_IN = {
    number: NumberFormat(code, depends_on_system=number in (14, 22))
    for number, code in (BUILTIN_FORMATS | _CHINESE).items()
    if number not in _OF_THE_SYSTEM
}


def unknown_format(number: int) -> NumberFormat:
    """A format that the file gives by number only, and that is not built in."""
    return NumberFormat(f"[{number}]")
