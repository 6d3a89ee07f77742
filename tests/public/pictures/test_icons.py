"""The icons of the site follow the colour and the logo of the chronicle."""

import re
import struct

import pytest

from tests import factories as make
from tests.files import MARK
from timeline.models.chronicle import MARK_COLOUR
from timeline.public.pictures.icons import favicon, mark_svg, touch_icon
from timeline.values.colours import contrast
from timeline.values.logo import Logo

pytestmark = pytest.mark.django_db
SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#1f6b57"/></svg>'
SIZES = [(16, 16), (32, 32), (48, 48)]
WIDE = SQUARE.replace(b'"0 0 10 10"', b'"0 0 40 10"')


def size_of(picture):
    """The width and height of a PNG."""
    return struct.unpack(">II", picture[16:24])


def pictures_in(icons):
    (number,) = struct.unpack_from("<H", icons, 4)
    places = [struct.unpack_from("<II", icons, 6 + 16 * one + 8) for one in range(number)]
    return [icons[start : start + length] for length, start in places]


def test_the_mark_without_a_colour_is_that_of_the_software():
    def shapes(svg):
        return re.findall(r"<(?:rect|path|circle) [^>]+>", svg)

    chronicle = make.make_chronicle()
    assert (chronicle.icon_slug, chronicle.mark_colour) == ("", MARK_COLOUR)
    assert shapes(mark_svg(chronicle)) == shapes(MARK.decode()) != []
    assert contrast("#ffffff", MARK_COLOUR) >= 4.5


def test_the_mark_has_the_colour_of_the_chronicle():
    chronicle = make.make_chronicle(colour="#1d4f7c")
    drawn = mark_svg(chronicle)
    assert ('fill="#1d4f7c"' in drawn, MARK_COLOUR in drawn) == (True, False)
    assert touch_icon(chronicle) != touch_icon(type(chronicle)(colour="#1f6b57"))


def test_icons_have_the_sizes_that_their_file_says():
    icons = favicon(make.make_chronicle(colour="#1d4f7c"))
    assert [size_of(picture) for picture in pictures_in(icons)] == SIZES
    assert [struct.unpack_from("<BB", icons, 6 + 16 * one) for one in range(3)] == SIZES


@pytest.mark.parametrize(("picture", "is_icon"), [(SQUARE, True), (WIDE, False)])
def test_a_logo_is_the_icon_if_it_is_about_as_wide_as_high(picture, is_icon):
    logo = Logo.of_file(picture)
    chronicle = make.make_chronicle(logo=logo, colour="#1d4f7c")
    assert chronicle.icon_slug == (logo.digest if is_icon else "1d4f7c")
    mark_only = type(chronicle)(colour="#1d4f7c")
    assert (favicon(chronicle) != favicon(mark_only)) is is_icon
    assert (touch_icon(chronicle) != touch_icon(mark_only)) is is_icon
    assert size_of(touch_icon(chronicle)) == (180, 180)
