"""Imports in the admin: upload, preview, confirmation and undo."""

import datetime
from dataclasses import replace

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tests import factories as make
from tests.uploads import address, confirm, upload
from timeline.accounts.roles import EDITORS, REVIEWERS, set_up_groups
from timeline.admin.base import record_admin_url
from timeline.admin.import_preview import confirmation_label
from timeline.editing.revisions import record_revision
from timeline.exchange.mapping.mapping import ColumnMapping, Mapping
from timeline.exchange.prepared_imports import mapping_of, set_mapping, store_preview
from timeline.models import Chronicle, ImportBatch, Milestone, PreparedImport, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_group(client):
    def enter(name):
        from django.contrib.auth.models import Group

        set_up_groups()
        user = make.make_user(is_staff=True)
        user.groups.add(Group.objects.get(name=name))
        client.force_login(user)
        return client

    return enter


def made_public(number):
    return ngettext(
        "The import makes %(number)s record public at once.",
        "The import makes %(number)s records public at once.",
        number,
    ) % {"number": number}


def test_what_becomes_public_is_said_before_the_import_after_it_and_in_its_record(editor_client):
    draft = make.make_milestone(slug="launch", title="启动")
    make.make_citation(draft, locator="¶1")
    make.make_milestone(slug="there", title="已公开", published=True)
    page = upload(editor_client, "大事.csv", "网址标识,题名\nlaunch,启动\nthere,已公开\n", publish="on")
    text = page.content.decode()
    assert made_public(1) in text
    assert ">大事</th><td>不变2，发布1<" in text
    which = editor_client.get(f"{page.redirect_chain[-1][0]}?show=published").content.decode()
    assert "启动" in which
    assert "已公开" not in which
    done = confirm(editor_client, page).content.decode()
    assert "大事：发布1" in done
    assert Milestone.objects.published().count() == 2


def test_what_was_changed_since_the_preview_is_not_imported(editor_client):
    entry = make.make_milestone(slug="launch", title="原题")
    page = upload(editor_client, "milestones.csv", "slug,title\nlaunch,改题\n")
    entry.title = "别人改的题"
    entry.save()
    again = confirm(editor_client, page)
    assert "请重新查看" in again.content.decode()
    assert 'class="error"' in again.content.decode()
    assert "<del>别人改的题</del>" in again.content.decode()
    assert Milestone.objects.get().title == "别人改的题"
    assert not ImportBatch.objects.exists()
    confirm(editor_client, again)
    assert Milestone.objects.get().title == "改题"


def test_a_file_with_anything_wrong_shows_all_of_it_and_cannot_be_imported(editor_client):
    page = upload(editor_client, "milestones.csv", "slug,title,date\na,甲,2013-13\nb,,2013\n")
    text = page.content.decode()
    assert text.count("milestones.csv") >= 2
    assert "2013-13" in text
    assert "/confirm/" not in text
    prepared = PreparedImport.objects.get()
    editor_client.post(address("confirm", prepared.pk), {"_seen": prepared.outcome["fingerprint"]})
    assert not Milestone.objects.exists()


def test_a_file_that_cannot_be_read_is_an_answer_and_no_error(editor_client):
    for name, content in (
        ("a.xls", b"x"),
        ("milestones.xlsx", b"no zip"),
        ("milestones.yaml", b"- ["),
        ("b.txt", b""),
    ):
        page = upload(editor_client, name, content or b" ")
        assert page.status_code == 200
        assert "errornote" in page.content.decode()


def test_whoever_may_not_import_is_refused_at_every_step(client):
    user = make.make_user(is_staff=True)
    client.force_login(user)
    prepared = PreparedImport.objects.create(created_by=user, name="a.csv", content=b"", outcome={})
    for method, tag, args in (
        ("get", "upload", []), ("post", "upload", []), ("get", "preview", [prepared.pk]),
        ("post", "confirm", [prepared.pk]), ("get", "problems", [prepared.pk]), ("get", "changelist", []),
    ):  # fmt: skip
        assert getattr(client, method)(address(tag, *args)).status_code == 403


def test_what_somebody_prepared_is_nobody_elses(editor_client, client):
    upload(editor_client, "milestones.csv", "slug,title\na,甲\n")
    prepared = PreparedImport.objects.get()
    client.force_login(make.make_editor())
    assert client.get(address("preview", prepared.pk)).status_code == 404


