"""Folding: what a reader types and what an editor wrote become the same text."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.script import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("寧波", "宁波"),
        ("智慧城市規劃", "智慧城市规划"),
        ("寬帶網絡", "宽带网络"),
        ("甬党〔2016〕1号", "甬党[2016]1号"),
        ("甬党【2016】1号", "甬党[2016]1号"),
        ("甬党［２０１６］１号", "甬党[2016]1号"),
        ("甬党〖2016〗1号", "甬党[2016]1号"),
        ("“十二五”", "「十二五」"),
        ("“十二五”", '"十二五"'),
        ("『十二五』", '"十二五"'),
        ("Ｓｍａｒｔ　ＣＩＴＹ", "smart city"),
        ("Smart\n\t CITY ", "smart city"),
        ("ﬁbre", "fibre"),
        ("ＡＢＣ１２３", "abc123"),
        ("e\u0301", "é"),
        ("，：（）", ",:()"),
        ("Resident’s", "resident's"),
        ("①", "1"),
    ],
)
def test_what_means_the_same_is_folded_to_the_same(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        (" \n　", ""),
        ("寧波市智慧城市", "宁波市智慧城市"),
        ("甬党〔2016〕1号", "甬党[2016]1号"),
        ("  City   Brain 2.0 ", "city brain 2.0"),
        ("乾隆", "乾隆"),
        ("乾燥", "干燥"),
        ("皇后", "皇后"),
    ],
)
def test_text_is_folded_to(text, folded):
    assert fold(text) == folded


def test_different_words_stay_different():
    words = ["宁波", "杭州", "2016", "2017", "a b", "ab", "[", "(", "光网", "光纤"]
    assert len({fold(word) for word in words}) == len(words)


@given(st.text(max_size=60))
def test_folding_what_is_folded_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_folding_any_character_twice_is_folding_it_once():
    characters = map(chr, range(sys.maxunicode + 1))
    everything = (one for one in characters if unicodedata.category(one) not in ("Cn", "Co", "Cs"))
    once = fold(" ".join(everything))
    twice = fold(once)
    assert [pair for pair in zip(once.split(" "), twice.split(" "), strict=True) if pair[0] != pair[1]] == []


@given(st.text(max_size=60))
def test_folded_text_has_single_spaces_and_no_capitals_of_ascii(text):
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert not any("A" <= character <= "Z" for character in folded)
