"""While SECRET_KEY is replaced, sessions, links and open forms stay valid; without the former key they end."""

import pytest

from tests.factories import make_editor
from timeline.accounts.mail import password_path
from timeline.admin.hidden_fields import signing

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FORMER, NEW = "the-former-key-" * 4, "the-new-key-" * 5


@pytest.fixture
def before(client, settings):
    """A session, a link for a password and a hidden field from before the key was replaced."""
    settings.SECRET_KEY = FORMER
    user = make_editor(username="wang")
    client.force_login(user)
    link, field = password_path(user), signing.dumps({"title": "甲"}, salt="form")
    settings.SECRET_KEY = NEW
    return link, field


def test_with_the_former_key_as_a_fallback_nobody_notices(client, settings, before):
    settings.SECRET_KEY_FALLBACKS = [FORMER]
    link, field = before
    assert client.get("/admin/").status_code == 200
    assert client.get(link).status_code == 302  # to the form, which has the token in the session
    assert signing.loads(field, salt="form") == {"title": "甲"}


def test_what_is_signed_meanwhile_stays_valid_without_the_fallback(client, settings, before):
    settings.SECRET_KEY_FALLBACKS = [FORMER]
    field = signing.dumps({"title": "乙"}, salt="form")
    # Django signs the session anew with the first request.
    assert client.get("/admin/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/admin/").status_code == 200
    assert signing.loads(field, salt="form") == {"title": "乙"}


def test_without_the_former_key_everybody_logs_in_again(client, settings, before):
    link, field = before
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert client.get(link).status_code == 200  # the page that says that the link does not work
    with pytest.raises(signing.BadSignature):
        signing.loads(field, salt="form")
