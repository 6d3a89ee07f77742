"""Display of records in each language: conversion of the script, and marks on text in another language."""

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from timeline.i18n import display
from timeline.models import Policy


def render(source: str, **context: object) -> str:
    return Template("{% load chronicle_tags %}" + source).render(Context(context))


def test_what_has_no_english_is_marked_as_chinese_where_there_can_be_marks(english):
    policy = Policy(title="云计算 <2.0>")
    assert (
        render('{% localized_html p "title" %}', p=policy) == '<span lang="zh-Hans">云计算 &lt;2.0&gt;</span>'
    )
    assert render('{% localized_text p "title" %}', p=policy) == "云计算 &lt;2.0&gt;"
    assert render("{{ place|in_page_script }}", place="第3页") == '<span lang="zh-Hans">第3页</span>'


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
        '<div class="prose"><p><strong>Growth</strong> of <span lang="zh-Hans">名城</span></p>\n</div>'
    )
    policy.body_en = ""
    assert (
        render('{% markdown_html p "body" %}', p=policy)
        == '<div class="prose" lang="zh-Hans"><p>发展</p>\n</div>'
    )
    assert render('[{% markdown_html p "summary" %}]', p=policy) == "[]"


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
        assert display.locator_html(locator) == words
