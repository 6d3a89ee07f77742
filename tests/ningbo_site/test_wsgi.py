"""The server with slow and broken clients, its responses and its log."""

import contextlib
import re
import select
import subprocess
import sys

import pytest

from tests.factories import ROOT
from tests.servers import head_of, serving_sqlite, until

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving_sqlite(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.mark.parametrize("path", ["/", "/admin/login/"])
def test_eight_clients_that_send_a_form_slowly_do_not_stop_the_pages(server, path):
    headers = f"{FORM}Content-Length: 60000\r\n"
    with contextlib.ExitStack() as open_connections:
        clients = [
            open_connections.enter_context(server.sent(f"POST {path}", headers, b"a")) for _number in range(8)
        ]
        # The server has accepted all of them: it reads two and refuses the others.
        assert until(lambda: len(select.select(clients, [], [], 0)[0]) >= 6)
        assert server.answer("GET /").startswith("HTTP/1.1 200")


def test_eight_clients_without_a_length_do_not_stop_the_pages(server):
    with contextlib.ExitStack() as open_connections:
        for path in ("/", "/admin/login/") * 4:
            headers = f"{FORM}Transfer-Encoding: chunked\r\n"
            open_connections.enter_context(server.sent(f"POST {path}", headers, b"1\r\na\r\n"))
        assert server.answer("GET /").startswith("HTTP/1.1 200")


def test_a_body_for_a_page_is_not_taken_in(server):
    taken = 0
    with server.sent("POST /", f"{FORM}Content-Length: 600000000\r\n") as connection:
        assert head_of(connection).startswith("HTTP/1.1 405")
        with contextlib.suppress(OSError):
            while taken < 600_000_000:
                connection.sendall(bytes(65536))
                taken += 65536
    # The buffers of the system hold some of the body.
    assert taken < 50_000_000


def test_a_form_that_breaks_off_is_refused_and_not_taken_for_a_whole_one(server):
    with server.sent("POST /admin/login/", f"{FORM}Content-Length: 1000\r\n", b"username=wang&password=cut"):
        pass
    assert until(lambda: "The form broke off: /admin/login/" in server.log.read_text())


def test_an_answer_and_its_line_in_the_log_carry_one_id(server):
    head = server.answer("GET /nowhere/")
    key = re.search(r"(?i)x-request-id: (\S+)", head)[1]
    assert until(lambda: f" WARNING {key} - django.request Not Found: /nowhere/\n" in server.log.read_text())


def test_a_thread_that_makes_a_page_lets_the_others_go_on_after_a_millisecond():
    printed = subprocess.run(
        [sys.executable, "-c", "import sys, ningbo_site.wsgi; print(sys.getswitchinterval())"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    assert float(printed.stdout) == pytest.approx(0.001)
