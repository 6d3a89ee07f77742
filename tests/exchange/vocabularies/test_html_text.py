"""HTML in texts of other programs becomes Markdown that the chronicle takes, or plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.exchange.vocabularies.html_text import html_to_markdown, html_to_text, is_html
from timeline.values.markdown import render
from timeline.values.text import check_no_html


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>一</p><p>二</p>", "一\n\n二"),
        ("一<br>二", "一\\\n二"),
        ("<b>一</b>和<em>二</em>", "**一**和*二*"),
        ('<a href="https://a.cn/x">决定</a>', "[决定](https://a.cn/x)"),
        ('<a href="javascript:alert(1)">决定</a>', "决定"),
        ("<ul><li>一</li><li>二</li></ul>", "- 一\n- 二"),
        ("<h2>一</h2>二", "## 一\n\n二"),
        ("一<script>alert(1)</script><style>p {}</style>", "一"),
        ('<img src="https://a.cn/a.jpg" onerror="x()">图', "图"),
        ("a*b_c &amp; 1 &lt; 2", r"a\*b\_c & 1 \< 2"),
        ("<span>一</span><!-- 注 -->", "一"),
    ],
)
def test_formatting_is_kept_and_nothing_else(html, markdown):
    assert html_to_markdown(html) == markdown


def test_text_is_one_line_without_formatting():
    assert html_to_text("<b>一</b> <br>二 &amp; 三*") == "一 二 & 三*"


@pytest.mark.parametrize("text", ["5 < 6 > 4", "a & b", "<https://a.cn>", "https://a.cn/?a=1&b=2"])
def test_plain_text_is_no_html(text):
    assert not is_html(text)


@given(st.lists(st.sampled_from(["<p>", "</p>", "<a href='javascript:x'>", "</a>", "<script>", "</script>", "&lt;", "&gt;",
                                 "b", "<b", "<img src=x onerror=y>", "*", "](", "\\"]), max_size=12).map("".join))  # fmt: skip
def test_whatever_html_there_is_no_script_or_address_of_one_is_left(html):
    markdown = html_to_markdown(html)
    check_no_html(markdown)
    assert "<script" not in render(markdown)
    assert 'href="javascript' not in render(markdown)
