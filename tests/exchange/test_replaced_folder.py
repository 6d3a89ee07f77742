"""An export replaces no folder whose files say what the record does not."""

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_user
from timeline.exchange.importing.import_files import import_files
from timeline.models import Chronicle, Milestone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SOURCES = "- {slug: board, title: 解读}"
LAUNCH = "- {slug: launch, title: 启动, citations: [{source: board}]}\n"


@pytest.fixture
def imported(folder):
    path = folder(site="- {slug: hangzhou, title: 杭州, city: 杭州}", sources=SOURCES, milestones=LAUNCH)
    import_files([path], by=make_user(), publish=True)
    return path


def bytes_of(path):
    return {file.name: file.read_bytes() for file in path.iterdir()}


def refusal(path, **options):
    """What an export over this folder says, which leaves it as it is."""
    before = bytes_of(path)
    with pytest.raises(CommandError) as raised:
        call_command("export_content", path, force=True, verbosity=0, **options)
    assert bytes_of(path) == before
    return str(raised.value)


@pytest.mark.parametrize("options", [{}, {"public": True}, {"format": "csv"}])
def test_rows_that_were_not_imported_are_not_replaced(imported, folder, options):
    folder(milestones=LAUNCH.replace("启动", "启用") + LAUNCH.replace("launch", "end"))
    assert "2 new rows, 1 changed" in refusal(imported, **options)


def test_files_that_cannot_be_imported_are_not_replaced(imported, folder):
    folder(milestones="- {slug: launch,\ttitle: [}")
    message = refusal(imported)
    assert "milestones.yaml" in message
    assert "1 problem" in message


def test_an_empty_record_replaces_no_content(folder):
    assert "3 new rows" in refusal(folder(sources=SOURCES, milestones=LAUNCH))


def test_the_content_of_another_chronicle_is_not_replaced(imported, tmp_path):
    other = tmp_path / "温州"
    other.mkdir()
    (other / "site.yaml").write_text("- {slug: wenzhou, title: 温州, city: 温州}", encoding="utf-8")
    assert "“杭州” (slug “hangzhou”)" in refusal(other)


def test_what_editors_changed_is_written_to_a_folder_that_was_imported(imported):
    Milestone.objects.update(title="改过")
    call_command("export_content", imported, force=True, verbosity=0)
    assert "改过" in (imported / "milestones.yaml").read_text("utf-8")


@pytest.mark.parametrize("public", [False, True])
def test_an_export_is_renewed_as_often_as_one_likes(imported, tmp_path, public):
    to = tmp_path / "每日"
    call_command("export_content", to, public=public, verbosity=0)
    Chronicle.objects.update(city="钱塘")
    call_command("export_content", to, public=public, force=True, verbosity=0)
    assert "city: 钱塘" in (to / "site.yaml").read_text("utf-8")
