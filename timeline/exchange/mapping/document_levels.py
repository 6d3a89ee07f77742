"""Whether a document number is that of a body above the city: a ministry, the State Council, a province."""

import re

from timeline.values.document_numbers import DocumentNumber, DocumentNumberError

# How the codes of the centre begin, and of its ministries.
_of_state = re.compile(
    r"中发|中办|中共中央|中华人民共和国|厅字|国(?!资)|全国|主席令|发改|工信|建(?:办|科|城|规|标|督)|科(?:发|技部|技)|财(?!政局)"
    r"|交(?:办|规划|科技|通运输部|运)|公通字|教(?:技|发|办)|民发|人社(?:部|厅)|自然资|环发|环办|农(?:业部|办)|商(?:办|务部)"
    r"|文旅|国卫|银发|税总|信部|网信|中网办"
).match
# How the codes of provinces begin.
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新"
_MUNICIPALITIES = {"北京": "京", "天津": "津", "上海": "沪", "重庆": "渝", "南京": "宁"}


def code_of(number: str) -> str:
    """The code of a document number as `number_above_city()` has it; "" for none."""
    return DocumentNumber.load(number).code if number else ""


def number_above_city(text: str, city: str) -> str:
    """The document number if its code is that of a body above the city; "" for all others.

    `city` is the name of the city without 市. A character that stands in it may be its own: 青政发 is of 青岛 there.
    """
    try:
        number = DocumentNumber.load(text) if text else None
    except DocumentNumberError:
        return ""
    if number is None or not number.is_standard or not city or number.code[0] in city:
        return ""
    own = _MUNICIPALITIES.get(city, "")
    is_of_province = number.code[0] in _PROVINCES and number.code[0] != own
    return str(number) if is_of_province or _of_state(number.code) else ""
