"""Text in lines: the rules of punctuation, the room, and what is cut."""

from hypothesis import given
from hypothesis import strategies as st

from timeline.public.pictures.text_lines import balanced, broken
from timeline.public.pictures.text_width import text_width

LONG = "推进涵盖政务服务、民生服务、社会治理等领域的智慧城市应用建设，强化信息共享开放"


def chinese(text, room, most=9):
    return broken(text, room, most, is_english=False, is_bold=True)


def english(text, room, most=9):
    return broken(text, room, most, is_english=True, is_bold=True)


def test_chinese_is_broken_between_any_two_characters():
    assert chinese("智慧城市", 2) == ["智慧", "城市"]
    assert chinese("智慧城市", 4) == ["智慧城市"]


def test_no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one():
    assert chinese("政务服务、民生", 4) == ["政务服", "务、民生"]
    assert chinese("发布的《规划》", 4) == ["发布的", "《规划》"]
    assert chinese("“十三五”规划", 4) == ["“十三", "五”规划"]


def test_english_is_broken_between_words_and_a_number_stays_whole():
    assert english("Smart City Chronicle", 7) == ["Smart City", "Chronicle"]
    assert chinese("到2020年建成", 4) == ["到2020", "年建成"]


def test_a_word_without_room_is_broken_anywhere():
    assert english("abcdefghij", 3) == ["abcde", "fghij"]


def test_what_has_no_room_is_cut_and_ends_in_an_ellipsis():
    assert chinese("智慧城市建设", 3, most=1) == ["智慧…"]
    assert chinese("政务，服务、民生服务", 4, most=1) == ["政务…"]
    assert english("Decision of the Government", 9, most=1) == ["Decision of…"]


def test_lines_are_about_as_long_as_each_other():
    lines = balanced("镇海区列入国家首批智慧城市试点", 14.1, 2, is_english=False, is_bold=True)
    assert lines == ["镇海区列入国家首", "批智慧城市试点"]
    assert balanced("短", 14, 2, is_english=False, is_bold=True) == ["短"]
    cut = balanced(LONG * 2, 14, 2, is_english=False, is_bold=True)
    assert (len(cut), cut[-1][-1]) == (2, "…")


@given(st.text(max_size=60), st.integers(4, 30), st.integers(1, 4), st.booleans())
def test_no_text_needs_more_lines_or_more_room(text, room, most, is_english):
    lines = balanced(text, room, most, is_english=is_english, is_bold=True)
    assert len(lines) <= most
    for line in lines:
        # Punctuation that may not begin a line may stand one after the other.
        assert text_width(line, is_english=is_english, is_bold=True, size=1) <= room or len(set(line)) < len(
            line
        )


def test_nothing_is_no_line():
    assert chinese("", 5) == []
