"""Maps headers and sheet names to columns and tables: field names, their translations, and listed aliases."""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext

from timeline.exchange.readers.types import printable
from timeline.publishable import Publishable
from timeline.rows.columns import Column, suggestion_for
from timeline.rows.grouping import outer_groupings
from timeline.rows.tables import DELETE_COLUMN, TABLES, Table
from timeline.values.chinese import fold

# Headers in use besides the translated field names, which are known anyway. Where a name is the own name of
# another column in some table, it means that column there.
ALIASES: dict[str, tuple[str, ...]] = {
    "slug": ("标识", "网址标识符", "网址代号", "别名", "代号"),
    "title": (
        *("标题", "题名", "名称", "题目", "文件名称", "文件标题"),
        *("政策名称", "政策标题", "公文标题", "文件题名", "文件名", "事件名称", "事件", "大事", "事项"),
    ),
    "title_en": ("英文标题", "英文名称", "英文名", "标题（英文）", "题名（英文）"),
    "date": (
        *("日期", "时间", "年月", "发生日期", "发生时间", "所记日期", "事件日期"),
        *("事件时间", "获批日期", "获批时间", "批准日期", "批准时间", "授牌时间"),
    ),
    "short_title": ("简称", "短标题", "短名"),
    "short_title_en": ("英文简称", "英文短标题"),
    "aliases": ("又名", "其他名称", "检索词", "搜索词"),
    "examined": ("已查来源", "来源已查", "已核来源"),
    "summary": ("概要", "简介", "内容提要", "提要", "内容摘要", "主要内容"),
    "summary_en": ("英文概要", "英文简介", "摘要（英文）"),
    "body": ("内容", "全文", "正文内容"),
    "body_en": ("英文内容", "正文（英文）"),
    "phase": ("所属阶段", "时期", "发展阶段"),
    "phases": ("所属阶段", "相关阶段"),
    "topics": ("主题", "专题标签", "标签", "所属专题", "领域"),
    "editor_note": ("编者注", "编注", "编者按"),
    "editor_note_en": ("英文编者注", "编者说明（英文）"),
    "document_type": ("文件类型", "公文种类", "文件种类", "公文类型", "文件类别"),
    "document_number": (
        *("文号", "文件号", "文件字号", "发文号", "文件编号"),
        *("发布文号", "发文文号", "公文文号", "公文字号", "发文编号"),
    ),
    # Who drafted it, or is to carry it out (起草单位, 责任单位), need not have issued it.
    "issuers": (
        *("发文单位", "发布机关", "发布单位", "制发机关", "印发机关", "制定机关", "发文部门", "发文机构"),
        *("印发单位", "印发部门", "发布部门", "发布机构", "颁布机关", "颁布单位", "制定单位", "主办单位"),
    ),
    "level": ("级别", "文件层级", "效力层级", "政策层级", "政策级别", "发文层级"),
    "issued": ("成文时间", "印发日期", "印发时间", "签发日期", "发文日期", "发文时间", "落款日期"),
    "published_on": ("发布时间", "公布日期", "公布时间", "颁布日期", "颁布时间"),
    "effective_from": (
        *("施行时间", "生效日期", "生效时间", "实施日期"),
        *("实施时间", "起始日期", "执行日期", "执行时间"),
        *("实施开始", "施行开始", "执行开始", "有效期起", "有效期开始"),
    ),
    "effective_until": (
        *("废止时间", "失效日期", "失效时间", "有效期至", "终止日期", "有效期止"),
        *("实施结束", "施行结束", "执行结束", "有效期结束"),
    ),
    "covers": ("规划期间", "规划时期", "适用期间"),
    "validity": ("时效性", "效力状态", "效力", "是否有效", "有效性"),
    "provisional": ("暂行文件", "试行", "是否暂行"),
    "official_url": (
        *("官方网址", "官方链接", "原文链接", "官网链接", "链接地址"),
        *("链接", "网址", "原文地址", "文件链接"),
    ),
    "programme": ("试点名称", "项目", "项目名称"),
    "batch": ("批数", "试点批次"),
    "designee": (
        *("获批地区", "试点城市", "试点单位", "获批城市"),
        *("区县", "县市区", "区县市", "所在区县", "地区"),
    ),
    "areas": ("其他地区", "同批地区", "所涉地区", "涉及地区", "有关地区", "相关地区"),
    # Until 0.1 “authority”, of which there was one.
    "authorities": (
        *("authority", "审批机关", "批准单位", "授予机关", "授予单位", "授予部门", "授牌单位", "审批单位"),
        *("审批部门", "批准机关", "批准部门", "批复单位", "批复部门", "认定单位", "认定部门", "命名单位"),
    ),
    "policies": ("相关政策", "有关政策", "政策文件"),
    "organizations": ("相关机构", "有关机构", "参与机构", "主办单位", "承办单位", "参与单位"),
    "occasion": ("会议", "活动", "事由"),
    "declared_by": ("提出文件", "依据文件", "出自"),
    "target": ("目标日期", "目标年份", "完成时间", "期限"),
    "indicator": ("指标", "目标值"),
    "searched_on": ("查找日期", "检索时间"),
    "search_note": ("查找范围", "检索说明"),
    "search_note_en": ("英文查找范围", "英文检索说明"),
    "period": ("起止", "起止年份", "期间"),
    "gist": ("同期要事", "同期"),
    "gist_en": ("英文同期",),
    "tone": ("颜色",),
    "coverage": ("收录范围",),
    "coverage_en": ("英文收录范围",),
    "story": ("首页导语", "导言"),
    "story_en": ("英文首页导语", "英文导言"),
    "opening": ("启动时期名称",),
    "opening_en": ("英文启动时期名称",),
    "publisher": ("发布者", "出版者", "出版社", "发布单位", "发布网站"),
    "author": ("著者", "责任者"),
    "url": ("链接", "网页地址", "地址", "原文链接", "链接地址", "网站地址"),
    "linked": ("是否链接", "可点击"),
    "archived_url": ("存档链接", "存档网址", "存档地址"),
    "accessed": ("访问日期", "查阅时间", "访问时间"),
    "read_in_copy": ("查阅留存副本", "据留存副本", "留存副本"),
    "reprint": ("是否转载", "转载页"),
    "published": ("发表时间", "发布日期", "发布时间", "出版日期"),
    "note": ("备注", "附注", "注"),
    "description": ("描述", "介绍", "简介", "说明"),
    "position": ("次序", "排序", "顺序"),
    "precedence": ("次序", "排序", "顺序"),
    "parent": ("上级地区", "上级"),
    "source": ("出处", "资料来源", "来源文献"),
    "locator": ("位置", "段落", "页码", "出处段落"),
    "assessment_date": ("评估时间", "所属评估"),
    "assessment_number": ("评估序号",),
    "number": ("编号", "次序"),
    "quotation": ("原文", "引文", "原文摘录"),
    "quotation_en": ("引文英译", "英文引文", "引文译文"),
    # Until 0.1 “wording”, which also held what editors said.
    "remark": ("wording", "原文表述", "编者注", "编注"),
    "remark_en": ("英文编者注",),
    "weight": ("权重",),
    "place": ("出版地", "地点"),
    "pages": ("版次", "页码"),
    "consulted": ("查阅范围", "所见内容"),
    "consulted_en": ("英文查阅范围",),
    "quoted_text": ("引文所据", "引文来源"),
    "entry": ("所属条目", "条目标识"),
    "topic": ("所属专题",),
    "from": ("本文件", "政策文件", "源文件"),
    "type": ("关系类型", "类型"),
    "to": ("目标文件", "相关文件", "对方文件"),
    "change": ("修改内容", "改动", "变动"),
    "change_en": ("英文修改内容", "英文改动"),
    "goal": ("所属目标",),
    "delivery": ("完成状况", "进展", "实现情况"),
    "evidence": ("证据性质", "证据"),
}