def test_a_preview_of_yesterday_is_refused_at_every_step(editor_client):
    upload(editor_client, "milestones.csv", "slug,title\na,甲\n")
    PreparedImport.objects.update(created_at=timezone.now() - datetime.timedelta(hours=25))
    prepared = PreparedImport.objects.get()
    seen = {"_seen": prepared.outcome["fingerprint"]}
    for method, tag in (("get", "preview"), ("get", "problems"), ("post", "confirm")):
        answer = getattr(editor_client, method)(address(tag, prepared.pk), seen)
        assert answer["Location"] == address("upload")
        *_earlier, message = get_messages(answer.wsgi_request)
        assert message.message == _("This preview has expired: upload the file again.")
    assert not Milestone.objects.exists()


def test_a_preview_that_became_another_in_a_second_window_is_read_again(editor_client):
    upload(editor_client, "milestones.csv", "slug,title\na,甲\n")
    prepared = PreparedImport.objects.get()
    answer = editor_client.post(address("confirm", prepared.pk), {"_seen": "0" * 64})
    assert answer["Location"] == address("preview", prepared.pk)
    (message,) = [one.message for one in get_messages(answer.wsgi_request)]
    assert not Milestone.objects.exists()


def test_an_editor_imports_drafts_and_working_copies_and_may_not_publish(of_group):
    editor_client = of_group(EDITORS)
    entry = make.make_milestone(slug="launch", title="公开的", published=True)
    assert 'name="publish"' not in editor_client.get(address("upload")).content.decode()
    page = upload(editor_client, "milestones.csv", "slug,title\nlaunch,改题\nnew,新的\n", publish="on")
    confirm(editor_client, page)
    entry.refresh_from_db()
    assert entry.title == "公开的"
    assert Milestone.objects.get(slug="new").status == "draft"


def test_a_reviewer_may_publish_what_comes_in(of_group):
    editor_client = of_group(REVIEWERS)
    make.make_milestone(slug="launch", title="公开的", published=True)
    confirm(editor_client, upload(editor_client, "milestones.csv", "slug,title\nlaunch,改题\n", publish="on"))
    assert Milestone.objects.published().get().title == "改题"


def test_what_one_may_not_do_by_hand_one_may_not_do_by_a_file(of_group):
    make.empty()
    editor_client = of_group(EDITORS)
    page = upload(editor_client, "site.csv", "slug,title,city\nchronicle,编年,云澜\n")
    assert "/confirm/" not in page.content.decode()
    assert "编年：新增" in page.content.decode()
    prepared = PreparedImport.objects.get()
    answer = editor_client.post(address("confirm", prepared.pk), {"_seen": prepared.outcome["fingerprint"]})
    assert answer.status_code == 403
    assert not Chronicle.objects.exists()


many = pytest.mark.parametrize("count", [600, pytest.param(5_000, marks=pytest.mark.long)])


