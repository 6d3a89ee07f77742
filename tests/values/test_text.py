"""Cleaning of text: removed, kept and refused characters."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.factories import CONTENT, OTHER_CONTENT
from tests.files import texts_in
from timeline.values.text import (
    TextError,
    check_no_html,
    check_printable,
    clean_line,
    clean_names,
    clean_prose,
    clean_url,
    opening_sentence,
    split_names,
)

CLEANERS = [clean_line, clean_prose]
# Characters that are invisible, or that join, combine with or change their neighbours.
TRICKY = "\u200b\u200d\ufe0f\u3164\u0301\u0338\U000e0100\u20e3\u00a0\u2028\u3000\u034f\r\n\t\v \u1100\u1161❤👩🏽1a宁\uf900=\u2adc"


@pytest.mark.parametrize("clean", CLEANERS)
@pytest.mark.parametrize(
    "sign",
    [
        *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\u2064"),
        *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
        *("\u200e", "\u200f", "\u061c", "\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\ufffc"),
        *("\ufe00", "\ufe0f", "\U000e0041", "\U000e007f", "\ufff9", "\ufffa", "\ufffb"),
    ],
    ids=lambda sign: f"U+{ord(sign):04X}",
)
def test_an_invisible_character_is_removed(clean, sign):
    assert clean(f"{sign}a{sign}宁;{sign}") == "a宁;"


@pytest.mark.parametrize("clean", CLEANERS)
@pytest.mark.parametrize(
    "text",
    [
        "葛\U000e0100城",  # an ideographic variation sequence
        "芦\ufe00屋",  # a standardized variation sequence
        "，\ufe00",
        "👨\u200d👩\u200d👧",
        "❤\ufe0f\u200d🔥",
        "👩🏽\u200d🚀",
        "1\ufe0f\u20e3",
        "\ufa0e\uf900\U0002f800",  # compatibility ideographs, which NFC would replace
        "ＡＢＣ２０１３",
        "“智慧”‘城市’",
        "甲\u3000乙",
        "甲  乙",
        "\u0660\u0600",  # a format character that is visible
        "𠮷野家",
    ],
)
def test_what_is_typed_on_purpose_is_kept(clean, text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("宁波\r\n智慧", "宁波 智慧"),
        ("宁波 \t\n\n 智慧", "宁波 智慧"),
        ("a\u00a0b\u2003c\u202fd\u205fe", "a b c d e"),
        ("\u3000\u00a0宁波\u3000", "宁波"),
        ("Ni\u0301ngbo\u0304", "Níngbō"),
        ("Ni\u200b\u0301ngbo", "Níngbo"),
        ("\u1100\u1161", "가"),
        ("\u3164", ""),
        ("\u0301\u3000\u20e3", ""),
    ],
)
def test_a_line_is_cleaned_to(text, line):
    assert clean_line(text) == line


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("一\r\n二\r三\v四\f五\x85六\u2028七\u2029八", "一\n二\n三\n四\n五\n六\n七\n八"),
        ("一  \n二", "一  \n二"),  # a Markdown line break
        ("- 一\n  - 二\n\n    x", "- 一\n  - 二\n\n    x"),
        ("一\n\u00a0\u00a0 \u00a0 二", "一\n二"),  # as ordinary spaces, a code block in Markdown
        ("一\u00a0\u00a0\n二", "一\n二"),
        ("一\u00a0二", "一 二"),
        ("一\n\u3000\u3000二", "一\n\u3000\u3000二"),
        ("一\r\u200b\n二", "一\n二"),
        ("一 \n二\u3000\n\t\n三 \u3000\n  \n四", "一\n二\n\n三\n\n四"),  # behind lines
        ("一\u3000  \n二", "一  \n二"),
        ("\n\u2800\n", ""),
    ],
)
def test_text_of_several_lines_is_cleaned_to(text, prose):
    assert clean_prose(text) == prose


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("工信部；MIIT", ["工信部", "MIIT"]),
        (" 工信部 ;MIIT;; 工信部；", ["工信部", "MIIT"]),
        ("工信部\r\nMIIT\n\n", ["工信部", "MIIT"]),
        ("国家 工信部、部里", ["国家 工信部、部里"]),
        ("\u200b；\u3000", []),
        ("", []),
    ],
)
def test_names_stand_apart_by_semicolons_or_lines_each_once(text, names):
    assert split_names(text) == names
    assert clean_names(text) == "；".join(names)


def test_a_web_address_keeps_its_spelling():
    assert clean_url("\ufeffhttps://example.org/e\u0301\u200b ") == "https://example.org/e\u0301"


@pytest.mark.parametrize("clean", [*CLEANERS, clean_names, clean_url])
@given(text=st.text(st.sampled_from(TRICKY + ";；\u037e") | st.characters(), max_size=20))
@example(text="\u2adc\ufe0f")
@example(text="a\ufe0f\u200d❤")
@example(text="\ud800\u200b\udc00")
def test_cleaning_what_is_clean_changes_nothing(clean, text):
    assert clean(clean(text)) == clean(text)


def test_no_visible_character_is_removed():
    invisible = {"Cc", "Cf", "Cs", "Cn", "Co", "Zs", "Zl", "Zp", "Mn", "Me", "Mc"}
    # Hangul fillers, the blank Braille pattern, and the object replacement character.
    known = set("\u115f\u1160\u3164\uffa0\u2800\ufffc")
    for sign in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(sign) not in invisible and sign not in known:
            assert clean_line(sign) == unicodedata.normalize("NFC", sign) or sign in clean_line(sign)


def test_the_texts_of_a_whole_chronicle_are_clean():
    found = texts_in(CONTENT, OTHER_CONTENT)
    assert found
    for text in found:
        assert clean_prose(text) == text.strip()
        check_printable(text)
        check_no_html(text)


@pytest.mark.parametrize(
    "text",
    [
        *("5 < 6", "a<b", "a<b and c>d", "<https://example.org>", "<mailto:a@example.org>", "<a@example.org>"),
        *("<2013>", "《<…>》", "《<智慧城市>》", "R&D", "A&B;", "a &amp; b", "1 < 2 > 0", "<-->", "<编号>"),
        *("`<p>`", "``<br> `x` ``", "```\n<div class=\"a\">\n```", "\\<p>", "\\&nbsp;", "<time>"),
    ],
)  # fmt: skip
def test_text_without_html_is_accepted(text):
    check_no_html(text)


@pytest.mark.parametrize(
    ("text", "tag", "position"),
    [
        ("<p class=MsoNormal>一</p>", "<p class=MsoNormal>", 1),
        ("一<span style='color:red'>二", "<span style='color:red'>", 2),
        ("一<br>二", "<br>", 2),
        ("一<BR />二", "<BR />", 2),
        ("一<o:p></o:p>", "<o:p>", 2),
        ("一</p>", "</p>", 2),
        ("<!--StartFragment-->一", "<!--StartFragment-->", 1),
        ("<![if !supportLists]>", "<![", 1),
        ("一&nbsp;二", "&nbsp;", 2),
        ("一&ldquo;二", "&ldquo;", 2),
        ('<a href="https://example.org"\n rel=x>', '<a href="https://example.org"\n rel=x>', 1),
        ("`<p>` <p>", "<p>", 7),
        ("``<p>`", "<p>", 3),
        ('<section data-role="outer" label="Powered by 135editor.com">', '<section data-role="outer" label="Powere…', 1),
    ],
)  # fmt: skip
def test_html_is_refused(text, tag, position):
    with pytest.raises(TextError) as refusal:
        check_no_html(text)
    assert refusal.value.params == {"tag": tag, "position": position}


@pytest.mark.parametrize("text", ["??", "??????????", "?? ??", "???2016?98?", "????2010-2015???", "?\n?"])
def test_text_of_question_marks_alone_is_damaged(text):
    with pytest.raises(TextError, match="nothing but question marks"):
        check_printable(text)


@pytest.mark.parametrize("text", ["?", "2014?", "2014?/2015?", "什么??", "What???", "？？", "2016", ""])
def test_question_marks_beside_letters_or_few_of_them_are_text(text):
    assert check_printable(text) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("第一句。第二句。", "第一句。"),
        ("他说“好。”第二句。", "他说“好。”"),
        ("版本5.0起。后来", "版本5.0起。"),
        ("Version 5.0 runs. Later", "Version 5.0 runs."),
        ("标题\n第一句。", "标题"),
        ("没有句号", "没有句号"),
        ("", ""),
    ],
)
def test_the_first_sentence_ends_at_its_full_stop_or_line(text, first):
    assert opening_sentence(text) == first