TABLE_ALIASES: dict[str, tuple[str, ...]] = {
    "site": ("网站", "站点"),
    "sources": ("资料来源", "参考资料"),
    "topics": ("主题",),
    "organizations": ("部门", "机关"),
    "areas": ("区域", "区县", "行政区划"),
    "policies": ("政策文件", "文件"),
    "pilot_designations": ("试点城市", "试点项目", "试点授牌"),
    "milestones": ("大事记", "里程碑"),
    "citations": ("条目引用", "引文"),
    "relations": ("政策关系", "关系"),
    "assessments": ("评估", "完成情况"),
    "assessment_citations": ("目标评估引用", "评估来源"),
}

DELETE_WORDS = {DELETE_COLUMN, "删除", "是否删除"}
STATUS = ("status", "状态", "发布状态")

# Headers of columns that only number the rows, folded.
SERIAL_NUMBERS = {
    *("序号", "编号", "序", "序列号", "顺序号", "排序号", "流水号", "行号", "项号"),
    *("no", "no.", "nr", "nr.", "num", "num.", "number", "serialnumber", "serialno.", "id", "#"),
}

# The auxiliary sheets of this site's workbooks: choices and problems.
CHOICES = "选项"
PROBLEMS = gettext_noop("Import problems")

# The languages of the translated names of tables and columns.
LANGUAGES = ("zh-hans", "en")

