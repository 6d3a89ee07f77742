"""The form in which the full name of an office and its usual short forms are equal: 省府办 is 浙江省人民政府办公厅 without its province."""

import functools
import re
from collections.abc import Iterator

# What names of offices leave out, in this order: 市政府 is 市人民政府, 市委 is 中共市委员会, 住建部 is 住房和城乡建设部.
ABBREVIATIONS = (
    ("中华人民共和国", ""),
    ("中国共产党", ""),
    ("中共", ""),
    ("人民代表大会常务委员会", "人大常委会"),
    ("人民代表大会", "人大"),
    ("政治协商会议", "政协"),
    ("人民政府", "政府"),
    ("发展和改革", "发改"),
    ("发展改革", "发改"),
    ("经济和信息化", "经信"),
    ("工业和信息化", "工信"),
    ("住房和城乡建设", "住建"),
    ("住房城乡建设", "住建"),
    ("卫生和计划生育", "卫计"),
    ("卫生健康", "卫健"),
    ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"),
    ("市场监督管理", "市场监管"),
    ("国有资产监督管理", "国资"),
    ("文化和旅游", "文旅"),
    ("科学技术", "科技"),
    # Its office is called 网信办.
    ("网络安全和信息化委员会", "网信"),
    ("网络安全和信息化", "网信"),
    ("互联网信息", "网信"),
    ("委员会", "委"),
)
# Names of which only the first characters of their words are left, as in document numbers.
_INITIALS = {
    "国发": "国务院",
    "国办": "国务院办公厅",
    "国办发": "国务院办公厅",
    "中发": "中共中央",
    "中办": "中共中央办公厅",
    "中办发": "中共中央办公厅",
}
_HAN = "[\u3400-\u9fff]"
_general_office = re.compile(f"办公厅$|(?<={_HAN}{{2}})办$")
_government = re.compile("(?<=[省市区县州旗])府(?=办公室$|$)")
# 国家工信部 is 工信部; 发改委 alone is not only that of the state.
_of_state = re.compile("^国家(?=.+(?:部|总局)$)")
_province = re.compile(f"{_HAN}{{2,6}}?(?=省|自治区)")


@functools.lru_cache(maxsize=4096)
def full_name(name: str, city: str) -> str:
    """The normalized name in the form in which a name of an office and its short forms are equal.

    办公厅 and 办公室 are not told apart.
    """
    name = _INITIALS.get(name, name)
    for long, short in ABBREVIATIONS:
        name = name.replace(long, short)
    name = _of_state.sub("", _government.sub("政府", _general_office.sub("办公室", name)))
    if not city:
        return name
    # 市场监管局 does not tell the city.
    if name.startswith("市") and not name.startswith("市场"):
        return city + name
    return re.sub(f"^{_HAN}{{2,6}}?(?:省|自治区)(?={re.escape(city)})", "", name)


def province_of(name: str) -> str:
    """The province or autonomous region with which a name in full begins, without its unit; "" for none: 浙江."""
    return match[0] if (match := _province.match(name)) else ""


def full_spellings(name: str, city: str) -> Iterator[tuple[str, str]]:
    """The forms of the normalized name of a record: in full, and as those write it who leave out its province or, of a district, its city.

    Each comes with the province that it leaves out, or "".
    """
    full = full_name(name, city)
    yield full, ""
    if province := province_of(full):
        yield full.removeprefix(province), province
    elif city and (match := re.match(f"{re.escape(city)}市(?={_HAN}{{1,3}}?[区县])", full)):
        yield full[match.end() :], ""
