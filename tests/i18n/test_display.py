"""Display of records in each language: conversion of the script, and marks on text in another language."""

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from tests import factories as make
from timeline.i18n import display
from timeline.models import Goal, Milestone, Policy


def render(source: str, **context: object) -> str:
    return Template("{% load chronicle_tags %}" + source).render(Context(context))


def test_what_has_no_english_is_marked_as_chinese_where_there_can_be_marks(english):
    policy = Policy(title="云计算 <2.0>")
    assert (
        render('{% localized_html p "title" %}', p=policy) == '<span lang="zh-Hans">云计算 &lt;2.0&gt;</span>'
    )
    assert render('{% localized_text p "title" %}', p=policy) == "云计算 &lt;2.0&gt;"
    assert render("{{ place|in_page_script }}", place="第3页") == '<span lang="zh-Hans">第3页</span>'


@pytest.mark.parametrize(
    ("titles", "chinese", "traditional", "english"),
    [
        ({"title": "发展规划"}, "发展规划", "發展規劃", '<span lang="zh-Hans">发展规划</span>'),
        ({"title": "发展规划", "title_en": "Plan"}, "发展规划", "發展規劃", "Plan"),
        ({"title": "发展规划", "short_title": "规划", "title_en": "Plan"}, "规划", "規劃", "Plan"),
        ({"title": "发展", "title_en": "Plan of 2012", "short_title_en": "Plan"}, "发展", "發展", "Plan"),
    ],
)
def test_a_name_is_the_short_title_where_the_language_has_one(titles, chinese, traditional, english):
    for language, name in (("zh-hans", chinese), ("zh-hant", traditional), ("en", english)):
        with translation.override(language):
            assert render("{% name_html p %}", p=Policy(**titles)) == name


def test_what_needs_no_mark_has_none(english):
    assert render("{{ place|in_page_script }}", place="¶7") == "¶7"
    assert render('[{% localized_html p "summary" %}]', p=Policy(title="5G")) == "[]"
    assert render('{% localized_html p "title" %}', p=Policy(title="5G")) == "5G"


def test_chinese_within_english_is_marked(english):
    policy = Policy(title="x", title_en="“Famous city” (名城名都, 《十四五》规划) & more")
    assert render('{% localized_html p "title" %}', p=policy) == (
        '“Famous city” (<span lang="zh-Hans">名城名都</span>, <span lang="zh-Hans">《十四五》规划</span>) &amp; more'
    )


MARKDOWN = "**发展** `后台`\n\n- [计划](https://example.org/计划) <https://example.org/后>\n- <b>"


def test_prose_is_clean_html_in_the_script_of_the_page_but_for_addresses_and_code():
    with translation.override("zh-hant"):
        html = render('{% markdown_html p "body" "lead" %}', p=Policy(body=MARKDOWN))
    assert html.startswith('<div class="prose lead"><p><strong>發展</strong> <code>后台</code></p>')
    assert ">計劃</a>" in html
    assert ">https://example.org/后</a>" in html
    assert "計劃" not in "".join(re.findall('href="([^"]*)"', html))
    assert "&lt;b&gt;" in html


def test_prose_without_english_is_marked_and_with_it_is_english(english):
    policy = Policy(body="发展", body_en="**Growth** of 名城")
    assert render('{% markdown_html p "body" %}', p=policy) == (
        '<div class="prose"><p><strong>Growth</strong> of <span lang="zh-Hans">名城</span></p></div>'
    )
    policy.body_en = ""
    assert (
        render('{% markdown_html p "body" %}', p=policy)
        == '<div class="prose" lang="zh-Hans"><p>发展</p></div>'
    )
    assert render('[{% markdown_html p "summary" %}]', p=policy) == "[]"


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("2015", "due 2015 · no assessment known"),
        ("2015-06", "due June 2015 · no assessment known"),
        ("2999", "due 2999 · not yet due"),
        ("2015/..", "open-ended · not yet due"),
        (None, "no due date"),
    ],
)
def test_the_due_date_of_a_goal_and_what_is_known_of_it_are_one_text(db, english, target, text):
    make.make_goal(target=target)
    assert render("{{ goal|goal_state_text }}", goal=Goal.objects.get()) == text


def test_the_text_of_an_assessed_goal_tells_its_delivery(db, english):
    make.make_assessment(make.make_goal(target="2015"), date="2016", delivery="partly")
    goal = Goal.objects.get()
    assert render("{{ goal|goal_state_text }}", goal=goal) == "due 2015 · assessed 2016: partly achieved"
    assert render("{{ goal|due_text }}", goal=goal) == "due 2015"


def test_what_cannot_be_marked_as_chinese_is_left_out_in_english(english):
    policy = Policy(title="规划", title_en="Plan", summary="摘要")
    assert display.translated_text(policy, "title") == "Plan"
    assert display.translated_text(policy, "summary") == ""
    with translation.override("zh-hant"):
        assert display.translated_text(policy, "title") == "規劃"


def test_a_short_title_is_that_of_the_language_or_the_beginning_of_the_title():
    long = Milestone(title="一二三四五六七八九十一二三", title_en="A title of more than 25 characters")
    short = Milestone(title="题名", short_title="短题", title_en="Title", short_title_en="Short")
    assert [display.short_title(entry) for entry in (long, short)] == ["一二三四五六七八九十一…", "短题"]
    with translation.override("en"):
        assert [display.short_title(entry) for entry in (long, short)] == [
            "A title of more than 25…",
            "Short",
        ]
        assert display.short_title(Milestone(title="题名", short_title="短题")) == "短题"
    with translation.override("zh-hant"):
        assert display.short_title(Milestone(title="题名", short_title="关于")) == "關於"


def test_chinese_on_a_page_in_english_is_told_from_its_own_text():
    assert display.language_within("题名") == ""
    with translation.override("en"):
        assert [display.language_within(text) for text in ("Title", "题名")] == ["", "zh-Hans"]
