"""Document numbers: parsed with every common kind of bracket, and written as one canonical text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.values.document_numbers import DocumentNumber, DocumentNumberError

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
    ],
)
def test_a_document_number_is_read_as_people_write_it(text):
    number = parse(text)
    assert number == DocumentNumber("甬党", 2010, 14)
    assert str(number) == "甬党〔2010〕14号"


@pytest.mark.parametrize("code", ["甬政办发", "浙发改高技", "建办科函", "Yong", "国办发明电"])
def test_the_code_is_kept_as_it_is(code):
    assert parse(f"{code}〔2016〕7号").code == code


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "14号",
            "甬党14号",
            "甬党〔2010〕号",
            "甬党〔2010〕14",
            "甬党〔10〕14号",
            "甬党〔20100〕14号",
            "〔2010〕14号",
        ),
        *(
            "甬党〔2010〕0号",
            "甬党〔2010〕1234567号",
            "甬党〔2010〕14号2",
            "甬党2010 14号",
            "甬党〔二〇一〇〕14号",
            "甬党〔2010〕十四号",
        ),
        *("甬" * 31 + "〔2010〕14号", "甬党〔2010〕14号〔2010〕14号", "甬1党〔2010〕14号"),
    ],
)
def test_what_is_no_document_number_is_refused_with_what_would_be_right(text):
    with pytest.raises(DocumentNumberError) as refusal:
        parse(text)
    assert (
        str(refusal.value)
        == f"“{text[:60]}” is not a document number. Write code, year and number: 甬党〔2010〕14号."
    )


@pytest.mark.parametrize("value", [None, 14, 2010.14, True, []])
def test_a_value_that_is_no_text_is_refused(value):
    with pytest.raises(DocumentNumberError):
        parse(value)


def test_a_document_number_is_itself():
    number = parse("甬党〔2010〕14号")
    assert parse(number) is number


@pytest.mark.parametrize("text", ["甬党〔0010〕14号", "甬党〔0000〕14号", "甬党〔0999〕1号"])
def test_a_year_that_its_canonical_text_could_not_hold_is_refused(text):
    with pytest.raises(DocumentNumberError):
        parse(text)


pieces = st.text(alphabet="甬党政办发國第号〔〕[]【】（）()0123456789０１ eé\u0301ﬁ", max_size=16)


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
