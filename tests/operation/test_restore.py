"""A backup is restored into an empty installation: all of it, or nothing."""

import dataclasses
import tarfile
import time

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from tests import factories as make
from tests.backups import ENGINES, KILLS, everything_in, fill, new_databases, run, start
from tests.releases import restored as released
from tests.releases import versions
from tests.sqlite_files import connected_to, in_a_file
from timeline.models import Milestone
from timeline.operation import bags, encryption
from timeline.operation.backup import STATE, backup
from timeline.operation.errors import OperationError
from timeline.operation.restore import check, restore
from timeline.operation.state import State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]


@pytest.fixture
def made(tmp_path, settings):
    """A backup of a site on SQLite with an entry, an account and an uploaded file."""
    if connection.vendor != "sqlite":
        pytest.skip("Of SQLite only; another test restores both databases")
    settings.MEDIA_ROOT = str(tmp_path / "uploads")
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "文件.pdf").write_bytes(b"%PDF")
    make.make_milestone(title="智慧城市启动")
    make.make_editor(username="wang")
    with in_a_file(tmp_path / "site.sqlite3"):
        path = backup(tmp_path / "backup.tar.gz").path
    settings.MEDIA_ROOT = str(tmp_path / "restored")
    return path


@pytest.fixture
def new(tmp_path):
    """The path of the database of a new installation."""
    return tmp_path / "new" / "site.sqlite3"


def changed(made, change):
    """Unpack a backup, change it, and pack it again with right checksums."""
    folder = made.parent / "changed"
    with tarfile.open(made) as packed:
        packed.extractall(folder)
    change(folder / "chronicle")
    bags.write_tag_files(folder / "chronicle", {})
    with tarfile.open(made, "w:gz") as packed:
        packed.add(folder / "chronicle", arcname="chronicle")


def assert_untouched(new, settings):
    assert not new.exists() or new.stat().st_size == 0
    assert not new.parent.parent.joinpath("restored").exists()


def test_content_accounts_and_uploads_are_as_they_were(made, new, tmp_path):
    with connected_to(new):
        restored = restore(made)
        assert Milestone.objects.get().title == "智慧城市启动"
        assert get_user_model().objects.get().username == "wang"
    assert (tmp_path / "restored" / "文件.pdf").read_bytes() == b"%PDF"
    assert (restored.has_migrated, restored.violations) == (False, [])
    # No working folder is left.
    assert {path.name.removesuffix("-wal").removesuffix("-shm") for path in new.parent.iterdir()} == {
        "site.sqlite3"
    }


def test_settings_that_differ_are_named_and_so_are_secrets(made, new, monkeypatch):
    monkeypatch.setenv("TIME_ZONE", "Asia/Urumqi")
    with connected_to(new):
        restored = restore(made)
    assert restored.settings["TIME_ZONE"] == "Asia/Shanghai"
    assert "SECRET_KEY" in restored.secrets


def test_an_installation_with_a_table_is_not_touched(made, tmp_path):
    with in_a_file(tmp_path / "other.sqlite3"):
        Milestone.objects.update(title="别的")
        with pytest.raises(OperationError, match="not empty"):
            restore(made)
        assert Milestone.objects.get().title == "别的"


def test_an_installation_with_uploads_is_not_touched(made, new, tmp_path):
    (tmp_path / "restored").mkdir()
    (tmp_path / "restored" / "other.pdf").touch()
    with connected_to(new), pytest.raises(OperationError, match="uploads"):
        restore(made)
    assert [path.name for path in (tmp_path / "restored").iterdir()] == ["other.pdf"]


def test_uploads_need_a_folder(made, new, settings):
    settings.MEDIA_ROOT = ""
    with connected_to(new), pytest.raises(OperationError, match="no folder"):
        restore(made)
    assert_untouched(new, settings)


def with_three_changed(data):
    middle = len(data) // 2
    changed = bytes(byte ^ 0xFF for byte in data[middle : middle + 3])
    return data[:middle] + changed + data[middle + 3 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="cut off"),
        pytest.param(lambda data: data[:-1], id="one byte short"),
        pytest.param(lambda data: with_three_changed(data), id="changed"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: "里程碑".encode(), id="another file"),
    ],
)
def test_a_damaged_backup_is_refused_before_anything_is_written(made, new, damage, settings):
    made.write_bytes(damage(made.read_bytes()))
    with connected_to(new), pytest.raises(OperationError):
        restore(made)
    assert_untouched(new, settings)


@pytest.mark.parametrize(
    "member", [("../outside", tarfile.REGTYPE), ("/tmp/outside", tarfile.REGTYPE), ("link", tarfile.SYMTYPE)]
)
def test_an_archive_that_writes_elsewhere_is_refused(made, new, settings, tmp_path, member):
    with tarfile.open(made, "w:gz") as packed:
        info = tarfile.TarInfo(member[0])
        info.type, info.linkname = member[1], "/etc/passwd"
        packed.addfile(info)
    with connected_to(new), pytest.raises(OperationError, match="no backup"):
        restore(made)
    assert not list(tmp_path.rglob("outside"))


def test_a_backup_that_is_not_there_is_named(new, tmp_path):
    with pytest.raises(OperationError, match="nowhere"):
        check(tmp_path / "nowhere")


def test_a_file_that_was_exchanged_is_found(made, new, settings):
    folder = made.parent / "unpacked"
    with tarfile.open(made) as packed:
        packed.extractall(folder)
    (folder / "chronicle" / "data" / "database.sqlite3").write_bytes(b"another")
    with tarfile.open(made, "w:gz") as packed:
        packed.add(folder / "chronicle", arcname="chronicle")
    with connected_to(new), pytest.raises(OperationError, match="checksum"):
        restore(made)
    assert_untouched(new, settings)


