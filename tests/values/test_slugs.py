"""Slugs: ASCII words, cut at a syllable, with a number if the slug is taken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.values.slugs import MAX_LENGTH, available_slug, slug_from

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("宁波", "ning-bo"),
        ("寧波", "ning-bo"),
        ("智慧城市", "zhi-hui-cheng-shi"),
        ("行动纲要（2011—2015）", "xing-dong-gang-yao-2011-2015"),
        ("“一张网”", "yi-zhang-wang"),
        ("City Brain 2.0", "city-brain-2-0"),
        ("宁波5G网络", "ning-bo-5g-wang-luo"),
        ("ＣＩＴＹ２０１３", "city2013"),
        ("Ningbo’s plan", "ningbos-plan"),
        ("绿色 green", "lv-se-green"),
        ("重庆", "chong-qing"),
        ("café", "cafe"),
        ("São Paulo", "sao-paulo"),
        ("", ""),
        ("——！？", ""),
        ("😀", ""),
    ],
)
def test_a_title_becomes_its_pinyin(title, slug):
    assert slug_from(title) == slug


def test_a_long_title_is_cut_at_a_syllable():
    slug = slug_from("建" * 100)
    assert slug == "-".join(["jian"] * 24)
    assert len(slug) == 119


@pytest.mark.parametrize(
    ("limit", "slug"),
    [
        (17, "zhi-hui-cheng-shi"),
        (16, "zhi-hui-cheng"),
        (13, "zhi-hui-cheng"),
        (12, "zhi-hui"),
        (3, "zhi"),
        (2, "zh"),
    ],
)
def test_a_slug_holds_as_many_syllables_as_fit(limit, slug):
    assert slug_from("智慧城市", limit) == slug


def test_a_single_word_that_is_too_long_is_cut():
    assert slug_from("x" * 500) == "x" * MAX_LENGTH


@given(
    st.one_of(st.text(max_size=150), st.text(alphabet="智慧城市建设的决定aé'’ -1", max_size=150)),
    st.integers(1, 120),
)
def test_a_slug_is_words_joined_by_hyphens_or_empty_and_fits(title, limit):
    slug = slug_from(title, limit)
    assert slug == "" or SLUG.fullmatch(slug)
    assert len(slug) <= limit


@given(st.text(max_size=60))
def test_a_slug_is_its_own_slug(title):
    assert slug_from(slug_from(title)) == slug_from(title)


def test_a_slug_that_is_free_is_taken_as_it_is():
    assert available_slug("a", set()) == "a"
    assert available_slug("a", {"b", "a-2"}) == "a"


def test_a_slug_that_is_taken_gets_the_first_free_number():
    assert available_slug("a", {"a"}) == "a-2"
    assert available_slug("a", {"a", "a-2", "a-3", "a-5"}) == "a-4"


def test_a_numbered_slug_fits_and_has_no_double_hyphen():
    assert available_slug("abcd", {"abcd"}, 4) == "ab-2"
    assert available_slug("ab-cd", {"ab-cd"}, 5) == "ab-2"
    assert len(available_slug("x" * 120, {"x" * 120})) == 120


@given(
    st.lists(st.text(alphabet="ab1", min_size=1, max_size=4), min_size=1, max_size=4).map("-".join),
    st.integers(0, 30),
)
def test_a_numbered_slug_is_a_slug_and_not_taken(wanted, count):
    taken = {wanted, *(f"{wanted}-{number}" for number in range(2, count))}
    slug = available_slug(wanted, taken, 20)
    assert slug not in taken
    assert SLUG.fullmatch(slug)
    assert len(slug) <= 20
