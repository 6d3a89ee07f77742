"""Document numbers: parsed with every common kind of bracket, and written as one canonical text."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.values.document_numbers import MAX_DOCUMENTS, DocumentNumber, DocumentNumberError, numbers_in
from timeline.values.errors import InvalidValueError

parse = DocumentNumber.parse


@pytest.mark.parametrize(
    "text",
    [
        *(
            "甬党〔2010〕14号",
            "甬党[2010]14号",
            "甬党【2010】14号",
            "甬党［2010］14号",
            "甬党（2010）14号",
            "甬党(2010)14号",
            "甬党〖2010〗14号",
            "甬党﹝2010﹞14号",
            "甬党『2010』14号",
            "甬党〈2010〉14号",
            "甬党《2010》14号",
            "甬党｛2010｝14号",
        ),
        *(
            "甬党「2010」14号",
            "甬党〔２０１０〕１４号",
            "甬党 〔2010〕 14 号",
            " 甬党〔2010〕14号\n",
            "甬党〔2010〕第14号",
            "甬党〔2010〕014号",
            "甬党〔2010〕0014号",
        ),
        *("甬党〔2010〕第014号", "甬　党〔2010〕14号"),
        *("甬党〔二〇一〇〕14号", "甬党〔二○一○年〕十四号", "甬党〔2010〕第十四号"),
    ],
)
def test_a_document_number_is_read_as_people_write_it(text):
    number = parse(text)
    assert number == DocumentNumber("甬党", 2010, 14)
    assert str(number) == "甬党〔2010〕14号"


@pytest.mark.parametrize("code", ["甬政办发", "浙发改高技", "建办科函", "Yong", "国办发明电"])
def test_the_code_is_kept_as_it_is(code):
    assert parse(f"{code}〔2016〕7号").code == code


ORDERS = {
    "宁波市人民政府令第200号": DocumentNumber("宁波市人民政府令", number=200, is_order=True),
    "国务院令第492号": DocumentNumber("国务院令", number=492, is_order=True),
    "主席令第十二号": DocumentNumber("主席令", number=12, is_order=True),
    "中华人民共和国主席令第一一八号": DocumentNumber("中华人民共和国主席令", number=118, is_order=True),
    "人大常委会公告第74号": DocumentNumber("人大常委会公告", number=74, is_order=True),
    "宁波市人民代表大会常务委员会公告〔十五届〕第12号": DocumentNumber(
        "宁波市人民代表大会常务委员会公告〔十五届〕", number=12, is_order=True
    ),
    "工业和信息化部公告2013年第5号": DocumentNumber("工业和信息化部公告", 2013, 5, is_order=True),
}


@pytest.mark.parametrize("text", ORDERS)
def test_the_number_of_an_order_or_announcement_is_read(text):
    assert parse(text) == ORDERS[text]
    assert str(ORDERS[text]) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("宁波市人民政府令（第200号）", "宁波市人民政府令第200号"),
        ("宁波市人民政府令 第２００号", "宁波市人民政府令第200号"),
        ("宁波市人民政府第200号令", "宁波市人民政府令第200号"),
        ("宁波市人民政府令第二百号", "宁波市人民政府令第200号"),
        ("国务院令第四九二号", "国务院令第492号"),
        ("国务院令第492号", "国务院令第492号"),
        ("中华人民共和国主席令（第十二号）", "中华人民共和国主席令第十二号"),
        ("主席令第12号", "主席令第十二号"),
        ("主席令第118号", "主席令第一一八号"),
        ("主席令第一百一十八号", "主席令第一一八号"),
        ("主席令第一百零八号", "主席令第一〇八号"),
        ("国家发展改革委2014年第11号令", "国家发展改革委令2014年第11号"),
        ("甬政令〔2013〕5号", "甬政令〔2013〕5号"),
        ("市人大常委会公告[第十五届]12号", "市人大常委会公告〔第十五届〕第12号"),
    ],
)
def test_an_order_has_one_number_however_it_is_written(text, canonical):
    assert str(parse(text)) == canonical


@pytest.mark.parametrize(
    "text", ["甬政发〔2013〕7－8号", "甬政发〔2013〕7—8号", "甬政发[2013]7号-8号", "甬政发〔2013〕7至8号"]
)
def test_numbers_in_a_row_are_read(text):
    assert parse(text) == DocumentNumber("甬政发", 2013, 7, 8)
    assert str(parse(text)) == "甬政发〔2013〕7—8号"


def test_numbers_in_a_row_are_those_of_several_documents():
    assert [str(number) for number in parse("甬政发〔2013〕7—9号").documents] == [
        f"甬政发〔2013〕{n}号" for n in (7, 8, 9)
    ]
    assert len(parse("甬政发〔2013〕1—900000号").documents) == MAX_DOCUMENTS
    assert parse("国务院令第492号").documents == [parse("国务院令第492号")]


@pytest.mark.parametrize(
    ("one", "other", "is_shared"),
    [
        ("甬政发〔2013〕7—8号", "甬政发〔2013〕8号", True),
        ("甬政发〔2013〕7—8号", "甬政发〔2013〕8—9号", True),
        ("甬政发〔2013〕7—8号", "甬政发〔2013〕9号", False),
        ("甬政发〔2013〕7—8号", "甬政发〔2012〕8号", False),
        ("甬党〔2010〕14号", "甬党〔2010〕14号", True),
        ("国务院令第492号", "国务院令第493号", False),
        ("Order No. 5", "Order No. 5", True),
        ("Order No. 5", "Order No. 6", False),
    ],
)
def test_numbers_overlap_where_they_have_a_document_in_common(one, other, is_shared):
    assert parse(one).overlaps(parse(other)) is parse(other).overlaps(parse(one)) is is_shared


@pytest.mark.parametrize(
    "text", ["Ordinance No. 12 of 2019", "（十五届）第12号", "甬党[10]14号", "第五号通令之二", "府訓字第1號"]
)
def test_the_number_of_another_system_is_kept_as_it_is_written(text):
    number = parse(f" {text} ")
    assert (str(number), number.is_standard) == (text, False)
    assert parse(str(number)) == number


MISTAKES = {
    "stands for no document number. Leave it empty": ("无", "—", "/", "N/A", "暂无", "无文号", "不详"),
    "has several document numbers. Write one": ("甬政发〔2013〕7号、甬政发〔2013〕8号", "甬党〔2010〕14号，甬政〔2010〕3号", "甬政发〔2013〕7、8号", "甬政发〔2013〕7号和9号", "甬政发〔2013〕7、8"),
    "does not tell the office. Write its code": ("〔2010〕14号", "〔2013〕7－8号"),
    "does not tell the office. Write the code and year": ("14号", "第200号", "令第200号", "第200号令", "公告2013年第5号"),
    "run from the greater to the smaller.": ("甬政发〔2013〕8—7号", "甬政发〔2013〕8-8号"),
    "shortens the year.": ("甬党〔10〕14号", "甬党〔10年〕14号"),
    "has Chinese numerals. Write year and number in figures": ("甬党〔〇〇一〇〕14号", "甬党〔2010〕十十号"),
    "ends without 号.": ("甬党〔2010〕14", "甬党〔2010〕第14"),
    "has no serial number.": ("甬党〔2010〕号", "甬党〔2010〕", "甬党〔2010〕0号"),
    "has no year. Write it in 〔〕": ("甬党14号", "甬政发第7号"),
    "has no brackets. Write it in 〔〕": ("甬党2010 14号", "甬党-2010-14号", "甬党2010年第14号"),
    "is not the number of an order or announcement.": ("市人大常委会公告〔十五届〕", "市政府公告第5", "市政府令5号之二"),
    "is not a document number. Write code, year": (
        *("甬党〔20100〕14号", "甬党〔2010〕1234567号", "甬党〔2010〕14号2", "甬1党〔2010〕14号", "通知", ""),
        *("甬" * 31 + "〔2010〕14号", "通知1" * 21),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "text"), [(key, text) for key, texts in MISTAKES.items() for text in texts]
)
def test_each_kind_of_mistake_has_its_sentence(sentence, text):
    with pytest.raises(DocumentNumberError) as refusal:
        parse(text).check_standard()
    assert sentence in str(refusal.value)
    assert str(refusal.value) == refusal.value.message % refusal.value.params


@pytest.mark.parametrize("text", ["", "无", "—", "通知", "x" * 30, "第1号" * 21])
def test_a_text_without_a_number_or_too_long_is_no_number_of_any_system(text):
    with pytest.raises(DocumentNumberError):
        parse(text)


@pytest.mark.parametrize("value", [None, 14, 2010.14, True, []])
def test_a_value_that_is_no_text_is_refused(value):
    with pytest.raises(DocumentNumberError):
        parse(value)


def test_a_document_number_is_itself():
    number = parse("甬党〔2010〕14号")
    assert parse(number) is number


@pytest.mark.parametrize("text", ["甬党〔0010〕14号", "甬党〔0000〕14号", "甬党〔0999〕1号"])
def test_a_year_that_its_canonical_text_could_not_hold_is_refused(text):
    assert not parse(text).is_standard


pieces = st.text(
    alphabet="甬党政办发國令公告年十百二—第号〔〕[]【】（）()0123456789０１ eé\u0301ﬁ", max_size=16
)


@given(
    st.one_of(
        st.text(max_size=30), pieces, st.builds("{}〔{}〕{}号".format, pieces, st.integers(0, 9999), pieces)
    )
)
def test_any_text_is_refused_or_read_to_a_number_that_its_canonical_text_gives_back(text):
    try:
        number = parse(text)
    except DocumentNumberError:
        return
    assert parse(str(number)) == number
    assert len(str(number)) <= 60


@given(
    st.text(alphabet="甬党政办发国浙", min_size=1, max_size=30),
    st.integers(1000, 9999),
    st.integers(1, 999999),
)
def test_canonical_text_is_read_back_to_the_same_number(code, year, number):
    document = DocumentNumber(code, year, number)
    assert parse(str(document)) == document


@given(
    st.text(alphabet="甬党政府国务院主席浙", min_size=1, max_size=20),
    st.sampled_from(["令", "公告", "主席令"]),
    st.none() | st.integers(1000, 9999),
    st.integers(1, 99999),
)
def test_canonical_text_of_an_order_is_read_back_to_the_same_number(office, kind, year, number):
    document = DocumentNumber(office + kind, year, number, is_order=True)
    assert parse(str(document)) == document


@pytest.mark.parametrize("numeral", ["十十", "百百", "十百", "一百十百", "百", "零十十"])
def test_chinese_numerals_that_are_no_number_are_kept_as_text(numeral):
    assert parse(f"国务院令第{numeral}号").number is None


@given(st.text("零〇○一二三四五六七八九十百", max_size=8))
def test_any_run_of_chinese_numerals_is_a_number_or_text(numeral):
    for text in (f"国务院令第{numeral}号", f"国务院第{numeral}号令", numeral):
        with contextlib.suppress(InvalidValueError):
            number = parse(text)
            assert parse(str(number)) == number


@given(st.text() | st.text("甬政发令号第年〔〕[]（）0123456789一十百—-"))
def test_no_text_raises_anything_but_what_forms_show(text):
    with contextlib.suppress(InvalidValueError):
        parse(text)


@pytest.mark.parametrize("character", ["号", "甬", "1", "[", " "])
def test_a_long_text_is_refused_in_no_time(character):
    with pytest.raises(DocumentNumberError) as refused:
        parse(character * 1_000_000)
    assert "is not a document number" in refused.value.message


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("甬政发〔2013〕17、18号", "甬政发〔2013〕17—18号"),
        ("甬政发（2013）第7号、8号及9号", "甬政发〔2013〕7—9号"),
        ("甬政发〔2013〕7、9号", "国办发〔2013〕7—8号"),
    ],
)
def test_numbers_in_a_row_are_shown_as_they_are_written(text, example):
    with pytest.raises(DocumentNumberError, match=f"in a row are written {example}"):
        DocumentNumber.parse(text).check_standard()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("甬政发〔2020〕1号、甬政办发〔2020〕2号", ["甬政发〔2020〕1号", "甬政办发〔2020〕2号"]),
        ("甬政发〔2020〕1号 甬政办发〔2020〕2号", ["甬政发〔2020〕1号", "甬政办发〔2020〕2号"]),
        ("甬政发〔2020〕1号和甬经信发〔2020〕2号", ["甬政发〔2020〕1号", "甬经信发〔2020〕2号"]),
        ("国办发[2013]7、9号", ["国办发〔2013〕7号", "国办发〔2013〕9号"]),
        # Those in a row are one number as well.
        ("国办发[2013]7、8号", ["国办发〔2013〕7—8号", "国办发〔2013〕7号", "国办发〔2013〕8号"]),
        ("甬政发〔2020〕1号", []),
        ("甬政发〔2020〕1号、待查", []),
        ("", []),
    ],
)
def test_several_numbers_in_a_text_are_told_apart(text, numbers):
    assert [*map(str, numbers_in(text))] == numbers
