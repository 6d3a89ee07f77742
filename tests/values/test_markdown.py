"""Markdown: the HTML is safe for any input."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.values.markdown import is_of_paragraphs, links, plain_text, render

ALLOWED = {
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}


class Tags(HTMLParser):
    """Collects every tag of an HTML text with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    handle_startendtag = handle_starttag


def assert_harmless(html):
    for tag, attributes in Tags(html).found:
        assert tag in ALLOWED
        assert set(attributes) <= (
            {"href", "title", "rel"} if tag == "a" else {"start"} if tag == "ol" else set()
        )
        address = (attributes.get("href") or "").strip().lower()
        assert ":" not in address.split("/")[0] or address.startswith(("http:", "https:", "mailto:"))
    assert "<!--" not in html


ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)' onclick=alert(1)>x</a>",
    "<iframe src=//example.org></iframe>",
    "<style>*{display:none}</style>",
    "<!-- <script> --><b>x",
    "<form action=x><input name=y>",
    "<math><mtext></p><style><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    '[x](https://example.org "onmouseover=alert(1) x")',
    '[x](https://example.org/"onmouseover="alert(1))',
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](https://example.org/pixel.png)",
    '![x](x"onerror=alert(1)//)',
    '```html"onload=alert(1)\n<script>\n```',
    "`<script>`",
    "    <script>alert(1)</script>",
    "| <script> | b |\n|:--|:-:|\n| <img src=x onerror=y> | [x](javascript:y) |",
    "# <img src=x onerror=alert(1)>",
    "*<b onmouseover=alert(1)>*",
    "\0<script>",
]


@pytest.mark.parametrize("markdown", ATTACKS)
def test_an_attack_comes_out_harmless(markdown):
    assert_harmless(render(markdown))


def test_the_check_for_harm_finds_it():
    for html in (
        "<script>",
        "<img src=x>",
        "<a href='javascript:x'>",
        "<a onclick=x>",
        "<p style=x>",
        "<h1>",
    ):
        with pytest.raises(AssertionError):
            assert_harmless(html)


@given(st.text(max_size=80) | st.text(alphabet="<>&\"'[]()!`*_#|-:/ \njavscriptonlehf=1", max_size=80))
def test_any_text_comes_out_harmless(markdown):
    assert_harmless(render(markdown))


@given(st.text(max_size=80))
def test_any_text_has_a_plain_text(markdown):
    assert isinstance(plain_text(markdown), str)


@pytest.mark.parametrize("level", range(1, 7))
def test_headings_stand_below_those_of_the_page(level):
    shown = min(level + 2, 6)
    assert render("#" * level + " 目标") == f"<h{shown}>目标</h{shown}>\n"


def test_underlined_headings_stand_below_those_of_the_page_too():
    assert render("目标\n===\n\n任务\n---") == "<h3>目标</h3>\n<h4>任务</h4>\n"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("一\n\n二", "<p>一</p>\n<p>二</p>\n"),
        ("**重点**和*次要*", "<p><strong>重点</strong>和<em>次要</em></p>\n"),
        ("- 一\n- 二", "<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n"),
        ("3. 一\n4. 二", '<ol start="3">\n<li>一</li>\n<li>二</li>\n</ol>\n'),
        ("> 引文", "<blockquote>\n<p>引文</p>\n</blockquote>\n"),
        ("`a<b`", "<p><code>a&lt;b</code></p>\n"),
        ("一\\\n二", "<p>一<br>\n二</p>\n"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>\n"),
        ("", ""),
        (
            "[纲要](https://example.org/a?b=1&c=2)",
            '<p><a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">纲要</a></p>\n',
        ),
        (
            "[信](mailto:a@example.org)",
            '<p><a href="mailto:a@example.org" rel="noopener noreferrer nofollow">信</a></p>\n',
        ),
    ],
)
def test_markdown_is_shown_as_html(markdown, html):
    assert render(markdown) == html


def test_a_table_is_shown_as_a_table():
    html = render("| 年 | 数 |\n|---|--:|\n| 2013 | **5** |")
    tags = [tag for tag, _attributes in Tags(html).found]
    assert tags == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td", "strong"]
    assert "style" not in html


def test_an_image_asks_no_third_party_for_anything():
    assert "<img" not in render("![像素](https://example.org/pixel.png)")


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("# 目标\n\n**到2015年**，*建成*。", "目标\n到2015年，建成。"),
        ("[纲要](https://example.org/secret)", "纲要"),
        ("<https://example.org>", "https://example.org"),
        ("- 一\n- 二\n  - 三", "一\n二\n三"),
        ("> 引文", "引文"),
        ("`代码`和\n下一行", "代码和\n下一行"),
        ("一  \n二", "一\n二"),
        ("```\na*b*\n```", "a*b*\n"),
        ("    a*b*", "a*b*\n"),
        ("| 年 | 数 |\n|---|---|\n| 2013 | **5** |", "年\n数\n2013\n5"),
        ("a \\* b &amp; c", "a * b & c"),
        ("<script>x</script>", "<script>x</script>"),
        ("***", ""),
        ("", ""),
        ("[纲要][1]\n\n[1]: https://example.org 'secret'", "纲要"),
    ],
)
def test_plain_text_is_the_words_alone(markdown, words):
    assert plain_text(markdown) == words


@pytest.mark.parametrize("piece", ["> ", "- ", "[", "*", "`", "![", "<", "**_", "| "])
def test_endless_nesting_is_rendered_all_the_same(piece):
    assert_harmless(render(piece * 2000 + "x"))
    assert "<" not in plain_text(piece * 2000 + "x").replace(piece.strip(), "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ('见[甲](/policies/a/)和**[乙](b "题名")**。', ["/policies/a/", "b"]),
        ("- [甲](/a/)\n\n> [乙][1]\n\n[1]: /b/", ["/a/", "/b/"]),
        ("<https://example.org/> `[甲](/a/)`", ["https://example.org/"]),
        ("[规划](/政策/)", ["/%E6%94%BF%E7%AD%96/"]),
    ],
)
def test_links_are_found_in_the_order_of_the_text(text, found):
    assert links(text) == found


@pytest.mark.parametrize("text", ["", "甲[乙](/a/)**丙**。", "甲\n乙\n\n丙", "2010年，宁波——"])
def test_text_of_paragraphs_alone_is_recognized(text):
    assert is_of_paragraphs(text)


@pytest.mark.parametrize(
    "text",
    [
        "- 甲",
        "1. 甲",
        "# 甲",
        "> 甲",
        "    甲",
        "```\n甲\n```",
        "甲\n\n---",
        "甲|乙\n-|-\n1|2",
        "见![图](/a.png)",
    ],
)
def test_text_with_any_other_block_or_an_image_is_not_of_paragraphs(text):
    assert not is_of_paragraphs(text)


def test_the_targets_of_links_can_be_changed_and_links_left_out():
    addresses = {"a": "/en/a/", "b": None}
    html = render("[甲](a)与[*乙*](b)", address_of=addresses.get)
    assert html == '<p><a href="/en/a/">甲</a>与<em>乙</em></p>\n'


def test_an_address_that_is_given_is_as_safe_as_one_that_was_written():
    assert render("[甲](a)", address_of=lambda target: "javascript:alert(1)") == "<p><a>甲</a></p>\n"
