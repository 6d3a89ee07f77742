"""Template tags and filters for records, dates and Markdown."""

import pytest
from django.template import Context, Template
from django.utils import translation

from tests import factories as make
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


def test_no_date_is_no_text():
    assert render("[{{ date|date_text }}{{ date|date_html }}]", date=None) == "[]"


def test_a_due_date_stands_in_brackets_after_a_name():
    target = PartialDate.parse("2020")
    assert render("{{ d|due_in_brackets }}", d=target) == "（2020年到期）"
    with translation.override("en"):
        assert render("{{ d|due_in_brackets }}", d=target) == " (due 2020)"
    assert render("[{{ d|due_in_brackets }}{{ nothing.target|due_in_brackets }}]", d=None) == "[]"


def test_the_due_date_of_a_goal_stands_in_brackets_with_what_is_known_of_it(db):
    goal = make.make_goal(target="2015")
    goal.refresh_from_db()
    with translation.override("en"):
        assert render("{{ d|due_state_in_brackets }}", d=goal) == " (due 2015 · no assessment known)"
    for other in (make.make_goal(), make.make_policy()):
        assert render("[{{ d|due_state_in_brackets }}]", d=other) == "[]"


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


def test_the_navigation_has_the_lists_of_reference_records_in_their_order():
    assert chronicle_tags.reference_lists()[:3] == [
        ("timeline:topic-list", "专题"),
        ("timeline:organization-list", "机构"),
        ("timeline:area-list", "地区"),
    ]


def test_the_address_of_a_page_is_readable(rf):
    request = rf.get("/en/areas/", {"q": "智慧", "kind": "goal"})
    assert render("{% page_address %}", request=request) == "http://testserver/en/areas/?q=智慧&amp;kind=goal"


@pytest.mark.parametrize(
    ("language", "text", "html"),
    [
        ("zh-hans", "2015年底", '<time datetime="2015" title="2015年">2015年底</time>'),
        ("zh-hant", "“十三五”规划期末", '<time datetime="2020" title="2020年">「十三五」規劃期末</time>'),
        ("en", "2015年底", '<time datetime="2015">2015</time> (<span lang="zh-Hans">2015年底</span>)'),
        ("zh-hans", "1990年代", '<span title="1990—1999年">1990年代</span>'),
        ("en", "1990年代", '1990–1999 (<span lang="zh-Hans">1990年代</span>)'),
        ("zh-hans", "2014（2015年前）", '<time datetime="2014" title="2014年">2014年（2015年前）</time>'),
        ("zh-hans", "2015（<年底>）", '<time datetime="2015" title="2015年">2015年（&lt;年底&gt;）</time>'),
    ],
)
def test_a_date_is_in_the_words_of_its_source(language, text, html):
    with translation.override(language):
        assert render("{{ d|date_html }}", d=PartialDate.parse(text)) == html
