"""The icons of the site: its mark in the colour of the chronicle, or its logo where that is about as wide as high."""

import struct

from django.template.loader import render_to_string

from timeline.models import Chronicle
from timeline.public.pictures.png import render_png

# In pixels: the icon for a home screen, and those of favicon.ico.
TOUCH_SIDE, FAVICON_SIDES = 180, (16, 32, 48)
# A home screen cuts off the corners of an icon, and shows what is transparent in black.
TOUCH_MARGIN, TOUCH_GROUND = 20, "#ffffff"


def mark_svg(chronicle: Chronicle) -> str:
    """The mark of the site in the colour of the chronicle."""
    return _square(chronicle, 32, has_logo=False)


def touch_icon(chronicle: Chronicle) -> bytes:
    """The icon for a home screen, as PNG."""
    has_logo = chronicle.has_logo_as_icon
    margin = TOUCH_MARGIN if has_logo else 0
    return render_png(_square(chronicle, TOUCH_SIDE, has_logo=has_logo, margin=margin, ground=TOUCH_GROUND))


def favicon(chronicle: Chronicle) -> bytes:
    """The icon in several sizes in one file (ICO), each as PNG."""
    has_logo = chronicle.has_logo_as_icon
    pictures = [render_png(_square(chronicle, side, has_logo=has_logo)) for side in FAVICON_SIDES]
    directory, start = struct.pack("<HHH", 0, 1, len(pictures)), 6 + 16 * len(pictures)
    for side, picture in zip(FAVICON_SIDES, pictures, strict=True):
        # Width, height, no palette, planes, bits of a pixel, length and start of the picture.
        directory += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), start)
        start += len(picture)
    return directory + b"".join(pictures)


def _square(chronicle: Chronicle, width: int, *, has_logo: bool, margin: int = 0, ground: str = "") -> str:
    context = {
        "chronicle": chronicle,
        "width": width,
        "has_logo": has_logo,
        "margin": margin,
        "side": width - 2 * margin,
        "ground": ground,
    }
    return render_to_string("timeline/icon.svg", context)
