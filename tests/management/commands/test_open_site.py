"""manage.py open_site: the preparation for `make run`, at the first start and later ones."""

import re
import socket

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from tests.factories import ROOT, make_editor, make_milestone
from tests.ports import free_port
from timeline.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def port(settings, tmp_path, monkeypatch):
    settings.STATIC_ROOT = tmp_path / "static"
    # Without the admin's static files, which are many.
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    monkeypatch.chdir(tmp_path)
    return free_port()


@pytest.fixture
def folders(tmp_path):
    """Two content folders, of which the second extends and changes the first."""
    contents = {
        "first": {
            "site": "- {slug: city, city: 某城, title: 编年}",
            "sources": "- {slug: board, title: 解读}",
            "milestones": "- {slug: launch, title: 启动, date: 2013, citations: [{source: board}]}",
        },
        "second": {
            "milestones": "- {slug: launch, date: 2013-01-29}\n- {slug: end, title: 结束, citations: [{source: board}]}",
        },
    }
    for folder, files in contents.items():
        (tmp_path / folder).mkdir()
        for name, text in files.items():
            (tmp_path / folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [tmp_path / folder for folder in contents]


@pytest.fixture
def open_site(port, folders, capsys):
    """A function that runs the command as the Makefile does and returns its output."""

    def call():
        call_command("open_site", *folders, port=port)
        return capsys.readouterr().out

    return call


def test_the_first_run_imports_publishes_and_prints_a_login_that_works(port, open_site):
    printed = open_site()
    assert f"http://127.0.0.1:{port}/" in printed
    password = re.search(r"密码：(\S+)", printed)[1]
    assert len(password) >= 16
    user = authenticate(username="admin", password=password)
    assert user is not None
    assert user.is_superuser
    assert {*Entry.objects.published().values_list("slug", flat=True)} == {"launch", "end"}
    assert set(Entry.objects.values_list("published_by__username", flat=True)) == {"admin"}


def test_the_second_run_keeps_the_data_and_prints_no_password(open_site):
    open_site()
    before = list(Entry.objects.order_by("pk").values())
    printed = open_site()
    assert "密码" not in printed
    assert list(Entry.objects.order_by("pk").values()) == before
    assert get_user_model().objects.count() == 1


def test_a_database_with_any_content_is_left_as_it_is(open_site):
    make_milestone(title="自家的")
    make_editor()
    open_site()
    assert [entry.title for entry in Entry.objects.all()] == ["自家的"]


def test_each_folder_is_imported_over_the_ones_before(open_site):
    open_site()
    launch = Entry.objects.get(slug="launch")
    assert (launch.title, str(launch.date)) == ("启动", "2013-01-29")


def test_where_one_folder_is_wrong_none_is_imported_so_that_the_next_start_tries_again(
    port, folders, tmp_path
):
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "milestones.yaml").write_text("- {slug: launch, title: 启动, phase: nowhere}", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("open_site", folders[0], wrong, port=port)
    assert not Entry.objects.exists()


def test_make_run_opens_the_folders_of_the_list_unless_content_names_another():
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert 'open_site $(if $(CONTENT),"$$CONTENT",$(OWN_CONTENT)) --host' in recipe
    assert "OWN_CONTENT = $(addprefix fixtures/,$(shell cat fixtures/opened.txt" in recipe


def test_without_content_it_is_said_how_to_begin_one(port):
    with pytest.raises(CommandError, match="start_chronicle"):
        call_command("open_site", port=port)
    assert not get_user_model().objects.exists()


def test_a_folder_that_is_not_there_is_named(port, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("open_site", tmp_path / "nowhere", port=port)
    assert not get_user_model().objects.exists()


def test_a_port_in_use_is_said_before_anything_is_done(port, folders):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(CommandError, match=str(port)):
            call_command("open_site", *folders, port=port)
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize("text", ["abc", "0", "65536", "８０", ""])
def test_a_port_that_is_no_number_is_refused_in_one_line(text):
    with pytest.raises(CommandError, match=f"^PORT应为1至65535之间的数，而不是“{text}”。$"):
        call_command("open_site", "--port", text)
