"""A snapshot has the colours and the languages of its chronicle."""

import pytest

from tests import factories as make
from tests.snapshots import broken_links, export_site, files_below, public

pytestmark = pytest.mark.django_db


def test_a_chronicle_without_english_has_its_colours_and_no_file_in_english(visitor, tmp_path):
    make.make_chronicle(title="测试编年", colour="#1d4f7c", colour_dark="#84b8e6", english_pages=False)
    make.make_policy(published=True, date="2013")
    assert export_site(tmp_path / "site").broken == {}
    files = files_below(public(tmp_path / "site"))
    assert b"light-dark(#1d4f7c, #84b8e6)" in files["colours-1d4f7c-84b8e6.css"]
    assert [name for name in files if name.startswith("en/")] == []
    assert [name for name, content in files.items() if b"/en/" in content] == []
    assert broken_links(public(tmp_path / "site")) == set()
