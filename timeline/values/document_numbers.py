"""Document numbers (发文字号): code of the issuing office, year and serial number. This module imports no Django."""

import re
import unicodedata
from dataclasses import dataclass

from timeline.values.errors import InvalidValueError, gettext_noop
from timeline.values.text import YEAR_BRACKETS, remove_invisible


class DocumentNumberError(InvalidValueError):
    """The text is not a document number."""


_written = re.compile(
    r"(?P<code>[^\W\d_]{1,30})\[(?P<year>[1-9][0-9]{3})\]第?0*(?P<number>[1-9][0-9]{0,5})号"
).fullmatch
# After NFKC, which makes half width of （）, ［］ and ｛｝.
_OTHER_BRACKETS = "(){}「」『』〈〉《》"
_BRACKETS = str.maketrans(YEAR_BRACKETS + _OTHER_BRACKETS, "[]" * (len(YEAR_BRACKETS + _OTHER_BRACKETS) // 2))


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """甬党〔2010〕14号: code 甬党, year 2010, number 14.

    GB/T 9704-2012, 7.2.5: Arabic numerals; the full year in hexagonal brackets 〔〕; the serial number without
    第 and without leading zeros, followed by 号.
    """

    code: str
    year: int
    number: int

    @classmethod
    def parse(cls, value: object) -> "DocumentNumber":
        """Parse a document number with any kind of brackets. Raises DocumentNumberError."""
        if isinstance(value, DocumentNumber):
            return value
        plain = "".join(
            unicodedata.normalize("NFKC", remove_invisible(str(value))).translate(_BRACKETS).split()
        )
        match = _written(unicodedata.normalize("NFKC", plain))
        if match is None:
            raise DocumentNumberError(
                gettext_noop(
                    "“%(value)s” is not a document number. Write code, year and number: 甬党〔2010〕14号."
                ),
                value=str(value)[:60],
            )
        return cls(match["code"], int(match["year"]), int(match["number"]))

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.number}号"
