"""Colours as #rrggbb, and their contrast by WCAG 2.2."""

import re

_FORM = re.compile("#[0-9a-f]{6}", re.IGNORECASE)
# The steps in which a colour is mixed with white.
_STEPS = 100


def relative_luminance(colour: str) -> float:
    """Return the relative luminance, from 0 for black to 1 for white."""
    red, green, blue = (_linear(value / 255) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted(map(relative_luminance, (first, second)))
    return (light + 0.05) / (dark + 0.05)


def is_colour(text: str) -> bool:
    return bool(_FORM.fullmatch(text))


def lightened(colour: str, ground: str, least: float) -> str:
    """Return the colour with as much white as it needs for this contrast with a dark ground."""
    for step in range(_STEPS + 1):
        mixed = _mixed_with_white(colour, step / _STEPS)
        if contrast(mixed, ground) >= least:
            return mixed
    return "#ffffff"


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _mixed_with_white(colour: str, share: float) -> str:
    return "#" + "".join(f"{round(value + (255 - value) * share):02x}" for value in _channels(colour))
