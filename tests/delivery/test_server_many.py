"""Two servers with one PostgreSQL and one Redis behind nginx: a site that no single machine carries."""

import contextlib
import http.client
import http.cookiejar
import importlib.util
import shutil
import signal
import subprocess
import threading
import time
import urllib.parse
import urllib.request

import pytest
from django.db import connection

from tests import factories as make
from tests.forms import address_of, confirmations, fields_of
from tests.nginx import running_nginx
from tests.ports import free_port
from tests.servers import PATIENCE, connection_url, serving, until
from timeline.models import content_version

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Servers share no SQLite file"),
    pytest.mark.django_db(transaction=True),
]

PAGES = ("/", "/en/", "/zh-hant/", "/goals/", "/about/")


@contextlib.contextmanager
def running_redis(folder):
    """Run Redis on a free port, and return its URL."""
    redis = shutil.which("redis-server")
    if redis is None or importlib.util.find_spec("redis") is None:
        pytest.skip("There is no Redis. Debian: apt install redis-server.")
    port = free_port()
    command = [redis, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()


@pytest.fixture
def site(tmp_path):
    """Both servers, a function that runs the first one anew, and the port of nginx."""
    database = connection_url(connection)
    with contextlib.ExitStack() as running:
        cache = running.enter_context(running_redis(tmp_path))

        def run(name, port=None):
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            return running.enter_context(serving(folder, database, port=port, CACHE_URL=cache))

        first, second, port = run("first"), run("second"), free_port()
        upstream = "".join(f"server 127.0.0.1:{server.port};\n" for server in (first, second))
        running.enter_context(
            running_nginx(
                tmp_path,
                port,
                f"upstream chronicle {{\n{upstream}}}\n"
                f"server {{\nlisten 127.0.0.1:{port};\n"
                "location / { proxy_pass http://chronicle; proxy_set_header Host 127.0.0.1; }\n}\n",
            )
        )
        yield first, second, lambda: run("first", first.port), port


class Browser:
    """A browser, which has its cookies for both servers."""

    def __init__(self):
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, server, address):
        with self.opener.open(f"http://127.0.0.1:{server.port}{address}", timeout=PATIENCE) as answer:
            return answer.read().decode()

    def post(self, server, address, fields):
        """Fill in the form at this address and send it. Returns the page after it."""
        form = fields_of(self.get(server, address)) | fields
        (token,) = (cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
        body = urllib.parse.urlencode(form | {"csrfmiddlewaretoken": token}, doseq=True).encode()
        url = f"http://127.0.0.1:{server.port}{address}"
        with self.opener.open(url, body, timeout=PATIENCE) as answer:
            return answer.read().decode()


def test_who_logs_in_on_one_server_publishes_on_the_other_and_all_see_it(site):
    first, second, *_rest = site
    make.make_editor(username="zhou", password="right")
    entry = make.make_milestone(title="城市大脑启用")
    make.make_citation(entry)
    anybody, editor = Browser(), Browser()
    for server in (first, second):
        assert "城市大脑启用" not in anybody.get(server, "/")
    editor.post(first, "/admin/login/", {"username": "zhou", "password": "right"})
    page = editor.get(second, address_of("publication", entry))
    confirmed = confirmations(page, ["date", "phase", "summary", "english"])
    editor.post(second, address_of("publication", entry), {"confirm": confirmed})
    assert "城市大脑启用" in anybody.get(second, "/"), "at once on the server that published it"
    # The limit is the age of a version; a test has more patience, since the machine may be slow.
    assert content_version.MAX_AGE <= 1
    assert until(lambda: "城市大脑启用" in anybody.get(first, "/"))
    editor.post(first, address_of("change", entry), {"_transition": "withdraw", "why": "重复"})
    assert "城市大脑启用" not in anybody.get(first, "/")
    assert until(lambda: "城市大脑启用" not in anybody.get(second, "/"))


def ask(client, address):
    """Return the status of an answer that has come as a whole, or the error."""
    try:
        client.request("GET", address, headers={"Accept-Encoding": "gzip"})
        answer = client.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException) as error:
        return repr(error)


@contextlib.contextmanager
def load(port, connections, *, is_kept):
    """Send requests on so many connections while the block runs, and collect the answers in the list that it gets."""
    answers, stop = [], threading.Event()

    def send(number):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
            for turn in range(number, 10**9):
                if stop.is_set():
                    break
                answers.append(ask(client, PAGES[turn % len(PAGES)]))
                if not is_kept:
                    client.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_restart_of_a_server_under_load_loses_no_request(site):
    first, _second, run_first_anew, port = site
    with load(port, 8, is_kept=False) as answers:
        first.process.send_signal(signal.SIGTERM)
        first.process.wait(PATIENCE)
        while_one_is_away = len(answers)
        assert until(lambda: len(answers) > while_one_is_away + 100)
        run_first_anew()
        after = len(answers)
        assert until(lambda: len(answers) > after + 100)
    assert {*answers} == {200}


def test_sixty_four_connections_for_twenty_seconds_see_no_error(site):
    make.make_policy(published=True)
    *_servers, port = site
    with load(port, 64, is_kept=True) as answers:
        time.sleep(20)
    assert len(answers) > 1000
    assert {*answers} == {200}


def test_a_server_that_is_restarted_alone_still_answers_its_editors(site):
    first, second, _run, _port = site
    make.make_editor(username="zhou", password="right")
    editor = Browser()
    editor.post(first, "/admin/login/", {"username": "zhou", "password": "right"})
    first.process.send_signal(signal.SIGTERM)
    first.process.wait(PATIENCE)
    assert "/admin/logout/" in editor.get(second, "/admin/")
