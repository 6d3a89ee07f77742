"""The site behind nginx as configured in docs/operate/nginx.md: no refusal of the application becomes a 502 Bad Gateway."""

import contextlib
import http.client
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import ROOT
from tests.nginx import running_nginx
from tests.ports import free_port
from tests.servers import Server, manage, serving_sqlite

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
UPLOAD = "/admin/timeline/importbatch/upload/"
MEGABYTE = 2**20

pytestmark = pytest.mark.long


DOCUMENT = (ROOT / "docs" / "operate" / "nginx.md").read_text(encoding="utf-8")


def configuration(folder: Path, port: int, behind: int) -> str:
    """The configuration of the document, without TLS, at this port and with its folders below this one."""
    text = re.search(r"^```nginx\n(.*?)^```", DOCUMENT, re.M | re.S)[1]  # type: ignore[index]
    text = re.sub(r"^server \{\n    listen 80;.*?^\}\n", "", text, flags=re.M | re.S)
    text = re.sub(r"^ *(?:ssl_.*|listen \[::\].*)\n", "", text, flags=re.M)
    for written, here in (
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        ("chronicle.example.org", "127.0.0.1"),
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        ("127.0.0.1:8081", f"127.0.0.1:{free_port()}"),
        ("/var/log/nginx/", f"{folder}/"),
        ("/var/cache/nginx/", f"{folder}/"),
        ("/srv/snapshot/", f"{folder}/"),
    ):
        assert written in text
        text = text.replace(written, here)
    return text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("site")
    with serving_sqlite(folder, TEST_BEHIND_PROXY="1", TEST_AXES_ENABLED="1") as running:
        yield running


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, site: Server) -> Iterator[Server]:
    """nginx in front of the site, as a server with the log of the application."""
    port, folder = free_port(), tmp_path_factory.mktemp("proxy")
    with running_nginx(folder, port, configuration(folder, port, site.port)):
        yield Server(port, site.log, site.process, site.database)


def post(proxy: Server, address: str, size: int, headers: str = "") -> tuple[int, str]:
    """Return the status and the text of the response to a form of this many bytes."""
    with proxy.sent(
        f"POST {address}", f"{FORM}{headers}Connection: close\r\nContent-Length: {size}\r\n"
    ) as sender:
        # The server may respond and close the connection before the body is sent; the response still arrives.
        with contextlib.suppress(OSError):
            sender.sendall(b"a" * size)
        received = b""
        while data := sender.recv(65536):
            received += data
    return int(received.split()[1]), received.decode()


@pytest.mark.parametrize("size", [20_000, 700_000, int(2.4 * MEGABYTE)])
def test_whose_log_in_has_lapsed_comes_to_the_log_in_however_long_the_form_is(proxy, size):
    answers = [post(proxy, "/admin/timeline/topic/add/", size) for _time in range(15)]
    assert [status for status, _page in answers] == [302] * 15
    assert "/admin/login/?next=" in answers[0][1]


def test_nothing_can_be_sent_to_a_public_page_and_it_says_so(proxy):
    answers = [post(proxy, "/", MEGABYTE) for _time in range(15)]
    assert [status for status, _page in answers] == [405] * 15


@pytest.mark.parametrize(("address", "size"), [("/admin/timeline/topic/add/", 15), (UPLOAD, 70)])
def test_what_is_too_large_is_refused_by_the_application_with_its_limit(proxy, address, size):
    answers = [post(proxy, address, size * MEGABYTE) for _time in range(3)]
    assert [status for status, _page in answers] == [413] * 3
    assert "最多" in answers[0][1] or "太大" in answers[0][1]


def test_what_is_far_too_large_is_refused_by_the_proxy(proxy):
    assert post(proxy, "/admin/timeline/topic/add/", 17 * MEGABYTE)[0] == 413


@pytest.mark.parametrize(
    "address", ["/admin/timeline/policy/?q=" + "%E5%AE%81" * 700, "/en?q=" + "%E5%AE%81" * 800]
)
def test_a_redirect_that_repeats_a_long_address_passes(proxy, address):
    assert proxy.answer(f"GET {address}").split()[1] in ("301", "302")


