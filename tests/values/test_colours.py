"""Contrast of colours."""

import pytest

from timeline.values.colours import contrast, is_colour, lightened


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.478), ("#a02c1a", "#f7f5f0", 6.716)],
)
def test_the_contrast_is_that_of_wcag_either_way(first, second, ratio):
    assert contrast(first, second) == contrast(second, first) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("text", ["red", "#fff", "1d4f7c", "#1d4f7g", "#1d4f7c;", ""])
def test_only_six_digits_after_a_number_sign_are_a_colour(text):
    assert is_colour("#1D4f7c")
    assert not is_colour(text)


@pytest.mark.parametrize("colour", ["#000000", "#1d4f7c", "#a02c1a"])
def test_a_colour_gets_as_much_white_as_its_contrast_needs(colour):
    light = lightened(colour, "#1d2126", 4.5)
    assert 4.5 <= contrast(light, "#1d2126") < 4.7


def test_a_colour_with_contrast_stays():
    assert lightened("#ff9c86", "#1d2126", 4.5) == "#ff9c86"
