"""SVG to PNG: its size, and that a text is drawn whole or not at all."""

import os
import struct

import pytest

from timeline.public.pictures.png import SANS, SERIF, drawable, families, render_png

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="9" height="9"/></svg>'


@pytest.fixture
def chinese_font():
    """The system has a Chinese font; without one the test is skipped, in CI it fails."""
    if not drawable("宁波"):
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("There is no Chinese font. Debian: apt install fonts-noto-cjk.")


@pytest.fixture
def no_fonts(settings, tmp_path):
    settings.PREVIEW_FONT_FOLDER = str(tmp_path)


def test_a_picture_is_a_png_of_its_own_size():
    png = render_png(SQUARE)
    assert png.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">II", png[16:24]) == (30, 20)


def test_the_same_picture_is_drawn_once():
    assert render_png(SQUARE) is render_png(SQUARE)


def test_damaged_svg_is_refused():
    with pytest.raises(ValueError):  # noqa: PT011, whose text is that of the library
        render_png("<svg")


def test_texts_in_both_scripts_and_in_english_are_drawn(chinese_font):
    for text in (
        "宁波市人民政府“十三五”规划（2016—2020年）",
        "寧波智慧城市編年",
        "Ningbo’s Smart City · 2016",
    ):
        assert drawable(text) == text


def test_a_text_with_a_character_that_no_font_has_is_left_out(chinese_font):
    assert drawable("宁波\U000b0000") == ""


def test_without_a_font_nothing_is_written(no_fonts):
    assert drawable("宁波") == drawable("Ningbo") == ""
    assert drawable(" ") == " "


def test_the_families_of_the_language_come_first_and_each_comes_once():
    for fonts in (SERIF, SANS):
        for language in fonts:
            found = families(fonts, language).split(", ")
            assert found[0] == fonts[language].split(", ")[0]
            assert len(found) == len(set(found))
