"""A snapshot has the colours and the languages of its chronicle."""

from pathlib import Path

import pytest

from tests import factories as make
from tests.files import MARK
from tests.snapshots import broken_links, export_site, files_below, public
from timeline.delivery.snapshot.nginx import configuration
from timeline.delivery.snapshot.rendering import Rendered
from timeline.public.views.site_files import FAVICON
from timeline.values.logo import Logo

pytestmark = pytest.mark.django_db


def test_a_chronicle_without_english_has_its_colours_and_logo_and_no_file_in_english(visitor, tmp_path):
    make.make_chronicle(
        title="测试编年",
        colour="#1d4f7c",
        colour_dark="#84b8e6",
        english_pages=False,
        logo=Logo.of_file(MARK),
    )
    make.make_policy(published=True, date="2013")
    assert export_site(tmp_path / "site").broken == {}
    files = files_below(public(tmp_path / "site"))
    assert files[f"logo-{Logo.of_file(MARK).file_name}"] == MARK
    assert b"light-dark(#1d4f7c, #84b8e6)" in files["colours-1d4f7c-84b8e6.css"]
    assert files[f"touch-icon-{Logo.of_file(MARK).digest}.png"].startswith(b"\x89PNG")
    assert [name for name in files if name.startswith("en/")] == []
    assert [name for name, content in files.items() if b"/en/" in content] == []
    assert broken_links(public(tmp_path / "site")) == set()


def test_a_chronicle_with_a_colour_has_the_mark_in_it(visitor, tmp_path):
    make.make_chronicle(title="测试编年", colour="#1d4f7c")
    assert export_site(tmp_path / "site").broken == {}
    files = files_below(public(tmp_path / "site"))
    assert b'fill="#1d4f7c"' in files["icon-1d4f7c.svg"]
    assert files["touch-icon-1d4f7c.png"].startswith(b"\x89PNG")
    assert files["favicon.ico"] != FAVICON.read_bytes()


def test_a_missing_page_below_a_language_is_in_the_default_one_where_that_has_no_pages():
    rendered = [Rendered(path, path, 200, {"Content-Type": "text/html"}) for path in ("/", "/zh-hant/")]
    text = configuration("https://a.example", Path("/srv"), {}, rendered, {})
    assert 'if ($uri ~ "^/zh-hant/")' in text
    assert "^/en/" not in text
