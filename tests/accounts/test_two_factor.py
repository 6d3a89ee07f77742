"""Two-factor authentication of staff."""

import re
import time
from urllib.parse import unquote, urlencode

import pytest
from django.contrib import admin
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import factories as make
from tests.logins import INDEX, LOGIN, sign_in, sign_out
from timeline.models import Policy

pytestmark = pytest.mark.django_db

SECOND = "/admin/second-factor/"
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:")


def code_of(device, later=0):
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + later
    return f"{totp.token():06d}"


def wrong_code(device):
    return f"{(int(code_of(device)) + 1) % 1_000_000:06d}"


@pytest.fixture
def editor():
    return make.make_editor(username="editor", password="right")


@pytest.fixture
def paired(editor):
    device = TOTPDevice.objects.create(user=editor, confirmed=True, name="验证器")
    StaticToken.objects.create(
        device=StaticDevice.objects.create(user=editor, name="备用码"), token="abcd2345"
    )
    return device


def test_without_a_second_factor_the_password_opens_the_admin(client, editor):
    assert sign_in(client, password="right")["Location"] == INDEX
    assert client.get(INDEX).status_code == 200


def test_an_editor_pairs_an_authenticator_and_gets_backup_codes_once(client, editor):
    sign_in(client, password="right")
    page = client.get(SECOND).content.decode()
    assert f'src="{SECOND}code.svg"' in page
    device = TOTPDevice.objects.get()
    assert not device.confirmed
    assert "验证码有误" in client.post(SECOND, {"code": wrong_code(device)}).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    page = client.post(SECOND, {"code": code_of(device)}).content.decode()
    codes = re.findall(r"<code>(\w{8})</code>", page)
    assert len(set(codes)) == 10
    assert "此后不再显示" in page
    assert client.get(INDEX).status_code == 200
    assert "备用码还剩10个" in client.get(SECOND).content.decode()
    assert client.get(f"{SECOND}code.svg").status_code == 404


def test_the_qr_code_is_an_image_of_the_site_without_inline_code(client, editor):
    sign_in(client, password="right")
    page = client.get(SECOND)
    assert not INLINE.search(page.content.decode())
    assert "no-store" in page["Cache-Control"]
    image = client.get(f"{SECOND}code.svg")
    assert image["Content-Type"] == "image/svg+xml"
    assert "no-store" in image["Cache-Control"]
    assert b"viewBox=" in image.content  # without it, browsers crop the image instead of scaling it
    assert not INLINE.search(image.content.decode())


def test_with_a_second_factor_the_password_alone_opens_nothing(client, editor, paired):
    draft = make.make_policy(title="草稿")
    assert sign_in(client, password="right").status_code == 302
    wanted = reverse("admin:timeline_policy_changelist") + "?q=1"
    response = client.get(wanted)
    assert response.status_code == 302
    assert response["Location"].startswith(f"{SECOND}?next=%2Fadmin%2Ftimeline%2Fpolicy")
    for name in ("timeline_policy_add", "auth_user_add"):
        address = reverse(f"admin:{name}")
        assert client.post(address, {"title": "二"})["Location"] == f"{SECOND}?{urlencode({'next': address})}"
    assert not Policy.objects.exclude(pk=draft.pk).exists()
    preview = reverse("admin:timeline_policy_draft_preview", args=[draft.pk])
    assert client.get(preview)["Location"].startswith(f"{SECOND}?next=")
    assert client.get(f"{SECOND}code.svg").status_code == 404
    for address in ("remove/", "codes/"):
        assert client.post(SECOND + address)["Location"].startswith(f"{SECOND}?next=")
    assert TOTPDevice.objects.get() == paired
    page = client.get(response["Location"]).content.decode()
    assert "六位数字" in page
    assert not INLINE.search(page)
    response = client.post(SECOND, {"code": code_of(paired), "next": wanted})
    assert unquote(response["Location"]) == wanted
    assert client.get(wanted).status_code == 200
    assert client.get(preview).status_code == 200


