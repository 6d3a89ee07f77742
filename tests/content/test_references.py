"""The references to the documents of the Ningbo content: each after the source that says most of it, with no guessed author."""

import re

import pytest

from bench import site
from timeline.models import Policy, Source
from timeline.public.cited_works import cited_document

pytestmark = [pytest.mark.django_db, pytest.mark.long]

ARTICLE = "[无题名网络文章][EB/OL]. http://solution-board.cn/news/2188."
# How the reference begins by GB/T 7714: the document, its date and the source in which it is quoted.
BEGINNINGS = {
    "information-sharing-measures": f"宁波市政府信息资源共享管理办法[Z]. 转引自：{ARTICLE}",
    "public-data-measures": "宁波市公共数据管理办法[Z]. 转引自：宁波市海曙区人民政府办公室. ",
    "big-data-opinion": f"宁波市人民政府关于推进大数据发展的实施意见[Z]. 2016-09-26. 转引自：{ARTICLE}",
    "smart-city-decision": f"中共宁波市委宁波市人民政府关于建设智慧城市的决定[Z]. 2010. 转引自：{ARTICLE}",
    "geo-platform-opinion": "关于加快推进“智慧宁波”地理信息共享服务平台建设与应用的实施意见[Z]. 2013-01. ",
    "broadband-plan-2013": "宁波市“宽带中国”2013专项行动实施方案[Z]. 2013-09. ",
    "action-plan-2015": "宁波市加快建设智慧城市行动计划[Z]. 2015. ",
    "fund-measures-2012": "宁波市智慧城市专项资金管理办法（暂行）[Z]. 2012-02-21. 转引自：宁波市经济和信息化委员会. ",
    # Title, number and date are all of the same source.
    "thirteenth-plan": "宁波市智慧城市发展“十三五”规划[Z]. 2016-11-14. 转引自：宁波市发展和改革委员会",
    "digital-government-14th-plan": "宁波市数字政府建设“十四五”规划[Z]. 2021-06-29. 转引自：宁波市发展和改革委员会",
    # The reprint is not the document itself; the article tells of its year.
    "fund-measures-2014": "宁波市智慧城市专项资金管理办法（暂行）[Z]. 2014. 转引自：",
    # The page does not say who issued it.
    "fourteenth-outline": "宁波市国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要[EB/OL]. （2021-07-09）. ",
}


@pytest.fixture(scope="module", autouse=True)
def content(module_records):
    site.publish_content()


@pytest.mark.parametrize("slug", BEGINNINGS)
def test_a_document_is_cited_after_the_source_that_says_most_of_it(slug):
    references = cited_document(Policy.objects.get(slug=slug)).references
    assert str(next(references).text).startswith(BEGINNINGS[slug])


def test_whoever_a_page_only_names_as_its_source_is_no_author():
    for source in Source.objects.exclude(author=""):
        for name in re.split("[、；]", source.author):
            assert not re.search(f"(署来源|发布机构)[^。；]*{name}", source.note), source
