"""The width of text, estimated in rem."""

import pytest

from timeline.public.pictures.text_width import ACROSS, text_width


@pytest.mark.parametrize(
    ("text", "ems"), [("专项资金", 4), ("2018年", 4 * 0.57 + 1), ("“宽带”", 4), ("AI超算", 2 * 0.57 + 2)]
)
def test_han_and_full_width_signs_take_one_em(text, ems):
    assert text_width(text) == pytest.approx(ems * ACROSS)


def test_english_is_narrower_and_bold_type_wider():
    regular, bold = (text_width("City Brain", is_english=True, is_bold=bold) for bold in (False, True))
    assert regular == pytest.approx(10 * 0.53 * ACROSS)
    assert regular < bold
    # A title that is not translated.
    assert text_width("城市大脑", is_english=True) == text_width("城市大脑")
