"""References by GB/T 7714—2025."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bibliographic_records import make_record, records
from timeline.values.bibliography.gbt7714 import format_gbt7714
from timeline.values.bibliography.record import WorkType

# Examples of the standard and of its public style, without DOI; each is the reference, and what it is made from.
EXAMPLES = {
    "page": (
        "北京鲁迅博物馆. 北京鲁迅博物馆志愿服务章程[EB/OL]. （2021-04-21）[2023-05-02]. "
        "http://www.luxunmuseum.com.cn/html/202104/a11310.htm.",
        {
            "authors": ["北京鲁迅博物馆"],
            "title": "北京鲁迅博物馆志愿服务章程",
            "published": "2021-04-21",
            "accessed": "2023-05-02",
            "url": "http://www.luxunmuseum.com.cn/html/202104/a11310.htm",
        },
    ),
    "page without date": (
        "高等教育文献保障系统. 馆际互借与文献传递服务[EB/OL]. [2025-06-21]. "
        "http://home.calis.edu.cn/pages/list.html?id=4101e184-7f64-4798-a5e1-8e37aa6994fc.",
        {
            "publisher": "高等教育文献保障系统",
            "title": "馆际互借与文献传递服务",
            "accessed": "2025-06-21",
            "url": "http://home.calis.edu.cn/pages/list.html?id=4101e184-7f64-4798-a5e1-8e37aa6994fc",
        },
    ),
    "page without author": (
        "西黄丸[EB/OL]. （2023-10-07）[2025-08-26]. https://ydz.chp.org.cn/#/item?bookId=1&entryId=1154.",
        {
            "title": "西黄丸",
            "published": "2023-10-07",
            "accessed": "2025-08-26",
            "url": "https://ydz.chp.org.cn/#/item?bookId=1&entryId=1154",
        },
    ),
    "site": (
        "中国科学院文献情报中心. 中国科学院科技论文预发布平台[EB/OL]. [2025-03-06]. https://chinaxiv.org/home.htm.",
        {
            "authors": ["中国科学院文献情报中心"],
            "title": "中国科学院科技论文预发布平台",
            "accessed": "2025-03-06",
            "url": "https://chinaxiv.org/home.htm",
        },
    ),
    "policy document with number, read online": (
        "国务院. 国务院关于在全国建立农村最低生活保障制度的通知：国发〔2007〕19号[EB/OL]. "
        "（2007-07-11）[2022-10-17]. https://www.pkulaw.com/chl/dc46bb66e13150b8bdfb.html.",
        {
            "type": WorkType.DOCUMENT,
            "authors": ["国务院"],
            "title": "国务院关于在全国建立农村最低生活保障制度的通知",
            "number": "国发〔2007〕19号",
            "published": "2007-07-11",
            "accessed": "2022-10-17",
            "url": "https://www.pkulaw.com/chl/dc46bb66e13150b8bdfb.html",
        },
    ),
    "order with number, read online": (
        "全国人大常委会. 中华人民共和国刑法修正案（十）：中华人民共和国主席令第80号[EB/OL]. "
        "（2017-11-04）[2022-10-14]. https://www.pkulaw.com/chl/3ae7651e2659029abdfb.html.",
        {
            "type": WorkType.DOCUMENT,
            "authors": ["全国人大常委会"],
            "title": "中华人民共和国刑法修正案（十）",
            "number": "中华人民共和国主席令第80号",
            "published": "2017-11-04",
            "accessed": "2022-10-14",
            "url": "https://www.pkulaw.com/chl/3ae7651e2659029abdfb.html",
        },
    ),
    "document not online": ("民法总则[Z].", {"type": WorkType.DOCUMENT, "title": "民法总则"}),
    "archival document": (
        "李鸿章. 奏请上海道库洋务外销要款无款可筹仍拨药厘接济事：04-01-35-0399-039[A]. "
        "北京：中国第一历史档案馆，1887.",
        {
            "type": WorkType.ARCHIVE,
            "authors": ["李鸿章"],
            "title": "奏请上海道库洋务外销要款无款可筹仍拨药厘接济事",
            "number": "04-01-35-0399-039",
            "place": "北京",
            "publisher": "中国第一历史档案馆",
            "published": "1887",
        },
    ),
    "archival document online": (
        "湖北省建设厅. 湖北省建设厅关于检发实业部农工矿业团体登记规则的布告、训令及湖北省政府的训令："
        "LS031-001-0001-001[A/OL]. 武汉：湖北省档案馆，1931-11-07. "
        "https://www.hbda.gov.cn/pdf/LS031-001-0001-001.PDF.PDF.",
        {
            "type": WorkType.ARCHIVE,
            "authors": ["湖北省建设厅"],
            "title": "湖北省建设厅关于检发实业部农工矿业团体登记规则的布告、训令及湖北省政府的训令",
            "number": "LS031-001-0001-001",
            "place": "武汉",
            "publisher": "湖北省档案馆",
            "published": "1931-11-07",
            "accessed": "2025-02-28",
            "url": "https://www.hbda.gov.cn/pdf/LS031-001-0001-001.PDF.PDF",
        },
    ),
    "report online": (
        "中国互联网络信息中心. 第29次中国互联网络发展状况统计报告[R/OL]. 2012-01-16. "
        "https://www.cnnic.net.cn/NMediaFile/old_attach/P020120612484958777344.pdf.",
        {
            "type": WorkType.REPORT,
            "publisher": "中国互联网络信息中心",
            "title": "第29次中国互联网络发展状况统计报告",
            "published": "2012-01-16",
            "url": "https://www.cnnic.net.cn/NMediaFile/old_attach/P020120612484958777344.pdf",
        },
    ),
    "newspaper online": (
        "陈缮真. 探索微观世界的无穷奥秘（科技大观）[N/OL]. 人民日报，2022-08-16（17）. "
        "http://paper.people.com.cn/rmrb/html/2022-08/16/nw.D110000renmrb_20220816_3-17.htm.",
        {
            "type": WorkType.NEWSPAPER,
            "authors": ["陈缮真"],
            "title": "探索微观世界的无穷奥秘（科技大观）",
            "publisher": "人民日报",
            "published": "2022-08-16",
            "pages": "17",
            "url": "http://paper.people.com.cn/rmrb/html/2022-08/16/nw.D110000renmrb_20220816_3-17.htm",
        },
    ),
    "dataset with version": (
        "刘时银，郭万钦，许君利. 中国第二次水川编目科学数据：2006-2011[DS/OL]. V1.0. "
        "中国科学院寒区早区环境与工程研究所冰冻圈科学国家重点实验室（2012）[2024-11-25]. "
        "https://data.tpdc.ac.cn/zh-hans/data/f92a4346-a33f-497d-9470-2b357ccb4246/.",
        {
            "type": WorkType.DATASET,
            "authors": ["刘时银", "郭万钦", "许君利"],
            "title": "中国第二次水川编目科学数据：2006-2011",
            "number": "V1.0",
            "publisher": "中国科学院寒区早区环境与工程研究所冰冻圈科学国家重点实验室",
            "published": "2012",
            "accessed": "2024-11-25",
            "url": "https://data.tpdc.ac.cn/zh-hans/data/f92a4346-a33f-497d-9470-2b357ccb4246/",
        },
    ),
    "dataset": (
        "彭守璋. 1901—2023年中国1km分辨率逐月降水量数据集[DS/OL]. 西北农林科技大学水土保持研究所"
        "（2024-07-19）[2024-11-25]. "
        "https://www.geodata.cn/main/face_science_detail?guid=192891852410344&typeName=face_science.",
        {
            "type": WorkType.DATASET,
            "authors": ["彭守璋"],
            "title": "1901—2023年中国1km分辨率逐月降水量数据集",
            "publisher": "西北农林科技大学水土保持研究所",
            "published": "2024-07-19",
            "accessed": "2024-11-25",
            "url": "https://www.geodata.cn/main/face_science_detail?guid=192891852410344&typeName=face_science",
        },
    ),
    "English page": (
        "Bevington D，Brown J R. William Shakespeare[EB/OL]. （2025-01-01）[2025-01-03]. "
        "https://www.britannica.com/biography/William-Shakespeare.",
        {
            "authors": ["Bevington D", "Brown J R"],
            "title": "William Shakespeare",
            "published": "2025-01-01",
            "accessed": "2025-01-03",
            "url": "https://www.britannica.com/biography/William-Shakespeare",
        },
    ),
    "title supplied by the editors": (
        "[《昨日之歌》图书封面][EB/OL]. （2023-03-06）[2025-06-22]. http://www.luxunmuseum.com.cn/L.jpg.",
        {
            "title": "〔《昨日之歌》图书封面〕",
            "published": "2023-03-06",
            "accessed": "2025-06-22",
            "url": "http://www.luxunmuseum.com.cn/L.jpg",
        },
    ),
    "newspaper on paper": (
        "丁文详. 数字革命与竞争国际化[N]. 中国青年报，2000-11-20（15）.",
        {
            "type": WorkType.NEWSPAPER,
            "authors": ["丁文详"],
            "title": "数字革命与竞争国际化",
            "publisher": "中国青年报",
            "published": "2000-11-20",
            "pages": "15",
        },
    ),
    "archival document without author": (
        "中国人民解放军武汉市军事管制委员会接管国立武汉大学的文告[A/OL]. 武汉：武汉大学档案馆，1949. "
        "https://archive.whu.edu.cn/index/forwardView/20/51.",
        {
            "type": WorkType.ARCHIVE,
            "title": "中国人民解放军武汉市军事管制委员会接管国立武汉大学的文告",
            "place": "武汉",
            "publisher": "武汉大学档案馆",
            "published": "1949",
            "url": "https://archive.whu.edu.cn/index/forwardView/20/51",
        },
    ),
    "report on paper": (
        "U.S. Department of Transportation Federal Highway Administration. Guidelines for handling excavated "
        "acid-producing material：PB 91-194001[R]. Springfield：U.S. Department of Commerce National "
        "Information Service，1990.",
        {
            "type": WorkType.REPORT,
            "authors": ["U.S. Department of Transportation Federal Highway Administration"],
            "title": "Guidelines for handling excavated acid-producing material",
            "number": "PB 91-194001",
            "place": "Springfield",
            "publisher": "U.S. Department of Commerce National Information Service",
            "published": "1990",
        },
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_reference_is_to_the_letter_as_the_standard_has_it(name):
    reference, parts = EXAMPLES[name]
    assert str(format_gbt7714(make_record(**parts))) == reference


def test_of_more_than_three_authors_three_are_named():
    assert str(format_gbt7714(make_record(title="办法", authors=[*"甲乙丙丁"]))).startswith(
        "甲，乙，丙，等. 办法"
    )
    assert str(format_gbt7714(make_record(title="办法", authors=[*"甲乙丙"]))).startswith("甲，乙，丙. 办法")
    english = make_record(title="Rules", authors=["Ager A", "Bell B", "Cole C", "Dean D"])
    assert str(format_gbt7714(english)).startswith("Ager A，Bell B，Cole C，et al. Rules")


def test_a_name_that_ends_with_a_stop_gets_no_second():
    assert str(format_gbt7714(make_record(title="办法", authors=["Ningbo Inc."]))).startswith(
        "Ningbo Inc. 办法"
    )


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2013-01", "（2013-01）"),
        ("2011/2015", "（2011—2015）"),
        ("2021/..", "（2021—）"),
        ("2021/", "（2021）"),
        ("2012~", "（[2012]）"),
        ("2016-40", "（2016）"),
    ],
)
def test_a_date_is_given_just_as_far_as_it_is_known(date, written):
    assert str(format_gbt7714(make_record(title="办法", published=date))) == f"办法[EB/OL]. {written}."


def test_the_day_of_the_last_change_comes_before_that_of_publication():
    record = make_record(title="条目", published="2010", modified="2026-07-20", accessed="2026-07-21")
    assert str(format_gbt7714(record)) == "条目[EB/OL]. （2026-07-20）."
    record = make_record(title="条目", modified="2026-07-20", accessed="2026-07-21", url="http://a.cn/")
    assert str(format_gbt7714(record)) == "条目[EB/OL]. （2026-07-20）[2026-07-21]. http://a.cn/."


def test_what_is_online_says_so_without_its_address_too():
    record = make_record(title="办法", type=WorkType.DOCUMENT, accessed="2026", is_online=True)
    assert str(format_gbt7714(record)) == "办法[EB/OL]. [2026]."
    assert str(format_gbt7714(make_record(title="办法", type=WorkType.DOCUMENT))) == "办法[Z]."


@given(records())
def test_no_punctuation_is_doubled_or_lost_and_no_bracket_is_empty(record):
    reference = str(format_gbt7714(record))
    assert reference.endswith(".")
    without_url = reference.replace(record.address, "").removesuffix(" .") if record.address else reference
    assert not re.search(
        r"\.\.|\. \.|，，|：：|，：|（）|\[\]|^[.，： ]|  |[，：](?:[.（]|\[(?!\d{4}))", without_url
    )
    # Every part is there, once.
    for part in (record.title, record.number, record.address):
        assert not part or reference.count(part) == 1
    for author in record.authors[:3]:
        assert author in reference


@given(records(title=st.just("关于某事的决定"), authors=st.just(["某市人民政府"])))
def test_only_the_full_stop_and_square_brackets_are_of_half_width(record):
    reference = str(format_gbt7714(record)).replace(record.address or "\0", "")
    for part in filter(None, (record.number, record.publisher, record.place, record.pages)):
        reference = reference.replace(part, "")
    assert not re.search(r"[^\w\s.\[\]/（）：，—-]", reference)
    assert re.sub(r"\d{4}(-\d\d)*|\[[A-Z]+(/OL)?\]", "", reference).count("-") == 0


def test_a_work_that_was_not_seen_is_quoted_in_another():
    source = make_record(title="某文", publisher="某网", url="http://a.cn/", accessed="2026-11-29")
    record = make_record(title="某规划", type=WorkType.DOCUMENT, quoted_in=source)
    assert str(format_gbt7714(record)) == "某规划[Z]. 转引自：某网. 某文[EB/OL]. [2026-11-29]. http://a.cn/."
