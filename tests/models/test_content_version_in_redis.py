"""The content version in Redis: all processes read it there, for a second; without Redis, in the database."""

import shutil
import subprocess

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_topic
from tests.ports import free_port
from tests.servers import until
from timeline.models import content_version

redis = pytest.importorskip("redis")
pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="There is no redis-server."),
]


@pytest.fixture
def server(settings, tmp_path):
    port = free_port()
    command = [
        "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(tmp_path),
    ]
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}/0",
        }
    }
    settings.HAS_SHARED_CACHE = True
    content_version.forget()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process, redis.Redis(port=port) as client:
        assert until(lambda: answers(client))
        yield process, client
        process.terminate()


def answers(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


def test_the_version_is_read_from_redis_for_a_second(server):
    _process, client = server
    known = content_version.current()
    (key,) = client.keys()
    assert 0 < client.pttl(key) <= 1000
    make_topic()
    with CaptureQueriesContext(connection) as captured:
        version = content_version.current()
    assert version == known or captured
    assert until(lambda: content_version.current() != known)


def test_without_redis_the_version_is_read_from_the_database(server):
    process, _client = server
    known = content_version.current()
    process.terminate()
    process.wait()
    make_topic()
    assert until(lambda: content_version.current() != known)
