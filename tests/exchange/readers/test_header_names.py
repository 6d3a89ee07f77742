"""Other names of columns: each means one column of a table."""

import pytest

from timeline.exchange.readers.header_names import ALIASES, ALIASES_IN_TABLES
from timeline.exchange.readers.headers import find_column, normalized_header
from timeline.rows.tables import TABLES


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_no_alias_means_two_columns_of_a_table(table):
    seen = {}
    for name in table.columns:
        for alias in ALIASES.get(name, ()):
            assert seen.setdefault(normalized_header(alias), name) == name, alias


def test_every_alias_is_of_a_column_that_there_is():
    assert set(ALIASES) <= {name for table in TABLES.values() for name in table.columns}


@pytest.mark.parametrize("name", ALIASES_IN_TABLES)
def test_a_name_in_one_table_means_this_column_there(name):
    for column, others in ALIASES_IN_TABLES[name].items():
        assert {find_column(TABLES[name], other) for other in others} == {column}


@pytest.mark.parametrize(
    ("table", "column", "names"),
    [
        ("policies", "issuers", "发布部门 发布机关 制发机关 公布单位 印发部门"),
        (
            "policies",
            "issuers",
            "制发单位 印发单位 印发机关 出台单位 出台部门 制定部门 发文主体 联合发文单位",
        ),
        ("policies", "issued", "印发日期 发文日期 成文时间"),
        ("policies", "published_on", "公布时间 公布日期 发布时间"),
        ("policies", "validity", "有效性 时效性 效力状态 效力"),
        ("pilot_designations", "programme", "所属计划 试点项目 试点计划 所属专项"),
        ("pilot_designations", "designee", "实施区县 试点地区 试点区域 所在区县 县（市、区） 区（县、市）"),
        ("pilot_designations", "authorities", "批准机关 公布单位 下达单位 批复部门 发文机关"),
        ("pilot_designations", "date", "批准时间 批复时间 公布日期 下达时间 认定时间 授牌日期"),
        ("pilot_designations", "programme", "项目类别 试点类型 项目类型 示范类别 试点项目名称 荣誉称号"),
        ("pilot_designations", "areas", "涉及区域 参与区（县、市） 参与区县 承担地区 承担区县 覆盖区域"),
        ("pilot_designations", "summary", "主要情况 主要内容 内容摘要 建设内容 试点任务 项目简介"),
        ("pilot_designations", "date", "公布时间 公布日期 入选日期 列入时间"),
        ("milestones", "title", "大事 大事记 事项 事项名称 大事名称 重大事件 重要事项 主要事件 活动名称"),
        ("milestones", "summary", "主要情况 主要内容 内容摘要 基本情况 情况说明 事件描述 活动内容"),
        ("milestones", "date", "公布时间 公布日期 发布时间 举办时间 召开日期 启动时间 上线时间"),
        ("milestones", "areas", "涉及区域 参与区（县、市） 承担地区 实施区域 区县 所属区县 地区"),
        ("milestones", "organizations", "牵头单位 责任单位 建设单位 实施单位 配合单位 参加单位 主管部门"),
        ("policies", "title", "政策文件名称 制度名称 文件标题"),
        ("policies", "summary", "主要情况 内容概要 核心内容 政策要点 主要举措 文件摘要"),
        ("goals", "title", "目标名称 主要目标 具体目标 指标名称"),
        ("goals", "target", "完成时限 目标年度 完成时间"),
        ("sources", "title", "新闻标题 报道标题 文章标题"),
        ("sources", "publisher", "媒体 媒体名称 报道媒体 发布媒体"),
        ("sources", "published", "报道时间 刊发日期 公布时间 日期"),
        ("organizations", "title", "单位名称 机构名称 全称"),
    ],
)
def test_the_usual_headers_of_offices_are_known(table, column, names):
    assert {find_column(TABLES[table], name) for name in names.split()} == {column}
