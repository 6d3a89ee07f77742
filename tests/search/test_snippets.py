"""Snippets: hits are marked in the original text, in either script and width."""

import cProfile
import unicodedata

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.search.snippets import Fragment, highlight, snippet
from timeline.values.chinese import fold, search_terms


def shown(pieces):
    return "".join(f"<{piece.text}>" if piece.is_hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("宁波市规划", "宁波", "<宁波>市规划"),
        ("宁波市规划", "寧波", "<宁波>市规划"),
        ("寧波市規劃", "宁波 规划", "<寧波>市<規劃>"),
        ("宁波市规划", "宁波 波市", "<宁波市>规划"),
        ("宁波宁波市", "宁波", "<宁波宁波>市"),
        ("甬党〔2010〕14号", "[2010]", "甬党<〔2010〕>14号"),
        ("共１２㎡地", "m2", "共１２<㎡>地"),
        ("共１２㎡地", "2m", "共１<２㎡>地"),
        ("共㎡地", "2地", "共<㎡地>"),
        ("Große Straße", "straße", "Große <Straße>"),
        ("Smart City PLAN", "city plan", "Smart <City> <PLAN>"),
        ("cafe\u0301s", "fé", "ca<fe\u0301>s"),
        ("cafe\u0301s", "és", "caf<e\u0301s>"),
        ("İzmir", "i", "<İ>zm<i>r"),
        ("ﬁn", "i", "<ﬁ>n"),
        ("ｽﾊﾟｲｶﾞ", "パ", "ｽ<ﾊﾟ>ｲｶﾞ"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af市", "글", "\u1112\u1161\u11ab<\u1100\u1173\u11af>市"),
        ("宁\n波", "宁波", "宁\n波"),
        ("aaa", "aa", "<aaa>"),
        ("宁波", "", "宁波"),
        ("", "宁波", ""),
        ("<b>宁波</b>", "b>", "<<b>>宁波</<b>>"),
    ],
)
def test_the_hits_are_marked_in_what_was_written(text, query, expected):
    assert shown(highlight(text, query)) == expected


def test_the_other_script_is_shown_with_the_same_hits():
    convert = opencc.OpenCC("s2t").convert
    assert shown(highlight("宁波市发展规划", "规划", convert)) == "寧波市發展<規劃>"
    assert shown(highlight("宁波市发展规划", "寧波", convert)) == "<寧波>市發展規劃"
    assert shown(highlight("宁波市规划", "宁波", lambda text: text + "。")) == "<宁波。>市规划。"


def test_a_snippet_is_around_the_first_hit():
    text = "前" * 100 + "宁波" + "后" * 100
    assert shown(snippet(text, "寧波")) == "…" + "前" * 26 + "<宁波>" + "后" * 52 + "…"
    assert shown(snippet(text, "上海")) == "前" * 80 + "…"
    assert shown(snippet("前前宁波", "宁波")) == "前前<宁波>"
    assert shown(snippet("宁波" + "后" * 100, "宁波")) == "<宁波>" + "后" * 78 + "…"
    assert shown(snippet("前" * 100 + "宁波", "宁波")) == "…" + "前" * 78 + "<宁波>"
    assert shown(snippet("前" * 9 + "后" * 90, "后" * 90)) == "…<" + "后" * 90 + ">"
    assert snippet("", "宁波") == []


def test_a_snippet_ends_with_a_clause_or_a_word_where_one_ends_near_by():
    start = "宁波" + "后" * 60 + "，"
    assert (
        shown(snippet(start + "尾" * 10 + "，" + "末" * 50, "宁波"))
        == "<宁波>" + start[2:] + "尾" * 10 + "，…"
    )
    assert shown(snippet(start + "尾" * 50, "宁波")) == "<宁波>" + start[2:] + "尾" * 17 + "…"
    words = "smart city of Ningbo and of the people who live and work in it "
    assert shown(snippet(f"{words}today, version 3.25 and others", "smart")) == f"<smart>{words[5:]}today,…"
    assert (
        shown(snippet(f"{words}and its version 3.25 of it all", "smart"))
        == f"<smart>{words[5:]}and its version…"
    )


TEXTS = st.text(st.sampled_from("宁寧波〔]ＡaßİﬁﷺΣσ\u0301\u0345㎡ \n뮤\u1100\u1161\u11a8😀")) | st.text(
    st.characters(exclude_categories=["Cs"])
)


@given(TEXTS, st.data())
def test_pieces_are_the_text_and_each_word_of_it_is_marked(text, data):
    low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    query = text[low:high]
    pieces = highlight(text, query)
    assert "".join(piece.text for piece in pieces) == text
    assert all(one.is_hit != other.is_hit for one, other in zip(pieces, pieces[1:], strict=False))
    assert any(piece.is_hit for piece in pieces) == any(
        word in fold(run) for word in search_terms(query) for run in text.split()
    )


def without_breaks(text):
    return text.replace("\n", "").replace(" ", "")


@given(TEXTS, TEXTS, st.integers(1, 40))
def test_a_snippet_is_a_part_of_the_text(text, query, times):
    text *= times
    pieces = snippet(text, query)
    inner = [piece for piece in pieces if piece != Fragment("…")]
    assert "\n" not in "".join(piece.text for piece in inner)
    assert without_breaks("".join(piece.text for piece in inner)) in without_breaks(text)


def test_a_snippet_begins_with_a_clause_and_has_no_space_where_chinese_lines_meet():
    text = "前文很长" * 20 + "到此为止，属于率先。\n决定计划建设：\n智慧应用体系\nSmart\ncity。" + "后" * 100
    assert "".join(piece.text for piece in snippet(text, "智慧应用")) == (
        "…属于率先。决定计划建设：智慧应用体系Smart city。" + "后" * 37 + "…"
    )


def test_the_ellipsis_is_that_of_the_language():
    assert snippet("甲" * 100 + "智慧", "智慧", ellipsis="……")[0].text == "……"


@pytest.mark.parametrize("parts", ["한글", "각", "가나다"])
def test_a_hit_among_the_parts_of_hangul_syllables_takes_steps_as_the_text_is_long(parts):
    text = unicodedata.normalize("NFD", parts) * 1000
    profile = cProfile.Profile()
    pieces = profile.runcall(highlight, text, parts)
    assert "".join(piece.text for piece in pieces) == text
    assert any(piece.is_hit for piece in pieces)
    (calls,) = [entry.callcount for entry in profile.getstats() if entry.code == fold.__code__]
    # Linear: not one call for each start position.
    assert calls < 100
