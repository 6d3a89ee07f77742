"""A worker has everything when it starts: an upgrade may replace the files below it."""

import shutil

import pytest

from tests.databases import make_sqlite
from tests.factories import ROOT
from tests.servers import serving
from timeline.public import urls

CODE = ("ningbo_site", "timeline", "templates", "static", "tests")
PAGES = [f"/{pattern.pattern}" for pattern in urls.urlpatterns if not pattern.pattern.converters]


@pytest.mark.long
def test_a_server_goes_on_while_its_code_is_replaced(tmp_path):
    code = tmp_path / "code"
    for name in CODE:
        shutil.copytree(ROOT / name, code / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", code)
    with serving(tmp_path, make_sqlite(tmp_path / "chronicle.sqlite3"), code=code) as server:
        for name in CODE:
            (code / name).rename(code / f"former-{name}")
        for page in (
            *PAGES,
            "/en/about/",
            "/zh-hant/goals/",
            "/?q=a",
            "/nowhere/",
            "/admin/",
            "/admin/login/",
            "/robots.txt",
        ):
            assert int(server.answer(f"GET {page}").split()[1]) in (200, 302, 404), (
                page,
                server.log.read_text(),
            )