def link(member):
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"


def name_above(member):
    member.name = f"../{member.name}"


def absolute_name(member):
    member.name = f"/tmp/{member.name}"


@pytest.mark.parametrize("change", [link, name_above, absolute_name])
def test_links_and_names_outside_of_the_folder_are_refused(made, new, settings, change):
    folder = made.parent / "unpacked"
    with tarfile.open(made) as packed:
        packed.extractall(folder)

    def changed_member(member):
        if member.name.endswith("/state.json"):
            change(member)
        return member

    with tarfile.open(made, "w:gz") as packed:
        packed.add(folder / "chronicle", arcname="chronicle", filter=changed_member)
    with connected_to(new), pytest.raises(OperationError, match=r"no backup, or was cut off.*state\.json"):
        restore(made)
    assert_untouched(new, settings)


def test_rows_that_are_missing_are_found_and_nothing_is_restored(made, new, settings):
    def count_more(bag):
        state = State.load(bag / "data" / STATE)
        dataclasses.replace(state, rows=state.rows | {"timeline_entry": 7}).write(bag / "data" / STATE)

    changed(made, count_more)
    with connected_to(new), pytest.raises(OperationError, match="timeline_entry has 1 rows and not 7"):
        restore(made)
    assert_untouched(new, settings)


def test_a_backup_of_later_code_is_refused(made, new, settings):
    def migrate_more(bag):
        state = State.load(bag / "data" / STATE)
        later = [*state.migrations, ["timeline", "9999_later"]]
        dataclasses.replace(state, version="9.0", migrations=later).write(bag / "data" / STATE)

    changed(made, migrate_more)
    with connected_to(new), pytest.raises(OperationError, match=r"9\.0"):
        restore(made)
    assert_untouched(new, settings)


def test_a_backup_without_a_database_is_refused(made, new):
    changed(made, lambda bag: (bag / "data" / "database.sqlite3").unlink())
    with pytest.raises(OperationError, match="no database"):
        check(made)


def test_an_encrypted_backup_needs_its_identity(tmp_path, made, new, settings):
    key = encryption.write_new_identity(tmp_path / "key.txt")
    with made.open("rb") as source, (tmp_path / "backup.age").open("wb") as target:
        encryption.encrypt(source, target, encryption.recipients(key))
    with connected_to(new):
        with pytest.raises(OperationError, match="--identity"):
            restore(tmp_path / "backup.age")
        assert_untouched(new, settings)
        restore(tmp_path / "backup.age", encryption.identities(tmp_path / "key.txt"))
        assert Milestone.objects.count() == 1


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_machine_gets_every_export_account_and_revision(engine, tmp_path):
    with new_databases(engine, tmp_path) as new_database:
        first, second = new_database("first"), new_database("second")
        fill(first)
        public = run(first, "manage.py", "backup", "--new-key", str(tmp_path / "key.txt")).strip()
        run(first, "manage.py", "backup", str(tmp_path / "backup.age"), "--recipient", public)
        printed = run(
            second,
            "manage.py",
            "restore",
            str(tmp_path / "backup.age"),
            "--identity",
            str(tmp_path / "key.txt"),
        )
        assert "DATABASE_URL" in printed
        before, after = everything_in(first, tmp_path / "before"), everything_in(second, tmp_path / "after")
        models = {row["model"] for row in before["rows.json"]}
        assert {"auth.user", "auth.group", "timeline.revision", "timeline.citation"} <= models
        assert len(before) == 6
        assert before == after
        run(second, "manage.py", "check_integrity")
        run(second, "-m", "tests.every_page", "zh-Hans", "里程碑 public")


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.parametrize("engine", ENGINES)
def test_a_killed_restoring_leaves_an_empty_database_or_a_whole_one(engine, tmp_path):
    with new_databases(engine, tmp_path) as new_database:
        first = new_database("first")
        fill(first)
        run(first, "manage.py", "backup", str(tmp_path / "backup.tar.gz"))
        began = time.monotonic()
        run(new_database("second"), "manage.py", "restore", str(tmp_path / "backup.tar.gz"))
        whole = time.monotonic() - began
        expected = run(first, "manage.py", "dumpdata", "--all")
        for kill in range(1, KILLS + 1):
            url = new_database(f"killed-{kill}")
            process = start(
                url, "manage.py", "restore", str(tmp_path / "backup.tar.gz"), TMPDIR=str(tmp_path)
            )
            time.sleep(whole * (0.4 + 0.6 * kill / KILLS))
            process.kill()
            process.communicate()
            again = start(url, "manage.py", "restore", str(tmp_path / "backup.tar.gz"), TMPDIR=str(tmp_path))
            output, _none = again.communicate()
            # Either it was empty and is now restored, or it was whole.
            assert again.returncode == 0 or "不" in output or "not empty" in output, output
            assert run(url, "manage.py", "dumpdata", "--all") == expected


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.parametrize("version", versions())
def test_a_backup_of_an_earlier_version_is_migrated(version, tmp_path):
    with released(version, "chronicle.sqlite3.gz") as url:
        run(url, "manage.py", "backup", str(tmp_path / "backup.tar.gz"))
    new = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    run(new, "manage.py", "restore", str(tmp_path / "backup.tar.gz"))
    run(new, "manage.py", "check_integrity")
    run(new, "manage.py", "doctor", "database", "migrations", "search")
