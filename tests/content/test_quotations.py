"""The sources' own words in the Ningbo content, compared with the check-list of quotations, and the order of the sources."""

import pytest
import yaml

from bench import site
from tests.factories import ROOT
from timeline.models import CITATIONS, Source

FOLDERS = [ROOT / "fixtures" / "ningbo", ROOT / "fixtures" / "ningbo-other-sources"]
ARTICLE = "solution-board-2188"
# The article does not name these documents and bodies; of the plan the notice that issued it has title, number and date.
LED_BY_ANOTHER = {
    "fund-measures-2012",
    "state-council",
    "state-council-big-data-outline",
    "thirteenth-plan",
    "zhejiang-big-data-plan",
    "zhejiang-government",
}
# The text of the document stands before an older one.
TEXT_AFTER_ARTICLE = {"fund-measures-2014": "fund-measures-reprint-2014"}
LISTED = yaml.safe_load((ROOT / "tests" / "content" / "quotations.yaml").read_text(encoding="utf-8"))

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.any_database]


@pytest.fixture(scope="module")
def cited(module_records):
    """Publish the content. Returns the slugs of all records that cite, each with its citations in their order."""
    site.publish_content(FOLDERS)
    found = {}
    for model in CITATIONS:
        for citation in model.objects.select_related("source", model.OWNER_FIELD):
            found.setdefault(getattr(citation, model.OWNER_FIELD).slug, []).append(citation)
    return found


def test_every_citation_has_the_words_of_the_check_list_to_the_letter(cited):
    listed = {
        (row["record"].partition("/")[2], row["source"], row.get("locator", "")): [
            row["quotation"],
            *row.get("also", ()),
        ]
        for row in LISTED
    }
    assert len(listed) == len(LISTED)
    found = {}
    for slug, citations in cited.items():
        for citation in citations:
            found.setdefault((slug, citation.source.slug, citation.locator), []).append(citation.quotation)
    assert found == listed


def test_an_edited_text_of_the_article_is_quoted_and_the_other_pages_as_they_stand(cited):
    assert dict(Source.objects.exclude(quoted_text="").values_list("slug", "quoted_text")) == {
        ARTICLE: "edited"
    }


def test_the_article_comes_first_and_the_other_sources_by_their_dates(cited):
    for slug, citations in cited.items():
        sources = [citation.source for citation in citations]
        if slug in LED_BY_ANOTHER:
            assert sources[0].slug != ARTICLE
            continue
        if slug in TEXT_AFTER_ARTICLE:
            assert [source.slug for source in sources[:3]] == [ARTICLE, ARTICLE, TEXT_AFTER_ARTICLE[slug]]
            continue
        others = [source for source in sources if source.slug != ARTICLE]
        assert sources[len(sources) - len(others) :] == others, slug
        dates = [source.published.earliest if source.published else None for source in others]
        known = [date for date in dates if date]
        assert dates == sorted(known) + [None] * (len(dates) - len(known)), slug


def test_a_date_that_a_source_gives_stands_beside_words_that_give_it(cited):
    """Of the place that the citation names, not of another sentence there."""
    dated = {(slug, str(c.date), c.quotation) for slug, cites in cited.items() for c in cites if c.date}
    assert dated == {
        ("smart-city-decision", "2010", "2010年，宁波在国内率先系统部署开展智慧城市建设"),
        ("smart-city-launch", "2010-09", "早在2010年9月，宁波率先在国内启动智慧城市建设"),
        (
            "action-outline-2011-2015",
            "2012",
            "2012年年初，我市编制出台了《宁波市加快创建智慧城市行动纲要（2011-2015）》",
        ),
        ("action-outline-2011-2015", "2012", "2012年，宁波制定了加快创建智慧城市行动纲要（2011—2015）"),
        ("pilot-batch-1", "2013", "2013年，国家首批智慧城市试点名单公布，宁波市镇海区位列其中"),
        ("pilot-batch-1", "2013-01-29", "住房和城乡建设部29日公布首批90个国家智慧城市试点名单"),
        ("pilot-batch-2", "2013-08-05", "住房和城乡建设部昨天公布的103个国家智慧城市试点名单"),
        ("pilot-batch-2-ninghai", "2013-08-05", "住房和城乡建设部昨天公布的103个国家智慧城市试点名单"),
        (
            "geo-platform-opinion",
            "2013-01",
            "2013年1月，宁波市人民政府发布关于加快推进“智慧宁波”地理信息共享服务平台建设与应用的实施意见",
        ),
        ("broadband-plan-2013", "2013-09", "9月，根据国家工信部“宽带中国”2013专项行动要求"),
        ("fund-measures-2014", "2014", "2014年，《宁波市智慧城市专项资金管理办法（暂行）》发布"),
        ("action-plan-2015", "2015", "2015年宁波市加快建设智慧城市行动计划"),
        (
            "big-data-opinion",
            "2016-09-26",
            "2016年9月26日，宁波市人民政府发布《宁波市人民政府关于推进大数据发展的实施意见》",
        ),
        ("thirteenth-plan", "2016-11-14", "2016年11月14日"),
        ("digital-government-14th-plan", "2021-06-29", "2021 年6 月29 日"),
        ("special-fund", "2012-02-21", "二〇一二年二月二十一日"),
        ("fund-measures-2012", "2012-02-21", "二〇一二年二月二十一日"),
    }
