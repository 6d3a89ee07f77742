"""manage.py start_chronicle."""

import shlex

import pytest
import yaml
from django.core.management import CommandError, call_command


def site_of(folder):
    (row,) = yaml.safe_load((folder / "site.yaml").read_text(encoding="utf-8"))
    return row


@pytest.fixture
def start(tmp_path, capsys):
    """A function that starts a chronicle in a folder and returns its chronicle and what is printed."""

    def call(*, name="嘉 兴", **options):
        call_command("start_chronicle", tmp_path / name, **options)
        return site_of(tmp_path / name), capsys.readouterr().out

    return call


def test_the_city_is_the_name_of_the_folder_unless_it_is_named(start):
    site, _printed = start(name="嘉兴")
    assert site == {"slug": "jia-xing", "title": "嘉兴政策编年", "city": "嘉兴"}


def test_names_in_english_and_titles_can_be_given(tmp_path):
    call_command("start_chronicle", tmp_path / "a", "--name", "苏州", "--name-en", "Suzhou")
    assert site_of(tmp_path / "a") == {
        "slug": "suzhou",
        "title": "苏州政策编年",
        "title_en": "Policy Chronicle of Suzhou",
        "city": "苏州",
        "city_en": "Suzhou",
    }
    call_command("start_chronicle", tmp_path / "b", "--name", "苏州", "--title", "姑苏纪", "--no-english")
    assert site_of(tmp_path / "b") == {
        "slug": "su-zhou",
        "title": "姑苏纪",
        "city": "苏州",
        "english_pages": False,
    }


def test_what_comes_next_is_told_with_the_path_as_it_is_typed(start, tmp_path):
    _site, printed = start(language="en")
    assert "What comes next:" in printed
    assert f"make run CONTENT={shlex.quote(str(tmp_path / '嘉 兴'))}" in printed


def test_a_folder_with_something_in_it_is_refused(start, tmp_path):
    start()
    with pytest.raises(CommandError, match="is not empty"):
        call_command("start_chronicle", tmp_path / "嘉 兴", language="en")
