"""The page cache of running servers: answers over the network, and a database that goes away and comes back."""

import contextlib
import socket

import pytest

from tests.databases import make_postgresql
from tests.postgres import private_cluster
from tests.servers import serving, serving_sqlite, until

pytestmark = pytest.mark.long

STALE = 'warning: 110 - "Response is Stale"'


def status(head):
    return int(head.split()[1])


def everything(server, request, headers=""):
    """Return all bytes that the server sends for this request before it closes the connection."""
    with server.sent(request, f"{headers}Connection: close\r\n") as asked:
        received = b""
        with contextlib.suppress(socket.timeout):
            while data := asked.recv(65536):
                received += data
    return received


def headers_of(answer):
    lines = answer.partition(b"\r\n\r\n")[0].decode().splitlines()[1:]
    return dict(line.split(": ", 1) for line in lines)


def test_head_and_a_known_page_are_answered_without_a_body(tmp_path):
    with serving_sqlite(tmp_path) as server:
        for encoding in ("", "Accept-Encoding: gzip\r\n", "Accept-Encoding: br\r\n"):
            everything(server, "GET /about/", encoding)
            page = everything(server, "GET /about/", encoding)
            head = everything(server, "HEAD /about/", encoding)
            found, of_head = headers_of(page), headers_of(head)
            assert "x-request-id" not in found, "the answer is from the cache"
            assert head.partition(b"\r\n\r\n")[2] == b""
            assert of_head | {"date": ""} == found | {"date": ""}
            assert int(found["content-length"]) == len(page.partition(b"\r\n\r\n")[2])
            known = everything(server, "GET /about/", f"{encoding}If-None-Match: {found['etag']}\r\n")
            assert status(known.decode()) == 304
            assert known.partition(b"\r\n\r\n")[2] == b""


def outlives_its_database(server, goes_away, comes_back):
    """Whether a page that was asked for is served without the database, and another one is not."""
    assert status(server.answer("GET /")) == 200
    goes_away()
    assert until(lambda: STALE in server.answer("GET /"))
    for _time in range(20):
        head = server.answer("GET /")
        assert status(head) == 200
        assert "cache-control: no-cache" in head
    assert status(server.answer("GET /about/")) == 503
    assert server.log.read_text().count("The database does not answer, pages are those from before") == 1
    comes_back()
    assert until(lambda: "warning: 110" not in server.answer("GET /"))
    assert until(lambda: status(server.answer("GET /about/")) == 200)


def test_pages_outlive_a_database_file_that_is_moved(tmp_path):
    file = tmp_path / "chronicle.sqlite3"
    with serving_sqlite(tmp_path) as server:

        def move(to, back):
            for part in tmp_path.glob(f"{to}.sqlite3*"):
                part.rename(tmp_path / part.name.replace(to, back))

        outlives_its_database(server, lambda: move("chronicle", "away"), lambda: move("away", "chronicle"))
    assert file.exists()


def test_pages_outlive_a_postgresql_that_is_stopped(tmp_path):
    with contextlib.ExitStack() as database:
        url = make_postgresql(database.enter_context(private_cluster()))
        with serving(tmp_path, url) as server:
            assert status(server.answer("GET /")) == 200
            database.close()
            assert until(lambda: "warning: 110" in server.answer("GET /"))
            assert status(server.answer("GET /")) == 200
            assert status(server.answer("GET /about/")) == 503