def test_a_code_works_once(client, editor, paired):
    code = code_of(paired)
    sign_in(client, password="right")
    assert client.post(SECOND, {"code": code}).status_code == 302
    sign_out(client)
    sign_in(client, password="right")
    assert "验证码有误" in client.post(SECOND, {"code": code}).content.decode()
    assert client.get(INDEX).status_code == 302


def test_a_wrong_code_makes_the_next_one_wait(client, editor, paired):
    sign_in(client, password="right")
    client.post(SECOND, {"code": wrong_code(paired)})
    assert "验证码有误" in client.post(SECOND, {"code": code_of(paired)}).content.decode()


def test_a_backup_code_stands_in_for_the_authenticator_once(client, editor, paired):
    sign_in(client, password="right")
    assert client.post(SECOND, {"code": "ABCD 2345"}).status_code == 302
    assert client.get(INDEX).status_code == 200
    page = client.post(f"{SECOND}codes/").content.decode()
    assert len(set(re.findall(r"<code>(\w{8})</code>", page))) == 10
    assert client.get(INDEX).status_code == 200
    sign_out(client)
    sign_in(client, password="right")
    assert "验证码有误" in client.post(SECOND, {"code": "abcd2345"}).content.decode()


def test_nobody_signs_in_with_the_code_of_another(client, editor, paired):
    other = make.make_editor(username="other", password="right")
    theirs = TOTPDevice.objects.create(user=other, confirmed=True, name="x")
    sign_in(client, password="right")
    assert "验证码有误" in client.post(SECOND, {"code": code_of(theirs)}).content.decode()


def test_who_owes_a_code_may_sign_out(client, editor, paired):
    sign_in(client, password="right")
    sign_out(client)
    assert "_auth_user_id" not in client.session


def test_the_second_factor_leads_only_to_this_site(client, editor, paired):
    sign_in(client, password="right")
    response = client.post(SECOND, {"code": code_of(paired), "next": "https://elsewhere.example/"})
    assert response["Location"] == INDEX


def test_a_second_factor_is_removed_by_who_has_shown_it_unless_it_is_mandatory(
    client, editor, paired, settings
):
    sign_in(client, password="right")
    client.post(SECOND, {"code": code_of(paired)})
    settings.REQUIRE_SECOND_FACTOR = True
    assert client.post(f"{SECOND}remove/").status_code == 403
    settings.REQUIRE_SECOND_FACTOR = False
    client.post(f"{SECOND}remove/")
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()


def test_where_it_is_mandatory_staff_without_one_are_led_to_set_it_up(client, editor, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    draft = make.make_policy(title="草稿")
    sign_in(client, password="right")
    response = client.get(INDEX, follow=True)
    assert response.redirect_chain == [(f"{SECOND}?next=%2Fadmin%2F", 302)]
    assert "本站要求" in response.content.decode()
    assert client.get(draft.get_absolute_url()).status_code == 404
    client.post(SECOND, {"code": code_of(TOTPDevice.objects.get())})
    assert client.get(INDEX).status_code == 200
    assert "停用双重验证" not in client.get(SECOND).content.decode()


def test_visitors_and_people_who_are_no_staff_are_asked_for_nothing(client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    assert client.get(SECOND)["Location"] == f"{LOGIN}?next=%2Fadmin%2Fsecond-factor%2F"
    assert "Cookie" not in client.get("/topics/").get("Vary", "")
    client.force_login(make.make_user())
    assert client.get("/").status_code == 200
    assert client.get(SECOND).status_code == 403


def test_an_authenticator_that_pairs_in_another_session_binds_this_one_too(client, editor):
    sign_in(client, password="right")
    assert client.get(INDEX).status_code == 200
    TOTPDevice.objects.create(user=editor, confirmed=True, name="x")
    assert client.get(INDEX)["Location"].startswith(SECOND)


def test_no_key_is_to_be_seen_at_the_admin(client, editor):
    assert not {model for model in admin.site._registry if model._meta.app_label.startswith("otp")}