# Several times the columns of any table; a longer line is no header.
MAX_COLUMNS = 200
MAX_NAME = 200
# Of more columns, a message lists as many.
MAX_LISTED = 8
# The similarity from which a name is proposed for another.
SIMILAR = 0.5

# What programs and people add to the name of a file: (1), （终稿）, a date, copies.
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_COPY = re.compile(r"^\s*(?:copy of|副本|复件)\s*|\s*的副本\s*$", re.IGNORECASE)
_NUMBERS_AROUND = re.compile(r"^[\s0-9._年月日－—–-]+|[\s0-9._年月日－—–-]+$")

_FORGIVEN = re.compile(r"[\s_\-*:()\[\]\"'“”‘’]+")


def normalized_header(name: str) -> str:
    """The name without differences of case, script, spaces, brackets, width, or the * of required columns."""
    return _FORGIVEN.sub("", fold(name[:MAX_NAME]).casefold())


def find_table(name: str) -> Table | None:
    """The table of this name in English or Chinese, also with an addition: policies, 政策, policies-2024, 政策（终稿）(1)."""
    known = _tables()
    bare = _NUMBERS_AROUND.sub("", _BRACKETED.sub("", _COPY.sub("", name)))
    for whole in (name, bare):
        for part in (whole, re.split("[-－—–]", whole)[0], re.split(r"\s", whole)[0]):
            if found := known.get(normalized_header(part)):
                return TABLES[found]
    return None


def names_of_tables() -> Mapping[str, str]:
    """Every known name of a table, as `normalized_header()` has it, with the table."""
    return _tables()


def is_auxiliary_sheet(name: str) -> bool:
    """Whether the sheet is an auxiliary one of this site's workbooks, which is not read."""
    return name == CHOICES or name in _translated(gettext_lazy(PROBLEMS))


def unknown_table(name: str) -> str:
    """The message that there is no such table."""
    message = _("There is no table “%(name)s”%(nearest)s. Tables are: %(tables)s.")
    known = [spelling for table in TABLES.values() for spelling in (table.name, *_table_names(table))]
    tables = pgettext("enumeration", ", ").join(map(table_label, TABLES.values()))
    return message % {"name": printable(name), "nearest": suggestion_among([name], known), "tables": tables}


def unknown_column(table: Table, name: str, *, is_nesting: bool = False) -> str:
    """The message that there is no such column, with the nearest. In a nesting format, parts are columns as well."""
    if is_serial_number(name):
        return _("This column only numbers the rows, and the table has none of its name. Take it out.")
    columns = [*table.columns, *(nested_tables(table) if is_nesting else ())]
    found = [each for each in _by_similarity(table.name, name[:MAX_NAME]) if each[1] in columns]
    score, _column, spelling = found[0]
    values = {"nearest": suggestion_for(spelling, [spelling]) if score >= SIMILAR else ""}
    if len(columns) <= MAX_LISTED:
        message = _("There is no such column%(nearest)s. Columns are: %(columns)s.")
    else:
        message = _(
            "There is no such column%(nearest)s. Columns with similar names are: %(columns)s. All %(count)s are in “Content file format”."
        )
        values["count"] = str(len(columns))
        columns = [column for _score, column, _spelling in found[:MAX_LISTED]]
    labels = pgettext("enumeration", ", ").join(column_label(table, column) for column in columns)
    return message % {**values, "columns": labels}


def column_label(table: Table, column: str) -> str:
    """The label of a column, or of nested rows, with its name in files behind."""
    if column in table.columns:
        return _label(table.columns[column].field.verbose_name, column)
    if column in (nested := nested_tables(table)):
        return _label(nested[column].model._meta.verbose_name_plural, column)
    return column


def table_label(table: Table) -> str:
    """The label of a table, with its name in files behind."""
    return _label(table.model._meta.verbose_name_plural, table.name)


def _label(label: object, name: str) -> str:
    if str(label).replace(" ", "_") == name:
        return name
    return _("%(label)s (%(name)s)") % {"label": label, "name": name}


def find_column(table: Table, name: str) -> str | None:
    """The column, or the nested table, that this name identifies in a row of the table."""
    if name in table.columns or name in nested_tables(table):
        return name
    if table.within and normalized_header(name) in DELETE_WORDS:
        return DELETE_COLUMN
    return _columns(table.name).get(normalized_header(name))


