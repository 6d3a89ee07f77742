"""Kept pages take at most so many bytes, and are displaced in the right order."""

import pytest

from timeline.delivery.kept_pages import OVERHEAD, KeptPages, Page


def page(length=1000, moment="now"):
    return Page(b"a" * (length - OVERHEAD), [], [], "", "", moment, moment, 0.0)


def key(name):
    return ("http", "chronicle.example", f"/{name}", "", "gzip")


def room_for(count, length=10_000):
    return KeptPages(count * length)


def put(pages, *names, length=10_000):
    for name in names:
        pages.put(key(name), page(length))


def kept(pages, *names):
    """Return the names of the kept ones, and count as no visitor."""
    return [name for name in names if key(name) in {**pages._on_trial, **pages._asked_again}]


def test_a_page_is_found_under_its_key_alone():
    pages = room_for(20)
    put(pages, "a")
    assert pages.get(key("a")).size == 10_000
    assert pages.get(key("b")) is None
    assert pages.get(("https", *key("a")[1:])) is None


def test_no_more_bytes_are_kept_than_there_is_room_for():
    pages = room_for(20)
    put(pages, *range(50))
    assert pages.bytes == 200_000
    assert kept(pages, *range(50)) == [*range(30, 50)]


def test_a_page_in_place_of_another_counts_once():
    pages = room_for(20)
    put(pages, "a", length=5_000)
    put(pages, "a", length=7_000)
    pages.get(key("a"))
    put(pages, "a", length=6_000)
    assert pages.bytes == 6_000
    pages.drop(key("a"))
    assert (pages.bytes, pages.get(key("a"))) == (0, None)


def test_pages_that_are_asked_for_once_do_not_displace_those_that_were_asked_for_again():
    pages = room_for(20)
    put(pages, "a", "b")
    pages.get(key("a"))
    put(pages, *range(1000))
    assert kept(pages, "a", "b") == ["a"]


def test_of_pages_that_were_asked_for_again_the_longest_unused_one_goes_first():
    pages = room_for(20)
    for name in range(16):
        put(pages, name)
        pages.get(key(name))
    pages.get(key(0))
    put(pages, "new")
    pages.get(key("new"))
    # It is on trial again, until others come.
    assert kept(pages, *range(16)) == [*range(16)]
    put(pages, *range(100, 150))
    assert kept(pages, *range(16)) == [0, *range(2, 16)]
    assert pages.bytes <= 200_000


@pytest.mark.parametrize(("length", "is_kept"), [(10_000, True), (10_001, False)])
def test_a_very_large_page_is_not_kept(length, is_kept):
    pages = room_for(16)
    put(pages, "a", length=length)
    assert (pages.get(key("a")) is not None) is is_kept
