"""Short names of bodies of the city that do not tell whose they are: the province and the state have a 发改委 as well."""

import re
from collections.abc import Collection

from timeline.editing.duplicate_titles import normalize_title

_PARTY = "(?:中共|中国共产党|中国人民政治协商会议)?"
# What the name of a body of a level begins with; a longer one first.
_LEVELS = ("国务院", "国家", "全国", "中央", "中国", "省", "市", "区", "县")
# 区块链中心 is of no district.
_of_some_district = re.compile(
    "[区县](?!块|域)[\u3400-\u9fff]{0,12}(?:局|委|委员会|办|办公室|政府|中心|人大|政协|院|队|集团|公司)"
).fullmatch
# 本局, 我委, 办公室, 全区, 镇政府.
_is_of_writer = re.compile(
    "(?:[本我该]|我们|上)(?:级|省|市|区|县|镇|乡|街道|局|委|办|厅|处|科|所|院|校|会|单位|部门|机关|中心|公司|集团).*"
    "|(?:市|区|县|省)?(?:局|委|办|厅|处|科|机关|办公室|各?有关部门|各?相关部门|各部门|各单位|各有关单位)"
    "|全[区县镇乡]|(?:镇|乡|街道)(?:人民)?政府|街道办(?:事处)?"
).fullmatch
_han = re.compile("[\u3400-\u9fff]")


def is_bare(name: str, title: str, city: str, areas: Collection[str]) -> bool:
    """Whether a name of the body of this title lacks its city, any of these names of areas, and a word of a level.

    `city` is the name of the city without 市, `areas` are normalized.
    """
    match = re.match(f"{_PARTY}{re.escape(city)}市(.+)", normalize_title(title)) if city else None
    name = re.sub(f"^{_PARTY}", "", normalize_title(name))
    if match is None or not _han.match(name) or city in name:
        return False
    if any(area in name if len(area) > 1 else name.startswith(area) for area in areas):
        return False
    return not begins_with_level(name, match[1])


def lacks_district(name: str) -> bool:
    """Whether the name of an office tells that it is of a district, and not of which: 区大数据局."""
    return bool(_of_some_district(normalize_title(name)))


def is_relative(name: str) -> bool:
    """Whether whose a name is depends on who wrote the table: 本局, and 区政府 in the table of a district.

    What it means in one table is no other name of the record, and no answer for other tables.
    """
    return bool(_is_of_writer(name)) or lacks_district(name)


def begins_with_level(name: str, rest: str = "") -> bool:
    """Whether a name begins with the word of a level, and not as its title behind the city does: 市场监管局."""
    return any(
        name.startswith(level) and (not rest.startswith(level) or name.startswith(level * 2))
        for level in _LEVELS
    )
