"""Encodings: found where the bytes prove them, chosen where they cannot, and refused where they are in doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import FIXTURES
from tests.files import read_all
from timeline.exchange.readers import Upload, read

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
    text = TEXT.replace("é ¶5 ", "")  # which GBK does not have
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


COMMON = "".join(sorted({char for path in FIXTURES.glob("*.yaml") for char in path.read_text("utf-8") if "\u4e00" <= char <= "\u9fff"}))  # fmt: skip


@given(
    st.text(COMMON, min_size=1, max_size=40),
    st.sampled_from(["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
)
def test_chinese_text_is_read_the_same_from_every_encoding(text, codec):
    content = f"slug,title\na,{text}\n".encode(codec)
    assert rows(content) == [{"slug": "a", "title": text}]


@given(
    st.text(st.characters(min_codepoint=0x20, blacklist_categories=["Cs", "Cc", "Cn"]), max_size=30).map(
        str.strip
    )
)
def test_any_text_is_read_from_utf8_with_a_mark(text):
    content = 'slug,title\na,"{}"\n'.format(text.replace('"', '""')).encode("utf-8-sig")
    assert rows(content)[0]["slug"] == "a"
