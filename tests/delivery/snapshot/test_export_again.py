"""A snapshot is of one state of the content, and is replaced as a whole or not at all."""

import pytest

from tests import factories as make
from tests.snapshots import export_site, files_below, page_file, public
from timeline.delivery.snapshot.export import ROUNDS, valid_site_url
from timeline.delivery.snapshot.rendering import Rendered, SnapshotError
from timeline.delivery.snapshot.storage import SnapshotFolder

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(visitor, settings):
    """The only entry of a chronicle in one language."""
    settings.LANGUAGES = settings.LANGUAGES[:1]
    make.make_chronicle(title="测试编年")
    return make.make_policy(published=True, date="2013")


@pytest.fixture
def small(policy, tmp_path):
    """The folder of the snapshot of that chronicle, and the policy."""
    export_site(tmp_path / "site")
    return tmp_path / "site", policy


def test_nothing_is_written_where_nothing_changed(small):
    folder, _policy = small
    before = (folder / "current").resolve()
    assert export_site(folder) is None
    assert (folder / "current").resolve() == before


def test_only_what_changed_is_written(small):
    folder, _policy = small
    before = {path: path.stat().st_ino for path in public(folder).rglob("*") if path.is_file()}
    make.make_topic(slug="ports")
    snapshot = export_site(folder)
    assert page_file(folder, "/topics/ports/").is_file()
    kept = [path for path, inode in before.items() if path.stat().st_ino == inode]
    assert public(folder) / "about" / "index.html" in kept
    assert public(folder) / "404.html.gz" in kept
    assert 0 < snapshot.changed < snapshot.files


def test_what_is_withdrawn_is_removed(small):
    folder, policy = small
    assert page_file(folder, policy.get_absolute_url()).is_file()
    policy.withdraw(by=make.make_editor(), comment="误登")
    export_site(folder)
    assert not page_file(folder, policy.get_absolute_url()).exists()
    assert policy.title.encode() not in b"".join(files_below(public(folder)).values())
    assert len([*(folder / "states").iterdir()]) == 1


def test_the_snapshot_is_of_one_state_of_the_content(policy, tmp_path):
    """What changes while it is written is written anew."""
    changes = iter(["ports"])

    def change(done, known):
        for slug in changes:
            make.make_topic(slug=slug)

    export_site(tmp_path, progress=change)
    assert page_file(tmp_path, "/topics/ports/").is_file()


@pytest.mark.long
def test_content_that_changes_all_the_time_leaves_the_former_snapshot(small):
    folder, _policy = small
    before, started = files_below(folder / "current"), []

    def change(done, known):
        if done == 1:
            started.append(make.make_topic())

    make.make_topic()
    with pytest.raises(SnapshotError):
        export_site(folder, progress=change)
    assert len(started) == ROUNDS
    assert files_below(folder / "current") == before


def test_a_failure_leaves_the_former_snapshot(small):
    folder, _policy = small
    before = files_below(folder / "current")

    def fail(done, known):
        raise OSError("disk full")

    make.make_topic()
    with pytest.raises(OSError, match="disk full"):
        export_site(folder, progress=fail)
    assert files_below(folder / "current") == before
    assert len([*(folder / "states").iterdir()]) == 1


def test_of_two_exports_to_a_folder_the_second_is_refused(tmp_path):
    with SnapshotFolder(tmp_path).locked(), pytest.raises(SnapshotError, match=tmp_path.name):
        export_site(tmp_path)


def test_the_address_of_the_site_is_the_first_allowed_host(settings):
    settings.ALLOWED_HOSTS = [".example.org", "chronicle.example.org", "localhost"]
    assert valid_site_url("") == "http://chronicle.example.org"
    settings.SECURE_SSL_REDIRECT = True
    assert valid_site_url("") == "https://chronicle.example.org"
    assert valid_site_url("https://localhost:8000/") == "https://localhost:8000"
    settings.ALLOWED_HOSTS = ["*"]
    with pytest.raises(SnapshotError, match="--url"):
        valid_site_url("")


@pytest.mark.parametrize("given", ["chronicle.example.org", "ftp://chronicle.example.org", "https://a.b/c/"])
def test_what_is_no_address_of_a_site_is_refused(given):
    with pytest.raises(SnapshotError, match="--url"):
        valid_site_url(given)


def test_an_address_that_the_site_does_not_answer_at_is_refused(tmp_path, settings):
    settings.ALLOWED_HOSTS = ["chronicle.example.org"]
    with pytest.raises(SnapshotError, match="http://testserver"):
        export_site(tmp_path / "site")


def test_a_site_below_a_path_is_not_exported(settings):
    settings.FORCE_SCRIPT_NAME = "/history"
    with pytest.raises(SnapshotError, match="FORCE_SCRIPT_NAME"):
        valid_site_url("https://chronicle.example.org")


def test_no_page_is_compared_with_every_other(policy, tmp_path, monkeypatch):
    """Among 10,000 entries there are 114,000 addresses, and the lists did not end in an hour and three quarters."""
    compared = []
    monkeypatch.setattr(Rendered, "__eq__", lambda one, other: bool(compared.append(one)) or one is other)
    snapshot = export_site(tmp_path / "site")
    assert snapshot.files > 20
    assert compared == []
