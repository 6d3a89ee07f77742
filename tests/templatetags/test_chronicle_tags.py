"""Template tags and filters for records, dates and Markdown."""

import pytest
from django.template import Context, Template
from django.utils import translation

from timeline.models import Policy
from timeline.templatetags import chronicle_tags
from timeline.values.partial_date import PartialDate


def render(source: str, **context: object) -> str:
    return Template("{% load chronicle_tags %}" + source).render(Context(context))


def test_a_date_is_in_the_words_of_the_active_language():
    date = PartialDate.parse("2013-01")
    assert render("{{ date|date_text }}", date=date) == "2013年1月"
    with translation.override("en"):
        assert render("{{ date|date_text }}", date=date) == "January 2013"


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
    assert render("{{ title|nested_quotes }}", title=title) == within


def test_no_date_is_no_text():
    assert render("[{{ date|date_text }}{{ date|date_html }}]", date=None) == "[]"


def test_a_time_is_machine_readable_where_html_has_a_form_for_it():
    assert (
        render("{{ d|date_html }}", d=PartialDate.parse("2013-01"))
        == '<time datetime="2013-01">2013年1月</time>'
    )
    assert render("{{ d|date_html }}", d=PartialDate.parse("2011/2015")) == "2011—2015年"


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
        shown = render(
            '<h1>{% localized_html policy "title" %}</h1>{% alternative_titles policy %}', policy=policy
        )
    assert shown.replace("\n", "") == html


def test_a_text_stays_safe_within_quotes(english):
    policy = Policy(title="“云”<计划>")
    assert render('{% localized_html p "title" as title %}{{ title|nested_quotes }}', p=policy) == (
        '<span lang="zh-Hans">‘云’&lt;计划&gt;</span>'
    )


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
        assert chronicle_tags.quoted_title(title) == named


def test_the_navigation_has_the_lists_of_reference_records_in_their_order():
    assert chronicle_tags.reference_lists()[:3] == [
        ("timeline:topic-list", "专题"),
        ("timeline:organization-list", "机构"),
        ("timeline:area-list", "地区"),
    ]
