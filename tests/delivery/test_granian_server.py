"""The process of the server ends on its first signal: with others after it, while it starts, while it replaces workers."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.factories import ROOT
from tests.ports import free_port
from tests.servers import PATIENCE, Server, until
from timeline.delivery.granian_server import WakeUps

pytestmark = pytest.mark.long

# Seconds until a server has ended that has nothing else to do.
SOON = 30
APPLICATION = """
import time
from wsgiref.simple_server import demo_app as application
open({started!r}, "a").close()
time.sleep({seconds})
"""


@contextlib.contextmanager
def running(folder, loading=0.0, kill_timeout=5):
    """Run a server of two workers, which take so many seconds to load. Once this begins, they are loading."""
    started, port = folder / "started", free_port()
    (folder / "slow_pages.py").write_text(APPLICATION.format(started=str(started), seconds=loading))
    options = {
        "interface": "wsgi",
        "port": port,
        "workers": 2,
        "respawn-interval": 600,
        "workers-kill-timeout": kill_timeout,
    }
    command = [sys.executable, "-m", "timeline.delivery.granian_server"]
    with subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in options.items()), "slow_pages:application"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{folder}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            assert until(started.exists)
            yield Server(port, None, process, None)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def answers(server):
    with contextlib.suppress(OSError):
        return server.answer("GET /").startswith("HTTP/1.1 200")
    return False


def seconds_to_end(process):
    began = time.monotonic()
    process.wait(PATIENCE * 2)
    return time.monotonic() - began


def send(process, signals, *, to_group=False):
    """Send signals one after the other, to the server alone or to its workers as well."""
    for number in signals:
        with contextlib.suppress(ProcessLookupError):
            if to_group:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)


@pytest.mark.parametrize("to_group", [False, True])
@pytest.mark.parametrize("moment", ["loading", "serving", "replacing"])
def test_many_signals_to_end_end_it_at_every_moment(tmp_path, moment, to_group):
    with running(tmp_path, loading=0 if moment != "loading" else PATIENCE * 4) as server:
        if moment != "loading":
            assert until(lambda: answers(server))
        if moment == "replacing":
            server.process.send_signal(signal.SIGHUP)
            assert until(lambda: len(server.workers()) == 3)
        send(server.process, [signal.SIGTERM, signal.SIGINT] * 200, to_group=to_group)
        assert seconds_to_end(server.process) < SOON


@pytest.mark.parametrize("pause", [0, 0.01, 0.1, 0.3])
def test_a_second_signal_to_end_does_not_keep_it_from_ending(tmp_path, pause):
    with running(tmp_path) as server:
        assert until(lambda: answers(server))
        send(server.process, [signal.SIGTERM], to_group=True)
        time.sleep(pause)
        send(server.process, [signal.SIGTERM], to_group=True)
        assert seconds_to_end(server.process) < SOON


def test_a_worker_that_loads_does_not_keep_it_from_ending(tmp_path):
    with running(tmp_path, loading=PATIENCE * 4, kill_timeout=PATIENCE) as server:
        send(server.process, [signal.SIGTERM])
        assert seconds_to_end(server.process) < SOON


def test_it_ends_before_it_has_replaced_its_workers(tmp_path):
    with running(tmp_path) as server:
        assert until(lambda: answers(server))
        server.process.send_signal(signal.SIGHUP)
        assert until(lambda: len(server.workers()) == 3)
        send(server.process, [signal.SIGTERM])
        assert seconds_to_end(server.process) < SOON
        assert server.process.returncode == 0


def test_what_wakes_the_main_loop_can_be_called_within_itself():
    wake_ups, calls = WakeUps(), 0

    def wake(number, frame):
        nonlocal calls
        calls += 1
        wake_ups.set()
        if calls < 50:
            os.kill(os.getpid(), signal.SIGUSR1)

    former = signal.signal(signal.SIGUSR1, wake)
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        wake_ups.wait()
    finally:
        signal.signal(signal.SIGUSR1, former)
    assert calls == 50