def inner_tables(table: Table) -> dict[str, Table]:
    """The tables with rows that may stand within a row of parts, by the name under which they do."""
    return {one.name: TABLES[one.inner] for one in outer_groupings(table)}


def former_columns(table: Table) -> dict[str, Column]:
    """The columns that rows of the table had in files of 0.1, and those that belong to them have now."""
    return {
        name: TABLES[one.inner].columns[name] for one in outer_groupings(table) for name in sorted(one.former)
    }


def is_serial_number(name: str) -> bool:
    """Whether the header is that of a column that only numbers the rows."""
    return normalized_header(name) in SERIAL_NUMBERS


def is_status(table: Table, name: str) -> bool:
    """Whether this is the name of the status column of records, which is exported but not imported."""
    return issubclass(table.model, Publishable) and normalized_header(name) in STATUS


def required_columns(table: Table) -> list[str]:
    """The columns without which a row of the table cannot be identified."""
    return [name for name in table.key if table.columns[name].is_required]


def suggestion_among(names: Iterable[str], known: Iterable[str]) -> str:
    """As `suggestion_for`, over several spellings of the word, normalized. Short words may differ by half."""
    by_folded = {normalized_header(spelling): spelling for spelling in known}
    scored = [
        (_similarity(name, other), spelling)
        for name in map(normalized_header, names)
        for other, spelling in by_folded.items()
    ]
    score, spelling = max(scored, default=(0.0, ""))
    return suggestion_for(spelling, [spelling]) if score >= SIMILAR else ""


def _similarity(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio() if one and other else 0.0


# The rows of a file have the same unknown columns.
@lru_cache(maxsize=256)
def _by_similarity(table: str, name: str) -> list[tuple[float, str, str]]:
    """The columns of a table and what nests in it, the most similar first: the similarity, the column, its spelling."""
    name = normalized_header(name)
    found = []
    for column, spellings in _all_spellings(table).items():
        score, spelling = max((_similarity(name, other), shown) for other, shown in spellings.items())
        found.append((score, column, spelling))
    return sorted(found, key=lambda each: -each[0])


@cache
def _all_spellings(name: str) -> dict[str, dict[str, str]]:
    """The spellings of each column and of what nests in the table, by their normalized forms."""
    table = TABLES[name]
    known = {column: spellings_of(table, column) for column in table.columns}
    known |= {nested: [nested, *_table_names(part)] for nested, part in nested_tables(table).items()}
    return {column: {normalized_header(one): one for one in each} for column, each in known.items()}


def spellings_of(table: Table, column: str) -> list[str]:
    """The names of a column in files, in both languages, and its aliases."""
    return [column, *_translated(table.columns[column].field.verbose_name), *ALIASES.get(column, ())]


def nested_tables(table: Table) -> dict[str, Table]:
    """The tables with rows that other formats nest in a row of the table, by the name under which they do."""
    return table.parts | inner_tables(table)


def _table_names(table: Table) -> list[str]:
    names = table.model._meta.verbose_name_plural, table.model._meta.verbose_name
    return [spelling for name in names for spelling in _translated(name)]


def _translated(name: object) -> list[str]:
    """A translated name in each language of the headers."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(name))
    return found


# In both lists, a later spelling overrides an earlier one.


@cache
def _tables() -> dict[str, str]:
    """Every known name with its table; the own name of a table overrides another's alias."""
    known = [(alias, name) for name, aliases in reversed(TABLE_ALIASES.items()) for alias in aliases]
    for name, table in TABLES.items():
        known += [(spelling, name) for spelling in _table_names(table)]
    known += [(name, name) for name in TABLES]
    return {normalized_header(spelling): name for spelling, name in known}


@cache
def _columns(name: str) -> dict[str, str]:
    """Every known name with its column; the own name of a column overrides another's alias."""
    table = TABLES[name]
    known = [(alias, column) for column in reversed(table.columns) for alias in ALIASES.get(column, ())]
    # Citations within an assessment have the name that they have within an entry.
    for nested, part in nested_tables(table).items():
        plural = part.model._meta.verbose_name_plural
        known += [(spelling, nested) for spelling in _translated(plural)]
    columns = former_columns(table) | table.columns
    for column, its in columns.items():
        known += [(spelling, column) for spelling in _translated(its.field.verbose_name)]
    known += [(column, column) for column in (*nested_tables(table), *columns)]
    return {normalized_header(spelling): column for spelling, column in known}
