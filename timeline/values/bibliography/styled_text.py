"""Text of which parts are italic, as the references of some styles are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Union

# After these no full stop follows.
_STOPS = (".", "?", "!", "。", "？", "！", "?”", "!”", "？”", "！”", "。”", ".”")


@dataclass(frozen=True)
class Run:
    text: str
    is_italic: bool = False


@dataclass(frozen=True)
class StyledText:
    """Runs of text; `str()` returns the plain text."""

    runs: tuple[Run, ...] = ()

    def __str__(self) -> str:
        return "".join(run.text for run in self.runs)

    def __bool__(self) -> bool:
        return bool(str(self))

    def __add__(self, other: Union["StyledText", str]) -> "StyledText":
        return StyledText(self.runs + styled(other).runs)


def styled(text: StyledText | str, *, is_italic: bool = False) -> StyledText:
    """The text as styled text, which may be it already; "" has no runs."""
    if isinstance(text, StyledText):
        return text
    return StyledText((Run(text, is_italic),)) if text else StyledText()


def italic(text: str) -> StyledText:
    return styled(text, is_italic=True)


def joined(parts: Iterable[StyledText | str], separator: str = " ") -> StyledText:
    """The parts that are not empty, with the separator between them."""
    found = StyledText()
    for part in parts:
        if part:
            found = found + separator + part if found else styled(part)
    return found


def ended(text: StyledText | str) -> StyledText:
    """The text with a full stop unless it has one, or another sign that ends a sentence. "" stays empty."""
    if not text or str(text).endswith(_STOPS):
        return styled(text)
    return styled(text) + "."
