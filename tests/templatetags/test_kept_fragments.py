"""A kept fragment is rendered once for each edition and value, and never while hits are marked."""

import pytest
from django.template import Context, Template, TemplateSyntaxError

from timeline.public.views.base import KeptPartsMixin

SOURCE = '{% load kept_fragments %}{% kept "card" key %}{{ count }}{% endkept %}'


@pytest.fixture
def show():
    shown = []

    def show(edition: str = "1", key: object = 1, **context: object) -> str:
        shown.append(edition)
        view = KeptPartsMixin()
        view.edition = edition
        here = {"view": view, "key": key, "count": len(shown)}
        return Template(SOURCE).render(Context(here | context))

    return show


def test_a_fragment_is_rendered_once(show):
    assert [show(), show(), show()] == ["1", "1", "1"]


def test_another_edition_or_value_is_rendered_anew(show):
    assert [show(), show(edition="2"), show(key=2), show()] == ["1", "2", "3", "1"]


def test_without_an_edition_nothing_is_kept(show):
    assert [show(edition=""), show(edition="")] == ["1", "2"]


def test_marked_hits_are_not_kept(show):
    assert [show(), show(search_query="光"), show(search_query=""), show(search_query="光")] == [
        "1",
        "2",
        "1",
        "4",
    ]


def test_a_view_without_editions_cannot_keep_fragments():
    with pytest.raises(KeyError):
        Template(SOURCE).render(Context({"key": 1}))


def test_a_fragment_ends():
    with pytest.raises(TemplateSyntaxError):
        Template('{% load kept_fragments %}{% kept "card" key %}')
