"""The list of imports and the page of each."""

import pytest

from tests import factories as make
from tests.uploads import address, confirm, upload
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