def test_slow_clients_keep_nobody_from_the_log_in(proxy):
    slow = "POST /admin/login/", f"{FORM}Content-Length: 1000\r\n", b"a"
    with contextlib.ExitStack() as clients:
        for _client in range(40):
            clients.enter_context(proxy.asked_from("127.0.3.1").sent(*slow))
        assert post(proxy.asked_from("127.0.3.2"), "/admin/login/", 10)[0] == 403


def test_log_ins_from_one_address_are_few_and_from_others_as_always(proxy):
    answers = [post(proxy.asked_from("127.0.4.1"), "/admin/login/", 10)[0] for _time in range(40)]
    assert {*answers} == {403, 429}
    assert answers[:21] == [403] * 21
    # Requests that only open the page are not counted.
    pages = [proxy.asked_from("127.0.4.1").answer("GET /admin/login/").split()[1] for _time in range(25)]
    assert {*pages} == {"200"}
    assert post(proxy.asked_from("127.0.4.2"), "/admin/login/", 10)[0] == 403


def test_a_client_that_says_it_is_another_is_counted_as_itself(proxy):
    manage(
        proxy.database,
        "shell",
        "-c",
        "from tests import factories as make; make.make_editor(username='zhou', password='right')",
        check=True,
        capture_output=True,
    )
    cookie = f"Cookie: csrftoken={'a' * 32}\r\n"
    body = f"csrfmiddlewaretoken={'a' * 32}&username=zhou&password=wrong".encode()
    answers = [
        proxy.asked_from("127.0.5.1")
        .answer(
            "POST /admin/login/",
            f"{FORM}{cookie}X-Forwarded-For: 192.0.2.{number}\r\nContent-Length: {len(body)}\r\n",
            body,
        )
        .split()[1]
        for number in range(7)
    ]
    assert "429" in answers


def test_clients_past_the_proxy_that_never_send_their_body_leave_threads_for_readers(site):
    with contextlib.ExitStack() as clients:
        for address in ("/", "/admin/timeline/topic/add/", "/admin/login/") * 8:
            clients.enter_context(site.sent(f"POST {address}", f"{FORM}Content-Length: 1000\r\n", b"a"))
        assert [site.answer("GET /").split()[1] for _time in range(3)] == ["200"] * 3


def test_while_the_server_is_away_pages_come_from_the_files_and_searches_from_none(tmp_path):
    public = tmp_path / "current" / "public"
    public.mkdir(parents=True)
    (public / "index.html").write_text("the site in reserve")
    included = public.parent / "nginx.conf"
    included.write_text(
        f'set $snapshot_home "/";\nroot {public};\nlocation / {{ try_files $uri/index.html =404; }}\n'
    )
    port, nobody = free_port(), free_port()
    with running_nginx(tmp_path, port, configuration(tmp_path, port, nobody)):
        for address in ("/", "/?page=2013"):
            assert answer_of(port, address) == (200, "the site in reserve")
        for address in ("/?q=word", "/?kind=policy&from=2012", "/admin/", "/admin/login/"):
            status, text = answer_of(port, address)
            assert (status, "The site is away for the moment" in text) == (503, True), address
        assert answer_of(port, "/unknown/")[0] == 404
        # Before the first export, or after its folder is lost.
        included.unlink()
        assert answer_of(port, "/")[0] == 503


def test_files_that_nginx_has_not_loaded_yet_are_no_page_of_its_own(tmp_path):
    port, nobody = free_port(), free_port()
    folder = tmp_path / "current"
    folder.mkdir()
    (folder / "nginx.conf").write_text("")
    with running_nginx(tmp_path, port, configuration(tmp_path, port, nobody), status=503):
        status, text = answer_of(port, "/")
        assert (status, "The site is away for the moment" in text) == (503, True)


def answer_of(port: int, address: str) -> tuple[int, str]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", address)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
