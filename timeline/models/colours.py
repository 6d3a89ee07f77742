"""The colours of a chronicle: checked for their contrast with the grounds on which pages show them."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from timeline.values.colours import contrast, is_colour, lightened

# The grounds of the style sheet, in light and in dark: of pages and of what is raised above them. Paper is white.
LIGHT_GROUNDS = ("#ffffff", "#fffdf9", "#f7f5f0")
DARK_GROUNDS = ("#15181c", "#1d2126")
# What WCAG 2.2 asks of text (level AA).
LEAST_CONTRAST = 4.5


def validate_light_colour(colour: str) -> None:
    _validate(colour, LIGHT_GROUNDS)


def validate_dark_colour(colour: str) -> None:
    _validate(colour, DARK_GROUNDS)


def dark_colour_of(colour: str) -> str:
    """Return the colour on dark grounds for one that was chosen for light ones."""
    return lightened(colour, max(DARK_GROUNDS), LEAST_CONTRAST)


def _validate(colour: str, grounds: Sequence[str]) -> None:
    if not is_colour(colour):
        raise ValidationError(
            _(
                '“%(value)s” is not a colour. Write # and six digits or letters from a to f: #1d4f7c. In YAML it stands in quotation marks: "#1d4f7c".'
            ),
            params={"value": colour},
        )
    ratio, ground = min((contrast(colour, ground), ground) for ground in grounds)
    if ratio < LEAST_CONTRAST:
        raise ValidationError(
            _(
                "“%(value)s” has a contrast of %(ratio)s:1 with the ground %(ground)s; text needs 4.5:1. Choose one that is %(change)s."
            ),
            params={
                "value": colour,
                # Rounded down: what is refused never reads 4.50.
                "ratio": f"{int(ratio * 100) / 100:.2f}",
                "ground": ground,
                "change": _("darker") if grounds is LIGHT_GROUNDS else _("lighter"),
            },
        )
