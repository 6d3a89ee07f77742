"""The ids of places on the page of their source."""

import pytest

from timeline.models.locators import locator_anchor


@pytest.mark.parametrize(
    ("locator", "anchor"),
    [("", "whole"), ("¶5", "at-¶5"), ("第3页", "at-第3页"), ("p. 3", "at-p.2e..20.3")],
)
def test_a_place_has_an_id_without_spaces_and_signs(locator, anchor):
    assert locator_anchor(locator) == anchor


def test_different_places_have_different_ids():
    assert locator_anchor("3-4") != locator_anchor("3.4")
