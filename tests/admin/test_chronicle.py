"""The admin of the chronicle: a single record, and the order of its fields."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.files import ICON, MARK
from timeline.models import Chronicle
from timeline.rows.cell_text import cell_text
from timeline.rows.tables import TABLES
from timeline.values.logo import Logo

pytestmark = pytest.mark.django_db

ADD = "admin:timeline_chronicle_add"


def test_a_chronicle_is_added_where_there_is_none(editor_client):
    assert editor_client.get(reverse(ADD)).status_code == 200
    make.make_chronicle()
    assert editor_client.get(reverse(ADD)).status_code == 403


def test_the_form_begins_with_whose_chronicle_it_is_and_leaves_no_field_out(editor_client):
    page = editor_client.get(reverse(ADD)).content.decode()
    names = re.findall(r'<(?:input|textarea|select)[^>]* name="([a-z_]+)"', page)
    fields = [name for name in names if name in {field.name for field in Chronicle._meta.fields}]
    editable = {field.name for field in Chronicle._meta.fields if field.editable and field.name != "id"}
    assert set(fields) == editable
    assert fields[:5] == ["title", "city", "tagline", "story", "opening"]
    assert fields[-1] == "slug"


def test_a_story_with_an_address_that_a_browser_shows_is_refused_with_the_right_one(editor_client):
    form = {
        "title": "编年",
        "city": "宁波",
        "story": "[决定](https://chronicle.example/en/policies/decision/)",
    }
    page = editor_client.post(reverse(ADD), form).content.decode()
    assert "/policies/decision/" in re.search(r'class="errorlist".*?</ul>', page, re.S)[0].replace(
        "en/policies", ""
    )
    assert not Chronicle.objects.exists()
    editor_client.post(reverse(ADD), form | {"story": "[决定](/policies/decision/)"})
    assert Chronicle.objects.get().story == "[决定](/policies/decision/)"


def test_only_a_chronicle_that_is_not_public_yet_can_be_called_off(editor_client):
    make.empty()
    chronicle = make.make_chronicle(published=False)
    chronicle.publish(by=make.make_user(), public_from=timezone.now() + timedelta(days=1))
    form = reverse("admin:timeline_chronicle_change", args=[chronicle.pk])
    assert 'value="withdraw"' in editor_client.get(form).content.decode()
    chronicle.publish_now(by=make.make_user())
    assert 'value="withdraw"' not in editor_client.get(form).content.decode()


def test_a_logo_that_is_uploaded_stays_with_the_form_while_another_field_is_wrong(editor_client):
    upload = SimpleUploadedFile("标志.svg", MARK)
    page = editor_client.post(reverse(ADD), {"title": "编年", "logo-file": upload})
    (shown,) = re.findall(r'<input type="hidden" name="logo" value="([^"]*)">', page.text)
    assert shown == str(Logo.of_file(MARK))
    form = {"title": "编年", "city": "宁波", "logo": shown}
    assert editor_client.post(reverse(ADD), form).status_code == 302
    assert Chronicle.objects.get().logo.content == MARK


def test_a_logo_is_replaced_by_a_file_and_removed_by_a_tick(editor_client):
    stored = str(Logo.of_file(MARK))
    form = {"title": "编年", "city": "宁波", "logo": stored}
    replaced = form | {"logo-file": SimpleUploadedFile("a.png", ICON), "logo-remove": "on"}
    assert editor_client.post(reverse(ADD), replaced).status_code == 302
    assert Chronicle.objects.get().logo.content == ICON
    Chronicle.objects.all().delete()
    assert editor_client.post(reverse(ADD), form | {"logo-remove": "on"}).status_code == 302
    assert Chronicle.objects.get().logo is None


def test_a_file_that_is_no_logo_is_refused_with_the_reason_and_the_former_one_is_not_lost_in_silence(
    editor_client,
):
    form = {"title": "编年", "city": "宁波", "logo-file": SimpleUploadedFile("a.gif", b"GIF89a")}
    page = editor_client.post(reverse(ADD), form)
    assert "PNG" in page.context["adminform"].form.errors["logo"][0]
    assert "logo-remove" in page.text


def test_a_preview_shows_a_logo_that_is_not_public(editor_client):
    chronicle = make.make_chronicle(published=False, logo=Logo.of_file(MARK))
    page = editor_client.get(reverse("admin:timeline_chronicle_draft_preview", args=[chronicle.pk]))
    assert f'src="{Logo.of_file(MARK)}"' in page.text
    assert (
        "img-src 'self' data:" in page["Content-Security-Policy"]
        or "img-src data: 'self'" in page["Content-Security-Policy"]
    )


def test_a_change_of_the_logo_is_told_by_its_size_and_not_by_its_text():
    before, after = (str(Logo.of_file(content)) for content in (MARK, ICON))
    assert cell_text(TABLES["site"], "logo", before).startswith("SVG, 32 × 32, 0.3 kB, ")
    assert cell_text(TABLES["site"], "logo", after).startswith("PNG, 180 × 180, 1.9 kB, ")


def test_a_preview_shows_colours_that_are_not_public(editor_client):
    chronicle = make.make_chronicle(published=False, colour="#1d4f7c", colour_dark="#84b8e6")
    page = editor_client.get(reverse("admin:timeline_chronicle_draft_preview", args=[chronicle.pk]))
    address = reverse("admin:timeline_chronicle_colours", args=["1d4f7c-84b8e6"])
    assert f'<link rel="stylesheet" href="{address}">' in page.text
    assert "--accent: light-dark(#1d4f7c, #84b8e6);" in editor_client.get(address).text
    for slug in ("1d4f7c", "1d4f7c-red", "1d4f7c-84b8e6-000000"):
        assert editor_client.get(reverse("admin:timeline_chronicle_colours", args=[slug])).status_code == 404
