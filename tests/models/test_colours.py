"""The colours of a chronicle, and their grounds."""

import re

import pytest
from django.core.exceptions import ValidationError

from tests import factories as make
from tests.factories import ROOT
from timeline.models.colours import DARK_GROUNDS, LIGHT_GROUNDS, validate_dark_colour, validate_light_colour

pytestmark = pytest.mark.usefixtures("english")

TOKENS = (ROOT / "static" / "css" / "site.css").read_text(encoding="utf-8")


def test_the_grounds_are_those_of_the_style_sheet_and_white_paper():
    papers = re.findall(r"--paper(?:-raised)?: light-dark\((#\w+), (#\w+)\)", TOKENS)
    assert {light for light, _dark in papers} | {"#ffffff"} == {*LIGHT_GROUNDS}
    assert {dark for _light, dark in papers} == {*DARK_GROUNDS}


def test_the_colours_of_the_style_sheet_would_be_accepted():
    light, dark = re.search(r"--accent: light-dark\((#\w+), (#\w+)\)", TOKENS).groups()
    validate_light_colour(light)
    validate_dark_colour(dark)


@pytest.mark.parametrize(
    ("validate", "colour", "message"),
    [
        (validate_light_colour, "#777777", "“#777777” has a contrast of 4.11:1 with the ground #f7f5f0"),
        (validate_dark_colour, "#777777", "“#777777” has a contrast of 3.61:1 with the ground #1d2126"),
        (validate_light_colour, "blue", "“blue” is not a colour. Write # and six digits"),
    ],
)
def test_a_colour_without_contrast_is_refused_with_the_measured_ratio(validate, colour, message):
    with pytest.raises(ValidationError) as refused:
        validate(colour)
    assert refused.value.messages[0].startswith(message)


@pytest.mark.django_db
def test_without_a_colour_for_the_dark_the_colour_is_made_lighter():
    chronicle = make.make_chronicle(colour="#1d4f7c")
    light, dark = chronicle.colours
    assert light == "#1d4f7c"
    validate_dark_colour(dark)
    chronicle.colour_dark = "#84b8e6"
    assert chronicle.colours == ("#1d4f7c", "#84b8e6")


@pytest.mark.django_db
def test_a_chronicle_without_a_colour_has_those_of_the_style_sheet():
    assert make.make_chronicle().colours is None
