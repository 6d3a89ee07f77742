"""Full titles of the offices of a city, where their short forms in a file tell them: 市卫生局 is that of the city of the chronicle."""

import re

from timeline.models import Organization
from timeline.models.records import Record

# What stands behind 市 in the short forms of a city's offices, and in their titles.
_FULL = {
    "委": "委员会",
    "政府": "人民政府",
    "府": "人民政府",
    "人大": "人民代表大会",
    "人大常委会": "人民代表大会常务委员会",
    "府办": "人民政府办公室",
    "政府办": "人民政府办公室",
    "政府办公室": "人民政府办公室",
    "政府办公厅": "人民政府办公厅",
    "发改委": "发展和改革委员会",
    "经信委": "经济和信息化委员会",
    "经信局": "经济和信息化局",
    "住建委": "住房和城乡建设委员会",
    "住建局": "住房和城乡建设局",
    "卫计委": "卫生和计划生育委员会",
    "卫健委": "卫生健康委员会",
}
# These have more before the name of the city.
_BEFORE = {
    "委": "中共",
    "委办": "中共",
    "委办公厅": "中共",
    "委办公室": "中共",
    "政协": "中国人民政治协商会议",
}
_BEHIND = {
    "委办": "委员会办公室",
    "委办公厅": "委员会办公厅",
    "委办公室": "委员会办公室",
    "政协": "委员会",
}
# Their titles end with 办公室 or with 办公厅, which the short forms do not tell.
_OFFICES = ("委办", "府办", "政府办")
# A title is hardly shorter.
MIN_LENGTH = 5


def full_title(model: type[Record], name: str, city: str, *, is_of_city: bool = False) -> str:
    """The title that a new record of this name gets: in full, if it is an office of the city; otherwise the name.

    Where the rows tell that it `is_of_city`, its name need not.
    """
    # 市场监管局 does not tell the city.
    rest = name if name.startswith("市场") else name.removeprefix("市")
    if model is not Organization or not city or not rest or (rest == name and not is_of_city):
        return name
    return f"{_BEFORE.get(rest, '')}{city}市{_BEHIND.get(rest) or _FULL.get(rest, rest)}"


def full_titles(model: type[Record], name: str, city: str, *, is_of_city: bool = False) -> tuple[str, ...]:
    """The titles that a new record of this name may get: two if a short form does not tell how its title ends (市委办)."""
    title = full_title(model, name, city, is_of_city=is_of_city)
    if title == name or name.removeprefix("市") not in _OFFICES:
        return (title,)
    return title, f"{title.removesuffix('室')}厅"


def possible_titles(model: type[Record], name: str, city: str) -> set[str]:
    """The titles that a new record of this name may get."""
    return {
        title for of_city in (False, True) for title in full_titles(model, name, city, is_of_city=of_city)
    }


def field_of(model: type[Record], name: str, city: str) -> str:
    """The field of an office of the city, which its bureau and its commission have in common: 教育; "" for others."""
    if model is not Organization or not city:
        return ""
    match = re.fullmatch(f"{re.escape(city)}市(.{{2,}}?)(?:局|委员会)", full_title(model, name, city))
    return match[1] if match else ""


def is_short(model: type[Record], title: str) -> bool:
    """Whether a title is perhaps only the short form of an office: 发改委, whose is not told."""
    return model is Organization and len(title) < MIN_LENGTH
