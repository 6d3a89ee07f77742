"""Structured data as text within a page."""

import json

from hypothesis import given

from tests.texts import texts
from timeline.public.metadata.json_ld import json_ld, node


@given(texts)
def test_any_text_is_read_as_it_was_and_ends_no_script(text):
    written = json_ld([node("Thing", name=text + "x")])
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written)["@graph"][0]["name"] == text + "x"


def test_a_property_without_a_value_is_left_out():
    assert node("Thing", name="", url=None, about=[], publisher={}, position=0) == {
        "@type": "Thing",
        "position": 0,
    }


def test_nothing_is_no_text():
    assert json_ld([]) == ""
