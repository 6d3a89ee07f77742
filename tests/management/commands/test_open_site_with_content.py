"""manage.py open_site with a folder of its own, as `make run CONTENT=…` runs it."""

import re
import shlex
import socket

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.ports import free_port
from timeline.delivery.site_locks import PREPARING, SERVING, site_lock
from timeline.models import Entry, Milestone
from timeline.operation.content_database import content_database, databases_of_moved_namesakes, note_folder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LAUNCH = "- {slug: launch, title: 启动, date: 2013, citations: [{source: board}]}\n"


@pytest.fixture
def city(tmp_path, settings):
    """The folder of a city, with a space in its path."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.BASE_DIR = tmp_path / "software"
    (settings.BASE_DIR / "var").mkdir(parents=True)
    folder = tmp_path / "两 座" / "嘉兴"
    folder.mkdir(parents=True)
    (folder / "sources.yaml").write_text("- {slug: board, title: 解读}", encoding="utf-8")
    (folder / "milestones.yaml").write_text(LAUNCH, encoding="utf-8")
    (folder / "site.yaml").write_text("- {slug: jiaxing, city: 嘉兴, title: 嘉兴编年}", encoding="utf-8")
    settings.CONTENT_FOLDER = folder
    return folder


@pytest.fixture
def open_site(city, capsys):
    """A function that opens the city and returns what is printed."""

    def call():
        call_command("open_site", city, port=free_port())
        return capsys.readouterr().out

    return call


def test_the_folder_is_published_and_named(open_site, city):
    printed = open_site()
    assert f"Content:         {city}\n" in printed
    assert [entry.slug for entry in Entry.objects.published()] == ["launch"]


def test_an_unchanged_folder_is_not_spoken_of(open_site):
    open_site()
    assert "was changed" not in open_site()


def test_a_changed_folder_is_named_with_the_commands_to_type_and_is_not_imported(open_site, city):
    open_site()
    (city / "milestones.yaml").write_text(
        LAUNCH.replace("启动", "启用") + LAUNCH.replace("launch", "end"), encoding="utf-8"
    )
    printed = open_site()
    assert f"{city} was changed: 2 new rows, 1 changed, 0 deleted." in printed
    assert [entry.title for entry in Entry.objects.all()] == ["启动"]
    line = next(line for line in printed.splitlines() if line.startswith("To bring it in:"))
    place, *words = shlex.split(line.removeprefix("To bring it in:"))
    assert place == f"CONTENT={city}"
    assert words == [
        *(".venv/bin/python", "manage.py", "import_content", str(city)),
        *("--publish", "--user", "admin"),
    ]
    call_command(*words[2:4], publish=True, user=words[-1], verbosity=0)
    assert {entry.title for entry in Entry.objects.published()} == {"启用", "启动"}
    assert "was changed" not in open_site()


def test_the_preview_is_that_of_the_import(open_site, city):
    open_site()
    (city / "milestones.yaml").write_text(LAUNCH.replace("启动", "启用"), encoding="utf-8")
    lines = open_site().splitlines()
    (preview,) = [line.partition(":  ")[2] for line in lines if line.startswith("To see each change")]
    (bringing,) = [line.partition(":  ")[2] for line in lines if line.startswith("To bring it in")]
    assert preview == f"{bringing} --dry-run"


def test_what_was_changed_in_the_admin_too_is_named_before_anything_is_typed(open_site, city):
    open_site()
    Milestone.objects.update(title="编者改过的题名")
    (city / "milestones.yaml").write_text(LAUNCH.replace("启动", "启用"), encoding="utf-8")
    printed = open_site()
    assert "launch.title was changed in the admin since this folder was last imported or exported." in printed
    assert "--publish --user admin --overwrite-edits\n" in printed


def test_a_record_that_left_the_folder_is_named(open_site, city):
    open_site()
    (city / "milestones.yaml").write_text("", encoding="utf-8")
    assert (
        "1 of the records that were in these files are not in them any more: launch. They stay."
        in open_site()
    )


def test_what_editors_wrote_stays_while_the_folder_is_as_it_was(open_site):
    open_site()
    entry = Milestone.objects.get()
    entry.title = "编者改过的题名"
    entry.save()
    assert "was changed" not in open_site()
    assert Entry.objects.get().title == "编者改过的题名"


def test_a_file_that_is_no_content_is_no_change(open_site, city):
    open_site()
    (city / "milestones.yaml").write_text(f"# 注释\n{LAUNCH}", encoding="utf-8")
    assert "was changed" not in open_site()


def test_what_is_wrong_in_a_changed_folder_is_told_and_the_site_opens(open_site, city):
    open_site()
    (city / "milestones.yaml").write_text(LAUNCH.replace("2013", "很久以前"), encoding="utf-8")
    printed = open_site()
    assert "milestones.yaml, row 1 (line 1), column" in printed
    assert "1 things in it are wrong" in printed
    assert "Ctrl+C" in printed


def test_the_database_of_a_folder_of_this_name_elsewhere_is_named(open_site, city, settings, tmp_path):
    other = content_database(tmp_path / "former" / city.name, settings.BASE_DIR / "var")
    other.touch()
    assert f"mv {shlex.quote(str(other))} " in open_site()


def test_a_folder_of_this_name_that_is_still_in_its_place_is_not_spoken_of(
    open_site, city, settings, tmp_path
):
    data, other = settings.BASE_DIR / "var", tmp_path / "former" / city.name
    other.mkdir(parents=True)
    content_database(other, data).touch()
    note_folder(other, data)
    assert "mv " not in open_site()


def test_a_folder_that_is_moved_later_is_known_by_where_it_was(open_site, city, settings, tmp_path):
    open_site()
    data = settings.BASE_DIR / "var"
    database = content_database(city, data)
    database.touch()
    moved = tmp_path / "archive" / city.name
    assert databases_of_moved_namesakes(moved, data) == []
    moved.parent.mkdir()
    city.rename(moved)
    assert databases_of_moved_namesakes(moved, data) == [database]


def test_a_port_in_use_names_the_command_with_the_folder(city):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError) as refused:
            call_command("open_site", city, port=port)
    command = shlex.split(str(refused.value).partition("Try: ")[2])
    assert command == ["make", "run", f"CONTENT={city}", f"PORT={port + 1}"]
    assert "another program uses it" in str(refused.value)


@pytest.fixture
def locked_database(settings, tmp_path, monkeypatch):
    """The locks are those of the database in use; of one in a file where it is in memory."""
    if connection.vendor == "postgresql":
        return
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", tmp_path / "city.sqlite3")


def test_a_site_that_is_running_is_named_with_what_changed(open_site, city, locked_database, capsys):
    open_site()
    (city / "milestones.yaml").write_text(LAUNCH.replace("启动", "启用"), encoding="utf-8")
    lock = site_lock(SERVING)
    assert lock.take("http://127.0.0.1:8123/")
    with pytest.raises(CommandError, match=r"running already: http://127\.0\.0\.1:8123/"):
        call_command("open_site", city, port=8123)
    lock.release()
    assert "1 changed" in capsys.readouterr().out


def test_a_second_start_during_the_first_says_to_wait(city, locked_database, open_site):
    lock = site_lock(PREPARING)
    assert lock.take()
    with pytest.raises(CommandError, match="being prepared by another"):
        open_site()
    lock.release()
    assert "The chronicle: " in open_site()


def test_the_first_start_says_what_it_does(open_site, city):
    assert f"Importing {city}…\n" in open_site()
    assert "Importing" not in open_site()


def test_a_folder_without_a_chronicle_is_refused_with_the_way_to_one(open_site, city):
    (city / "site.yaml").write_text("# - slug: jiaxing\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no site.yaml with a name.*start_chronicle DIR"):
        open_site()
    assert not Entry.objects.exists()


def test_a_folder_of_an_opened_site_may_lose_its_chronicle(open_site, city):
    open_site()
    (city / "site.yaml").unlink()
    assert "Content:" in open_site()


def test_a_file_in_place_of_a_folder_is_told_as_such(city, settings):
    settings.CONTENT_FOLDER = city / "site.yaml"
    with pytest.raises(CommandError, match="is a file. Name the folder"):
        call_command("open_site", city / "site.yaml")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8123/", "http://127.0.0.1:9999/"])
def test_a_database_is_not_migrated_under_the_site_that_is_running(city, locked_database, address):
    applied = MigrationRecorder.Migration.objects.using("default").filter(app="timeline")
    applied.order_by("-pk")[0].delete()
    count, server = applied.count(), site_lock(SERVING)
    assert server.take(address)
    try:
        with pytest.raises(CommandError, match="migrations to apply.*" + re.escape(address)):
            call_command("open_site", city, port=8123)
    finally:
        server.release()
    assert applied.count() == count
