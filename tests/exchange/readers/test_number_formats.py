"""Number formats: the displayed text of a number or date, or an error if it is not exactly known."""

import contextlib
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.exchange.readers.number_formats import BUILT_IN, CannotShowError, NumberFormat


def shown(code, value):
    return NumberFormat(code).number(Decimal(value)).strip()


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("General", "0.95", "0.95"),
        ("General", "2000", "2000"),
        ('General"元"', "2.5", "2.5元"),
        ("0", "1.5", "2"),
        ("0", "2.5", "3"),
        ("0", "2.49", "2"),
        ("0.00", "2016.1", "2016.10"),
        ("0.0", "0.05", "0.1"),
        ("0.##", "5.1", "5.1"),
        ("0.##", "5", "5."),
        (".00", "0.5", ".50"),
        ("#.0#", "0.25", ".25"),
        ("000", "7", "007"),
        ("00000", "123456", "123456"),
        ("0%", "0.95", "95%"),
        ("0.0%", "0.985", "98.5%"),
        ("0%", "0.285", "29%"),
        ("#,##0", "1234567", "1,234,567"),
        ("#,##0", "12", "12"),
        ("#,##0.00", "1234.5", "1,234.50"),
        ("0,000", "5", "0,005"),
        ('#,##0"亿元"', "2000", "2,000亿元"),
        ('0"Mbps"', "20", "20Mbps"),
        ('"约"0"万"', "30", "约30万"),
        ('0.0,"千"', "12345", "12.3千"),
        ('0,,"百万"', "3500000", "4百万"),
        (r"0\万", "8", "8万"),
        ("0万元", "8", "8万元"),
        ('"¥"#,##0.00', "1200", "¥1,200.00"),
        ("[$¥-804]#,##0.00", "1200", "¥1,200.00"),
        ("[$€-2] 0", "5", "€ 5"),
        ('_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', "1200", "¥1,200.00"),
        ('_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', "-5", "¥-5.00"),
        ("0;(0)", "-3", "(3)"),
        ("0.0", "-3.25", "-3.3"),
        ('0;-0;"零"', "0", "零"),
        ("[Red]0.0", "3", "3.0"),
        ("[Color10]0;[Red]-0", "-3", "-3"),
        ('[>=100]0"多";0"少"', "120", "120多"),
        ('[>=100]0"多";0"少"', "20", "20少"),
        ("0000-00", "201609", "2016-09"),
        ('0000"年"00"月"', "201609", "2016年09月"),
        ('"第"0"批"', "1", "第1批"),
        ("0.00E+00", "12345", "1.23E+04"),
        ("0.00E+00", "0.00999999", "1.00E-02"),
        ("0E-0", "12345", "1E4"),
        ("0.00E+00", "0", "0.00E+00"),
        (r"0\.0,", "123456", "12.3"),
        ('0!.0,"万元"', "123456", "12.3万元"),
        ('[>=10000]0!.0,"万";0', "12345", "1.2万"),
        ('[>=10000]0!.0,"万";0', "120", "120"),
        ("0!%", "95", "95%"),
        ("0!;0", "12", "1;2"),
        ('0"!"', "5", "5!"),
        ("0!", "5", "5!"),
        ("# ?/?", "0.5", "1/2"),
        ("# ?/?", "1.5", "1 1/2"),
        ("# ?/?", "3", "3"),
        ("# ??/??", "0.0625", "1/16"),
        ("# ?/8", "0.5", "4/8"),
        ("?/?", "1.5", "3/2"),
    ],
)  # fmt: skip
def test_a_number_is_the_text_that_its_cell_shows(code, value, text):
    assert shown(code, value) == text


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (";;;", "5"),
        ("0;;", "0"),
        ("#", "0"),
        ("*-0", "5"),
        ("[DBNum1]0", "5"),
        ("[DBNum2][$-804]General", "5"),
        ("[$-2000401]0", "5"),
        ("##0.0E+0", "12345"),
        ("# ?/?", "0.3333"),
        ("0", "-0.2"),
        ("[<0]0;[<5]0", "7"),
        ("0.0.0", "5"),
        ("0x", "5"),
        ("[?]0", "5"),
        ("yyyy", "5"),
    ],
)
def test_what_cannot_be_told_exactly_is_not_guessed(code, value):
    with pytest.raises(CannotShowError):
        NumberFormat(code).number(Decimal(value))


@pytest.mark.parametrize("number", [5, 6, 7, 8, 42, 44])
def test_money_in_the_manner_of_the_machine_is_not_known(number):
    assert number not in BUILT_IN


@given(st.integers(-(10**14), 10**14), st.integers(0, 6))
def test_fixed_decimals_are_those_of_exact_arithmetic(number, places):
    value = Decimal(number).scaleb(-places)
    assert shown(f"#,##0{'.' if places else ''}{'0' * places}", value) == f"{value:,.{places}f}"


@given(st.integers(0, 10**9), st.integers(1, 12))
def test_zeros_before_a_number_are_as_many_as_the_format_has(number, width):
    assert shown("0" * width, number) == f"{number:0{width}}"


@given(st.integers(0, 10**6))
def test_a_percentage_means_its_number(number):
    assert shown("0.00%", Decimal(number).scaleb(-4)) == f"{number / 100:.2f}%"


@given(
    st.text(st.sampled_from('0#?.,%/;"\\!_*[]@ydmhsE+-年<>1$GeneralDBNum'), max_size=12),
    st.integers(-999, 9999),
)
def test_any_format_shows_something_or_says_that_it_cannot(code, number):
    known = NumberFormat(code)
    for show in (
        lambda: known.number(Decimal(number)),
        lambda: known.date(datetime(2016, 9, 26)),
        lambda: known.text("甲"),
    ):
        with contextlib.suppress(CannotShowError):
            assert isinstance(show(), str)


DAY = datetime(2016, 9, 5, 14, 7, 3)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("yyyy-mm-dd", "2016-09-05"),
        ('yyyy"年"m"月"d"日"', "2016年9月5日"),
        ("yyyy年m月d日;@", "2016年9月5日"),
        ('"截至"yyyy"年"m"月"', "截至2016年9月"),
        ('yyyy"年度"', "2016年度"),
        ("yyyy!年m!月d!日", "2016年9月5日"),
        ("yyyy!-mm!/dd", "2016-09/05"),
        ("yy/m/d", "16/9/5"),
        ("e/mm/dd", "2016/09/05"),
        ('m"月"d"日"', "9月5日"),
        ("h:mm", "14:07"),
        ("mm:ss", "07:03"),
        ("h:mm AM/PM", "2:07 PM"),
        ('上午/下午h"时"mm"分"', "下午2时07分"),
        ("yyyy-mm-dd aaaa", "2016-09-05 星期一"),
        ("[$-804]yyyy.mm.dd", "2016.09.05"),
    ],
)
def test_a_date_is_the_text_that_its_cell_shows(code, text):
    assert NumberFormat(code).date(DAY) == text


@pytest.mark.parametrize(
    "code", ["mmm-yy", "dddd", "[$-411]ggge年", "[h]:mm", "[DBNum1]yyyy年", "[$-F800]yyyy", "s.00"]
)
def test_what_depends_on_a_language_or_a_calendar_is_not_guessed(code):
    with pytest.raises(CannotShowError):
        NumberFormat(code).date(DAY)
