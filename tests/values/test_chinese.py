"""Folding of text for search, and conversion to traditional characters."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import CONTENT, OTHER_CONTENT
from tests.files import texts_in
from timeline.values.chinese import fold, to_traditional


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
        ("『十二五』", "'十二五'"),
        ("Ｓｍａｒｔ　ＣＩＴＹ", "smart city"),
        ("Smart\n\t CITY ", "smart city"),
        ("ﬁbre", "fibre"),
        ("ＡＢＣ１２３", "abc123"),
        ("e\u0301", "é"),
        ("，：（）", ",:()"),
        ("Resident’s", "resident's"),
        ("①", "1"),
        ("智慧城\u5dff", "智慧城市"),
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


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("慈溪", "慈溪"),
        ("咸祥镇", "咸祥鎮"),
        ("范钦、范市和天一阁范氏", "范欽、范市和天一閣范氏"),
        ("示范、规范、模范的范围与范例", "示範、規範、模範的範圍與範例"),
        ("里程碑", "里程碑"),
        ("三公里，城里", "三公里，城裏"),
        ("皇后之后", "皇后之後"),
        ("头发展示发展", "頭髮展示發展"),
        ("云计算，属于今后", "雲計算，屬於今後"),
        ("台州的平台", "台州的平臺"),
        ("为人民，因为", "為人民，因為"),
        ("制造、研制、制定、体制", "製造、研製、制定、體制"),
        ("干部、骨干网、若干、干净", "幹部、骨幹網、若干、乾淨"),
        ("系统、联系、体系", "系統、聯繫、體系"),
        ("考核与核心", "考核與核心"),
        ("群众、启动、高峰、秘书", "群眾、啟動、高峰、秘書"),
        ("来源写明了批次，一目了然", "來源寫明了批次，一目瞭然"),
        ("名单只写到第3批", "名單只寫到第3批"),
        ("编制出台，編制出臺", "編制出臺，編制出臺"),
        ("一只、只有、并入、并且", "一隻、只有、併入、並且"),
        ("数据、信息化、智能", "數據、信息化、智能"),
        ("甬党〔2010〕14号", "甬黨〔2010〕14號"),
        ("Smart City 2.0", "Smart City 2.0"),
        ("寧波爲港", "寧波為港"),
        ("", ""),
    ],
)
def test_text_in_traditional_characters_is(simplified, traditional):
    assert to_traditional(simplified) == traditional


def test_what_is_traditional_stays_as_it_is():
    for text in texts_in(CONTENT, OTHER_CONTENT):
        once = to_traditional(text)
        assert to_traditional(once) == once


def test_search_finds_what_is_read_in_traditional_characters():
    for text in texts_in(CONTENT, OTHER_CONTENT):
        assert fold(to_traditional(text)) == fold(text)


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("“一张网”", "「一張網」"),
        ("“智慧城市‘十三五’规划”", "「智慧城市『十三五』規劃」"),
        ("People’s Government", "People’s Government"),
        ("宁波 People’s Daily", "寧波 People’s Daily"),
    ],
)
def test_quotes_are_those_of_the_script(simplified, traditional):
    assert to_traditional(simplified) == traditional
    assert fold(traditional) == fold(simplified)
