"""Positions in sources are named in the language of the page."""

import pytest
from django.utils import translation

from timeline.i18n.locators import locator_html, locator_text


def _translated(locator, words):
    return f'<span lang="zh-Hans" title="{locator}"><span lang="en">{words}</span></span>'


@pytest.mark.parametrize(
    ("language", "locator", "words"),
    [
        ("zh-hans", "¶2", "第2段"),
        ("zh-hant", "¶2-4、¶7", "第2-4段、第7段"),
        ("zh-hans", "第3页", "第3页"),
        ("en", "¶2", "¶2"),
        ("en", "第4段", _translated("第4段", "para. 4")),
        ("en", "第1至2段", _translated("第1至2段", "paras. 1–2")),
        ("en", "第3页", _translated("第3页", "p. 3")),
        ("en", "第3-5页", _translated("第3-5页", "pp. 3–5")),
        ("en", "一（一）第2段", _translated("一（一）第2段", "1 (1), para. 2")),
        ("en", "目录二（一）（三）", _translated("目录二（一）（三）", "contents, 2 (1) (3)")),
        ("en", "第1件事", _translated("第1件事", "item 1")),
        (
            "en",
            "“三个全面”一节",
            _translated("“三个全面”一节", 'section “<span lang="zh-Hans">三个全面</span>”'),
        ),
        ("en", "第一条", _translated("第一条", "art. 1")),
        ("en", "第十二至二十条", _translated("第十二至二十条", "arts. 12–20")),
        ("en", "正文", _translated("正文", "text")),
        ("en", "题下说明；目录", _translated("题下说明；目录", "note under the title, contents")),
        ("en", "通知和引言", _translated("通知和引言", "notice, preamble")),
        ("en", "光纤一节", '<span lang="zh-Hans">光纤一节</span>'),
        ("zh-hant", "题下说明", "題下說明"),
    ],
)
def test_a_place_in_a_source_is_named_in_the_language_of_the_page(language, locator, words):
    with translation.override(language):
        assert locator_html(locator) == words


@pytest.mark.parametrize(
    ("language", "locator", "text"),
    [("zh-hant", "¶2", "第2段"), ("en", "第3-5页", "pp. 3–5"), ("en", "光纤一节", "光纤一节")],
)
def test_in_plain_text_it_is_the_same_without_marks(language, locator, text):
    with translation.override(language):
        assert locator_text(locator) == text
