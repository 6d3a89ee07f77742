"""What the template tags make of records, dates and Markdown."""

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from timeline import saying
from timeline.dates import PartialDate
from timeline.models import Policy
from timeline.templatetags import chronicle_tags


def render(source: str, **context: object) -> str:
    return Template("{% load chronicle_tags %}" + source).render(Context(context))


def test_a_date_is_in_the_words_of_the_active_language():
    date = PartialDate.parse("2013-01")
    assert render("{{ date|in_words }}", date=date) == "2013年1月"
    with translation.override("en"):
        assert render("{{ date|in_words }}", date=date) == "January 2013"


@pytest.mark.parametrize(
    ("title", "within"),
    [
        ("“十三五”规划", "‘十三五’规划"),
        ("‘甲’与“乙‘丙’”", "“甲”与‘乙“丙”’"),
        ("「一張網」規劃", "『一張網』規劃"),
        ("Ningbo’s “Smart” plan", "Ningbo’s ‘Smart’ plan"),
    ],
)
def test_quotes_within_quotes_are_of_the_other_kind_and_apostrophes_stay(title, within):
    assert render("{{ title|within_quotes }}", title=title) == within


def test_no_date_is_no_text():
    assert render("[{{ date|in_words }}{{ date|as_time }}]", date=None) == "[]"


def test_a_time_is_machine_readable_where_html_has_a_form_for_it():
    assert (
        render("{{ d|as_time }}", d=PartialDate.parse("2013-01"))
        == '<time datetime="2013-01">2013年1月</time>'
    )
    assert render("{{ d|as_time }}", d=PartialDate.parse("2011/2015")) == "2011—2015年"


@pytest.mark.parametrize(
    ("language", "html"),
    [
        ("zh-hans", '<h1>云计算发展</h1><p class="title-other" lang="en">Cloud</p>'),
        (
            "zh-hant",
            '<h1>雲計算發展</h1><p class="title-other" lang="zh-Hans">云计算发展</p><p class="title-other" lang="en">Cloud</p>',
        ),
        ("en", '<h1>Cloud</h1><p class="title-other" lang="zh-Hans">云计算发展</p>'),
    ],
)
def test_a_title_is_in_the_language_of_the_page_and_beside_it_in_the_others(language, html):
    policy = Policy(title="云计算发展", title_en="Cloud")
    with translation.override(language):
        shown = render('<h1>{% said policy "title" %}</h1>{% other_titles policy %}', policy=policy)
    assert shown.replace("\n", "") == html


def test_what_has_no_english_is_marked_as_chinese_where_there_can_be_marks(english):
    policy = Policy(title="云计算 <2.0>")
    assert render('{% said p "title" %}', p=policy) == '<span lang="zh-Hans">云计算 &lt;2.0&gt;</span>'
    assert render('{% said_plainly p "title" %}', p=policy) == "云计算 &lt;2.0&gt;"
    assert render("{{ place|in_script }}", place="第3页") == '<span lang="zh-Hans">第3页</span>'


def test_what_needs_no_mark_has_none(english):
    assert render("{{ place|in_script }}", place="¶7") == "¶7"
    assert render('[{% said p "summary" %}]', p=Policy(title="5G")) == "[]"
    assert render('{% said p "title" %}', p=Policy(title="5G")) == "5G"


def test_chinese_within_english_is_marked(english):
    policy = Policy(title="x", title_en="“Famous city” (名城名都, 《十四五》规划) & more")
    assert render('{% said p "title" %}', p=policy) == (
        '“Famous city” (<span lang="zh-Hans">名城名都</span>, <span lang="zh-Hans">《十四五》规划</span>) &amp; more'
    )


def test_a_text_stays_safe_within_quotes(english):
    policy = Policy(title="“云”<计划>")
    assert render('{% said p "title" as title %}{{ title|within_quotes }}', p=policy) == (
        '<span lang="zh-Hans">‘云’&lt;计划&gt;</span>'
    )


MARKDOWN = "**发展** `后台`\n\n- [计划](https://example.org/计划) <https://example.org/后>\n- <b>"


def test_prose_is_clean_html_in_the_script_of_the_page_but_for_addresses_and_code():
    with translation.override("zh-hant"):
        html = render('{% prose p "body" "lead" %}', p=Policy(body=MARKDOWN))
    assert html.startswith('<div class="prose lead"><p><strong>發展</strong> <code>后台</code></p>')
    assert ">計劃</a>" in html
    assert ">https://example.org/后</a>" in html
    assert "計劃" not in "".join(re.findall('href="([^"]*)"', html))
    assert "&lt;b&gt;" in html


def test_prose_without_english_is_marked_and_with_it_is_english(english):
    policy = Policy(body="发展", body_en="**Growth** of 名城")
    assert render('{% prose p "body" %}', p=policy) == (
        '<div class="prose"><p><strong>Growth</strong> of <span lang="zh-Hans">名城</span></p>\n</div>'
    )
    policy.body_en = ""
    assert render('{% prose p "body" %}', p=policy) == '<div class="prose" lang="zh-Hans"><p>发展</p>\n</div>'
    assert render('[{% prose p "summary" %}]', p=policy) == "[]"


@pytest.mark.parametrize(
    ("language", "title", "named"),
    [
        ("zh-hans", "日报", "《日报》"),
        ("zh-hans", "关于印发《办法（暂行）》的通知", "《关于印发〈办法（暂行）〉的通知》"),
        ("zh-hans", "〔无题名网络文章〕", "〔无题名网络文章〕"),
        ("en", "Report on “smart” cities", "“Report on ‘smart’ cities”"),
    ],
)
def test_a_document_is_named_as_its_language_names_documents(language, title, named):
    with translation.override(language):
        assert chronicle_tags.as_title(title) == named


@pytest.mark.parametrize(
    ("language", "locator", "words"),
    [
        ("zh-hans", "¶2", "第2段"),
        ("zh-hant", "¶2-4、¶7", "第2-4段、第7段"),
        ("zh-hans", "第3页", "第3页"),
        ("en", "¶2", "¶2"),
    ],
)
def test_a_place_in_a_source_is_named_in_the_language_of_the_page(language, locator, words):
    with translation.override(language):
        assert saying.place_in_source(locator) == words
