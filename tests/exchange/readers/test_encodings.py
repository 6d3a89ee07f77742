"""Encodings: detected if the bytes are conclusive, chosen by the user otherwise, and refused if in doubt."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import CONTENT, OTHER_CONTENT
from tests.files import read_all
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read
from timeline.values.chinese import to_traditional

pytestmark = pytest.mark.usefixtures("english")

TEXT = (
    "网址标识,标题,文号\na,宁波市人民政府关于推进大数据发展的实施意见,甬政发〔2016〕3号\nb,é ¶5 · “甲”——乙,\n"
)
TRADITIONAL = "slug,title\na,寧波市人民政府關於推進大數據發展的實施意見\n"


def reading(content, encoding=None, name="policies.csv"):
    return read([Upload(name, content)], encoding)


def rows(content, encoding=None, name="policies.csv"):
    found, problems = read_all(Upload(name, content), encoding=encoding)
    assert [str(problem) for problem in problems] == []
    return [row.cells for row in found]


def refusal(content, encoding=None, name="policies.csv"):
    (problem,) = reading(content, encoding, name).problems
    return problem.message


@pytest.mark.parametrize(
    ("codec", "label"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 (BOM)"),
        ("utf-16", "UTF-16 LE (BOM)"),
        ("utf-16-le", "UTF-16 LE"),
        ("utf-16-be", "UTF-16 BE"),
        ("gbk", "GBK"),
        ("gb18030", "GBK"),
    ],
)
def test_the_same_rows_come_from_every_encoding_and_it_is_told(codec, label):
    text = TEXT.replace("é ¶5 ", "")  # not in GBK
    assert reading(text.encode(codec)).encodings == {"policies.csv": label}
    assert rows(text.encode(codec)) == rows(text.encode())


def test_what_only_gb18030_has_is_told():
    assert reading(TEXT.encode("gb18030")).encodings == {"policies.csv": "GB18030"}
    assert rows(TEXT.encode("gb18030")) == rows(TEXT.encode())


@pytest.mark.parametrize("codec", ["utf-16-be", "utf-16", "gb18030"])
@pytest.mark.parametrize("name", ["policies.yaml", "policies.json"])
def test_yaml_and_json_come_in_every_encoding_too(codec, name):
    text = '[{"slug": "a", "title": "宁波市的规划"}]'
    assert rows(text.encode(codec), name=name) == [{"slug": "a", "title": "宁波市的规划"}]


def test_big5_is_suggested_but_never_taken_unasked():
    assert "Big5" in refusal(TRADITIONAL.encode("big5"))
    chosen = reading(TRADITIONAL.encode("big5"), "big5")
    assert chosen.encodings == {"policies.csv": "Big5"}
    assert rows(TRADITIONAL.encode("big5"), "Big5") == rows(TRADITIONAL.encode())


def test_traditional_characters_in_gbk_are_not_taken_for_big5():
    assert rows(TRADITIONAL.encode("gbk")) == rows(TRADITIONAL.encode())


CONTENTS = [path for folder in (CONTENT, OTHER_CONTENT) for path in folder.glob("*.yaml")]


def _titles():
    for path in CONTENTS:
        yield from re.findall(
            "(?:title|publisher|author): *['\"]?(.*[\u4e00-\u9fff].*?)['\"]?$", path.read_text("utf-8"), re.M
        )


TITLES = sorted(
    {
        *_titles(),
        *(
            "国务院",
            "国家测绘局",
            "宁海县",
            "海曙区",
            "镇海区",
            "鄞州区",
            "裘东耀",
            "宁波市人民政府",
            "慈溪市",
        ),
    }
)


def test_a_short_file_of_simplified_characters_is_read_from_gb18030():
    assert len(TITLES) > 50
    for title in TITLES:
        text = f"slug,title\na,{title}\n"
        assert rows(text.encode("gb18030")) == [{"slug": "a", "title": title}]


def test_a_short_file_of_traditional_characters_in_big5_is_never_taken_for_another():
    for title in filter(_is_big5, map(to_traditional, TITLES)):
        assert "Big5" in refusal(f"slug,title\na,{title}\n".encode("cp950"))


def _is_big5(text):
    try:
        return bool(text.encode("cp950"))
    except UnicodeEncodeError:
        return False


def test_where_two_encodings_are_as_likely_both_readings_are_told():
    message = refusal("slug,title\na,方案\n".encode("gb18030"))
    assert "GB18030 (“方案”) or Big5 (“源偶”)" in message
    assert rows("slug,title\na,方案\n".encode("gb18030"), "gbk") == [{"slug": "a", "title": "方案"}]
    assert rows("slug,title\na,实施方案\n".encode("gb18030")) == [{"slug": "a", "title": "实施方案"}]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("寧海縣", "big5"),
        ("대한민국 스마트시티 정책, 서울특별시 지능정보화 기본계획과 데이터 산업 진흥에 관한 조례 및 시행규칙", "euc_kr"),
        ("スマートシティの政策について、東京都のデータ利活用に関する条例と施行規則の概要をまとめたもの", "euc_jp"),
    ],
)  # fmt: skip
def test_text_of_others_is_not_taken_for_chinese(text, codec):
    assert refusal(f"slug,title\na,{text}\n".encode(codec))


def test_characters_of_private_use_are_a_sign_of_another_encoding():
    content = b"slug,title\na," + "数据发展".encode("gbk") + b"\xa1\x41\xaa\xa1\xf8\xa1\n"
    assert content.decode("gb18030")
    assert "characters that no text has" in refusal(content)


def test_a_mark_goes_before_the_choice():
    assert rows(TRADITIONAL.encode("utf-8-sig"), "big5") == rows(TRADITIONAL.encode())


def test_a_choice_that_cannot_be_is_refused_with_the_byte():
    assert refusal(b"slug\na\xff\xff\n", "big5") == "The file is not Big5: byte 7 cannot be read."
    assert refusal("网址标识\n".encode("gbk"), "utf-8") == "The file is not UTF-8: byte 1 cannot be read."


def test_an_encoding_that_there_is_not_is_refused():
    assert "gb18030" in refusal(b"slug\n", "latin-1")


def test_what_was_tried_is_told_with_its_byte():
    assert refusal(b"slug,title\na,\xff\n") == (
        "The encoding cannot be told. Tried: UTF-8 (byte 14 cannot be read), GB18030 (byte 14 cannot be read)."
    )


@pytest.mark.parametrize("cut", [1, 2])
def test_utf8_that_ends_within_a_character_is_not_taken_for_gbk(cut):
    assert "damaged" in refusal("slug,title\na,宁波市的规划".encode()[:-cut])


def test_utf8_with_one_wrong_byte_is_not_taken_for_gbk():
    assert f"byte {len(TEXT.encode()) + 1} cannot be read" in refusal(TEXT.encode() + b"\xff\n")


@pytest.mark.parametrize("word", ["学", "学习", "路"])
def test_gbk_that_happens_to_be_valid_utf8_is_seen_by_its_other_words(word):
    text = f"slug,标题\na,{word}\n"
    assert rows(text.encode("gbk")) == rows(text.encode())


def test_gbk_is_seen_even_where_all_of_it_is_valid_utf8():
    content = "slug,title\na,学习\n".encode("gbk")
    assert content.decode("utf-8")  # ѧϰ
    assert rows(content) == [{"slug": "a", "title": "学习"}]


@pytest.mark.parametrize("word", ["¶5", "café — naïve", "Нинбо, город в Китае", "Νίνγκμπο στην Κίνα", "漢字"])
def test_utf8_of_other_words_stays_utf8(word):
    content = f'slug,title\na,"{word}"\n'.encode()
    assert rows(content) == [{"slug": "a", "title": word}]


def test_western_text_is_refused_rather_than_shown_as_chinese():
    message = refusal("slug,title\na,Übergröße für Ärzte\n".encode("latin-1"))
    assert "cannot be told" in message or "it is no Chinese" in message


def test_utf32_is_refused():
    assert "UTF-32" in refusal("slug\na\n".encode("utf-32"))


def test_bytes_that_are_no_text_are_refused():
    assert refusal(bytes(range(256)) * 4)


COMMON = "".join(sorted({char for path in CONTENTS for char in path.read_text("utf-8") if "\u4e00" <= char <= "\u9fff"}))  # fmt: skip


@given(
    st.text(COMMON, min_size=1, max_size=40),
    st.sampled_from(["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
)
def test_chinese_text_is_read_the_same_from_every_encoding(text, codec):
    content = f"网址标识,题名\na,{text}\n".encode(codec)
    assert rows(content) == [{"slug": "a", "title": text}]


@given(
    st.text(st.characters(min_codepoint=0x20, blacklist_categories=["Cs", "Cc", "Cn"]), max_size=30).map(
        str.strip
    )
)
def test_any_text_is_read_from_utf8_with_a_mark(text):
    content = 'slug,title\na,"{}"\n'.format(text.replace('"', '""')).encode("utf-8-sig")
    assert rows(content)[0]["slug"] == "a"


@pytest.mark.parametrize("content", [b"- slug: \xff", "- title: 宁波市".encode()[:-1] + b" "])
def test_a_file_whose_encoding_cannot_be_told_is_refused_at_its_first_wrong_byte(content):
    message = refusal(content, name="policies.yaml")
    assert f"byte {9 if content[-1] == 0xFF else 16} cannot be read" in message
