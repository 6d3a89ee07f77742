"""The list of imports and the page of each."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.translation import gettext as _

from tests import factories as make
from tests.jobs import stored_upload
from tests.uploads import address, confirm, upload
from timeline.editing.revisions import delete_draft
from timeline.models import ImportBatch, Milestone, PreparedImport

pytestmark = pytest.mark.django_db


def test_a_file_is_looked_at_then_imported_then_taken_back(editor_client):
    make.make_milestone(slug="launch", title="原题")
    page = upload(
        editor_client, "大事.csv", "网址标识,题名\nlaunch,改题\nnew,新的\n".encode("gb18030"), note="补录"
    )
    text = page.content.decode()
    assert "GBK" in text
    assert "<del>原题</del> <ins>改题</ins>" in text
    assert ">大事</th><td>新增1，修改1<" in text
    assert Milestone.objects.get().title == "原题"
    done = confirm(editor_client, page)
    assert {*Milestone.objects.values_list("title", flat=True)} == {"改题", "新的"}
    batch = ImportBatch.objects.get()
    assert (batch.note, batch.files[0]["name"]) == ("补录", "大事.csv")
    assert done.redirect_chain[-1][0] == address("change", batch.pk)
    assert not PreparedImport.objects.exists()
    assert "大事.csv" in editor_client.get(address("changelist")).content.decode()
    undone = editor_client.post(address("undo", batch.pk), follow=True).content.decode()
    assert "复原" in undone
    assert Milestone.objects.get().title == "原题"
    assert address("undo", batch.pk) not in undone


def test_an_import_that_could_not_be_undone_can_be_when_the_one_after_it_is(editor_client):
    batches = []
    for title in ("甲", "乙"):
        confirm(editor_client, upload(editor_client, "大事.csv", f"网址标识,题名\na,{title}\n"))
        batches.append(ImportBatch.objects.first())
    first, second = batches
    foretold = editor_client.get(address("undo", first.pk)).content.decode()
    assert "不作改动的内容" in foretold
    assert f"第{second.pk}次导入" in foretold
    page = editor_client.post(address("undo", first.pk), follow=True)
    assert {message.level_tag for message in page.context["messages"]} == {"error", "warning"}
    assert address("undo", first.pk) in page.content.decode()
    assert Milestone.objects.get().title == "乙"
    editor_client.post(address("undo", second.pk))
    page = editor_client.post(address("undo", first.pk), follow=True)
    assert address("undo", first.pk) not in page.content.decode()
    assert not Milestone.objects.exists()


def test_an_upload_that_waits_is_discarded_by_its_user_alone(client, editor_client):
    upload(editor_client, "大事.csv", "网址标识,题名\na,甲\n")
    prepared = PreparedImport.objects.get()
    url = address("discard", prepared.pk)
    assert f'action="{url}"' in editor_client.get(address("changelist")).content.decode()
    client.force_login(make.make_editor(username="other"))
    assert client.post(url).status_code == 404
    client.force_login(prepared.created_by)
    (message,) = client.post(url, follow=True).context["messages"]
    assert "大事.csv" in str(message)
    assert not PreparedImport.objects.exists()
    assert not Milestone.objects.exists()


def test_the_list_of_imports_has_all_uploads_that_wait(editor_client):
    user = make.make_editor(username="many")
    editor_client.force_login(user)
    for number in range(23):
        stored_upload(by=user, name=f"{number}.csv")
    text = editor_client.get(address("changelist")).content.decode()
    assert text.count("/discard/") == 23


def test_who_may_not_undo_is_told_who_may(editor_client, client):
    confirm(editor_client, upload(editor_client, "大事.csv", "网址标识,题名\na,甲\n"))
    batch = ImportBatch.objects.get()
    told = '<p class="help">' + _("Reviewers can undo an import: ask one of them if it should be undone.")
    url = address("change", batch.pk)
    may_undo = editor_client.get(url).context["perms"]["timeline"]["undo_import"]
    assert (told in editor_client.get(url).content.decode()) is not may_undo
    importer = make.make_user(username="importer")
    names = ["import_files", "view_importbatch"]
    importer.user_permissions.set(Permission.objects.filter(codename__in=names))
    importer.is_staff = True
    importer.save()
    client.force_login(importer)
    assert told in client.get(url).content.decode()


def test_a_record_that_is_deleted_since_is_named_without_a_link(editor_client):
    confirm(editor_client, upload(editor_client, "大事.csv", "网址标识,题名\na,甲\nb,乙\n"))
    batch, gone = ImportBatch.objects.get(), Milestone.objects.get(slug="a")
    history = f'href="{reverse("admin:timeline_milestone_history", args=[gone.pk])}"'
    assert history in editor_client.get(address("change", batch.pk)).content.decode()
    delete_draft(gone, by=make.make_user())
    text = editor_client.get(address("change", batch.pk)).content.decode()
    assert history not in text
    assert "<li>甲 · " in text
