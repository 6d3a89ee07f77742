"""Reference records and the chronicle are public from their time on, without a write, whatever was kept before."""

import datetime

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone

from tests import factories as make
from tests.snapshots import export_site, page_file
from tests.wsgi import ask
from timeline.delivery.current_moment import CurrentMoment
from timeline.delivery.page_cache import PageCache
from timeline.models import REFERENCES, Area, Phase, Topic, content_version
from timeline.models.named import slug_owner_name

pytestmark = pytest.mark.django_db
NAME, HOUR = "将来的名称", datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def forgotten():
    content_version.forget()
    yield
    content_version.forget()


@pytest.fixture
def an_hour_later(monkeypatch):
    """A function that lets an hour pass, in which nothing is written."""

    def let_it_pass():
        later = timezone.now() + HOUR
        monkeypatch.setattr(timezone, "now", lambda: later)
        content_version.forget()

    return let_it_pass


def schedule(model, **kw):
    record = make.make_reference(model, title=NAME, published=False, **kw)
    record.publish(by=make.make_user(), public_from=timezone.now() + HOUR / 2)
    return record


def pages_naming(record):
    """The addresses that name the record once it is public."""
    prefix = {Phase: "/", Area: "/areas/"}.get(type(record), f"/{record.PLURAL}/")
    return [record.get_absolute_url(), prefix, f"/records/?q={NAME}"]


@pytest.mark.parametrize("model", REFERENCES)
def test_a_reference_record_is_public_from_its_time_on(client, an_hour_later, model):
    make.make_policy(date="2013", published=True)
    record = schedule(model)
    own, *others = pages_naming(record)
    sitemap = f"/sitemap-{record.PLURAL}-1.xml"
    assert client.get(own).status_code == 404
    before = {address: client.get(address) for address in others}
    for address, answer in before.items():
        assert record.get_absolute_url() not in answer.content.decode(), address
    number = content_version.read().number
    an_hour_later()
    for address, answer in before.items():
        now = Client().get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert now.status_code == 200, address
        assert record.get_absolute_url() in now.content.decode(), address
    assert client.get(own).status_code == 200
    assert record.get_absolute_url() in client.get(sitemap).content.decode()
    assert content_version.read().number == number


def test_the_chronicle_has_its_name_from_its_time_on(client, an_hour_later):
    chronicle = make.make_chronicle(title="甬城编年", publisher="档案馆", published=False)
    assert slug_owner_name(type(chronicle)) == "chronicle"
    chronicle.publish(by=make.make_user(), public_from=timezone.now() + HOUR / 2)
    pages = ("/", "/about/", "/feed/", "/feed.json", "/about/chronicle.ris")
    for address in pages:
        text = client.get(address).content.decode()
        assert "甬城编年" not in text, address
        assert "档案馆" not in text, address
    an_hour_later()
    for address in pages:
        assert "甬城编年" in client.get(address).content.decode(), address


def test_the_page_cache_has_a_topic_from_its_time_on(kept_connection, an_hour_later, monkeypatch):
    monkeypatch.setattr(content_version, "MAX_AGE", 3600)
    moment = CurrentMoment(clock=lambda: timezone.now())
    cache = PageCache(get_wsgi_application(), 2**26, moment)
    topic = schedule(Topic)
    for _time in range(2):
        assert NAME not in ask(cache, "/topics/").body.decode()
        assert ask(cache, topic.get_absolute_url()).status == 404
    assert moment.get().version.next_publication == topic.published_at
    an_hour_later()
    moment.forget()
    assert NAME in ask(cache, "/topics/").body.decode()
    assert ask(cache, topic.get_absolute_url()).status == 200


def test_a_shared_cache_keeps_no_page_beyond_the_time_of_a_topic(client):
    schedule(Topic)
    seconds = int(client.get("/").headers["Cache-Control"].partition("s-maxage=")[2].partition(",")[0])
    assert seconds <= HOUR.total_seconds() / 2


def test_a_snapshot_has_a_topic_from_its_time_on_and_says_what_is_gone(
    visitor, settings, tmp_path, an_hour_later
):
    settings.LANGUAGES = settings.LANGUAGES[:1]
    make.make_chronicle(title="测试编年")
    topic, draft = schedule(Topic), make.make_topic(title="草稿专题", published=False)
    source = make.make_source(slug="gone", title="撤下的来源")
    source.slug = "away"
    source.save()
    source.withdraw(by=make.make_user(), comment="重复")
    snapshot = export_site(tmp_path)
    assert snapshot.gone == 1
    assert not page_file(tmp_path, topic.get_absolute_url()).exists()
    assert not page_file(tmp_path, draft.get_absolute_url()).exists()
    an_hour_later()
    export_site(tmp_path)
    assert page_file(tmp_path, topic.get_absolute_url()).is_file()
    assert not page_file(tmp_path, draft.get_absolute_url()).exists()
    assert (tmp_path / "current" / "gone.txt").read_text() == "/sources/away/\n"
    assert "/sources/gone/\t" in (tmp_path / "current" / "redirects.tsv").read_text()