@many
def test_the_preview_of_many_rows_is_a_small_page_of_them(editor_client, count):
    rows = "".join(f"m{number},第{number}件大事,2013-01\n" for number in range(count))
    page = upload(editor_client, "milestones.csv", f"slug,title,date\n{rows}")
    assert len(page.content) < 300_000
    text = page.content.decode()
    assert f"1 / {count // 100}" in text
    last = editor_client.get(page.redirect_chain[-1][0], {"page": count // 100}).content.decode()
    assert f"第{count - 1}件大事" in last
    assert f"第{count - 1}件大事" not in text
    assert (
        "第17件大事"
        not in editor_client.get(page.redirect_chain[-1][0], {"show": "changed"}).content.decode()
    )


@pytest.mark.expected_server_error
def test_a_file_that_the_disk_does_not_take_is_an_answer_in_words(editor_client, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "gone"
    page = upload(editor_client, "milestones.csv", b"slug,title\n" + b"a" * 3 * 2**20)
    assert page.status_code == 507
    assert "存不下" in page.content.decode()
    assert page["X-Request-ID"] in page.content.decode()
    assert not PreparedImport.objects.exists()


def test_a_name_of_what_was_seen_that_no_preview_has_is_refused(editor_client):
    page = upload(editor_client, "大事.csv", "slug,title\nnew,新的\n")
    assert confirm(editor_client, page, _seen="é").status_code == 200
    assert not Milestone.objects.exists()


def refuse_in_the_database(slug):
    """Let the database refuse a topic with this slug, as no check foresees it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER refuse BEFORE INSERT ON timeline_topic WHEN new.slug = '{slug}' "
                "BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: refuse'); END"
            )
        else:
            cursor.execute(f"ALTER TABLE timeline_topic ADD CONSTRAINT refuse CHECK (slug <> '{slug}')")


def test_what_only_the_database_refuses_is_shown_with_its_place(editor_client):
    refuse_in_the_database("b")
    page = upload(editor_client, "topics.csv", "slug,title\na,甲\nb,乙\n")
    assert not PreparedImport.objects.get().outcome["problems"]
    text = confirm(editor_client, page).content.decode()
    assert "没有导入" in text
    assert "预览之后" not in text
    assert "topics.csv" in text
    (problem,) = PreparedImport.objects.get().problems
    assert problem["place"]["row"] == 2
    assert not Topic.objects.exists()


def test_changes_of_public_entries_are_counted_listed_and_on_the_button(editor_client):
    for slug in ("a", "b"):
        make.make_milestone(slug=slug, title=f"公开{slug}", published=True)
    draft = make.make_milestone(slug="launch", title="启动")
    make.make_citation(draft, locator="¶1")
    rows = "slug,title\na,改题\nb,公开b\nlaunch,启动\n"
    page = upload(editor_client, "milestones.csv", rows, publish="on")
    text = page.content.decode()
    changes = ngettext(
        "The import changes %(number)s public record at once.",
        "The import changes %(number)s public records at once.",
        1,
    ) % {"number": 1}
    assert made_public(1) in text
    assert changes in text
    label = confirmation_label({"published": 1, "changed_public": 1})
    assert f'value="{label}"' in text
    assert label not in {confirmation_label({"published": 1}), confirmation_label({"changed_public": 1})}
    which = editor_client.get(f"{page.redirect_chain[-1][0]}?show=public").content.decode()
    assert "改题" in which
    assert "公开b" not in which
    assert "启动" not in which
    later = upload(editor_client, "milestones.csv", rows).content.decode()
    assert 'value="导入"' in later
    assert changes not in later


def test_the_preview_counts_the_drafts_and_working_copies_of_all_records(editor_client):
    make.make_topic(slug="data", title="数据")
    rows = "slug,title\ndata,大数据\nnew,新专题\nother,又一专题\n"
    text = upload(editor_client, "topics.csv", rows).content.decode()
    drafts = ngettext(
        "%(number)s new record becomes a draft, which readers do not see.",
        "%(number)s new records become drafts, which readers do not see.",
        2,
    ) % {"number": 2}
    copies = ngettext(
        "The change of %(number)s public record becomes a working copy; readers see it once that is published.",
        "The changes of %(number)s public records become working copies; readers see them once these are published.",
        1,
    ) % {"number": 1}
    assert drafts in text
    assert copies in text
    at_once = upload(editor_client, "topics.csv", rows, publish="on").content.decode()
    assert made_public(2) in at_once
    assert drafts not in at_once
    assert copies not in at_once


def test_a_draft_without_a_row_is_counted_among_what_becomes_public(editor_client):
    make.make_topic(slug="data", title="数据", published=False)
    make.make_milestone(slug="launch", published=True)
    page = upload(editor_client, "milestones.csv", "slug,topics\nlaunch,data\n", publish="on")
    text = page.content.decode()
    assert made_public(1) in text
    assert ">专题</th><td>发布1<" in text
    assert "专题：发布1" in confirm(editor_client, page).content.decode()
    assert Topic.objects.published().exists()


def test_a_preview_that_was_imported_names_the_import(editor_client, client):
    page = upload(editor_client, "milestones.csv", "slug,title\na,甲\n")
    preview = page.redirect_chain[-1][0]
    confirm(editor_client, page)
    batch = ImportBatch.objects.get()
    for method, url in (("get", preview), ("post", f"{preview}confirm/")):
        answer = getattr(editor_client, method)(url)
        assert answer.status_code == 404
        text = answer.content.decode()
        assert f'<a href="{address("change", batch.pk)}">{batch}</a>' in text
        assert address("changelist") in text
    client.force_login(make.make_editor())
    other = client.get(preview)
    assert other.status_code == 404
    assert f">{batch}<" not in other.content.decode()
    assert address("changelist") in other.content.decode()


def test_the_page_of_an_undo_says_what_is_undone(editor_client):
    make.make_topic(slug="x", title="原题")
    draft = make.make_milestone(slug="launch", title="启动")
    make.make_citation(draft, locator="¶1")
    confirm(editor_client, upload(editor_client, "大事.csv", "slug,title\nlaunch,启动\n", publish="on"))
    confirm(editor_client, upload(editor_client, "专题.csv", "slug,title\nx,改题\ny,新题\n"))
    topics, milestones = ImportBatch.objects.all()
    text = editor_client.get(address("undo", milestones.pk)).content.decode()
    assert "大事.csv" in text
    assert str(milestones.created_by) in text
    assert "删除0条，撤回1条，复原0条" in text
    assert "删除1条，撤回0条，复原1条" in editor_client.get(address("undo", topics.pk)).content.decode()


def test_the_page_of_an_undo_names_what_leaves_the_public_site_and_what_is_restored(editor_client):
    make.make_topic(slug="x", title="原题", published=False)
    topic = make.make_topic(slug="z", title="公开题", published=True)
    draft = make.make_milestone(slug="launch", title="启动")
    make.make_citation(draft, locator="¶1")
    confirm(editor_client, upload(editor_client, "大事.csv", "slug,title\nlaunch,启动\n", publish="on"))
    confirm(editor_client, upload(editor_client, "专题.csv", "slug,title\nx,改题\ny,新题\nz,再改\n"))
    topics, milestones = ImportBatch.objects.all()
    answer = editor_client.get(address("undo", milestones.pk))
    assert [(one.name, one.count) for one in answer.context["foretold"]] == [("withdrawn", 1)]
    assert f'<a href="{record_admin_url(draft)}">启动</a>' in answer.content.decode()
    answer = editor_client.get(address("undo", topics.pk))
    restored, removed = answer.context["foretold"]
    assert (restored.name, restored.count) == ("restored", 2)
    # Of what is public only the working copy changed.
    assert {(str(line[1]), line[3]) for line in restored.lines} == {
        ("改题", ""),
        ("公开题", _("only its working copy")),
    }
    assert [str(line[1]) for line in removed.lines] == ["新题"]
    assert f'<a href="{record_admin_url(topic)}">公开题</a>' in answer.content.decode()


def test_the_page_of_an_undo_that_left_something_alone_says_what_was_undone(editor_client):
    confirm(editor_client, upload(editor_client, "专题.csv", "slug,title\ny,新题\nz,另题\n"))
    edited = Topic.objects.get(slug="y")
    edited.title = "编辑改题"
    edited.save()
    record_revision(edited, by=make.make_user())
    page = address("undo", ImportBatch.objects.get().pk)
    editor_client.post(page)
    text = editor_client.get(page).content.decode()
    assert "删除1条，撤回0条，复原0条" in text
    assert "删除0条，撤回0条，复原0条" not in text
    assert _("nothing more, as long as what was edited since stands") in text


def test_an_import_that_was_undone_has_no_page_that_undoes_it(editor_client):
    confirm(editor_client, upload(editor_client, "专题.csv", "slug,title\ny,新题\n"))
    page = address("undo", ImportBatch.objects.get().pk)
    editor_client.post(page)
    answer = editor_client.get(page, follow=True)
    assert answer.redirect_chain[-1][0] == address("change", ImportBatch.objects.get().pk)
    assert _("This import was undone already.") in answer.content.decode()


def test_the_next_table_shows_the_choices_for_one_that_was_not_imported(editor_client):
    wrong = "文件名称,发文日期,成文日期\n关于甲的通知,十三月,2016\n"
    upload(editor_client, "政策.csv", wrong)
    prepared = PreparedImport.objects.get()
    (sheet,) = mapping_of(prepared).sheets
    columns = (ColumnMapping("title", ("文件名称",)), ColumnMapping("published_on", ("发文日期",)))
    set_mapping(prepared, Mapping((replace(sheet, columns=columns),)))
    store_preview(prepared)
    page = upload(editor_client, "政策2.csv", wrong.replace("十三月", "2017"))
    assert page.redirect_chain[-1][0].endswith("/mapping/")
    prepared = PreparedImport.objects.latest("created_at")
    assert (mapping_of(prepared).sheets[0].columns, prepared.answers) == (columns, {})
