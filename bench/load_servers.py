"""The servers that `bench.load` measures, each a process on core 0 with the same content or the same bytes."""

import contextlib
import gzip
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.site import ROOT

# Before other work, where that is allowed. Where Linux groups processes by session, a priority counts within the group only.
_AUTOGROUP = '[ ! -e /proc/self/autogroup ] || echo -20 > /proc/self/autogroup; exec "$@"'
_FIRST = ["nice", "-n", "-20", "setsid", "sh", "-c", _AUTOGROUP, "sh"] if os.geteuid() == 0 else []
ON_CORE_0 = [*_FIRST, "taskset", "-c", "0"]
ON_CORE_1 = [*_FIRST, "taskset", "-c", "1"]
WAGTAIL = ROOT / "bench" / "peers" / "wagtail"
WAGTAIL_PYTHON = ROOT / "var" / "bench-wagtail" / "bin" / "python"
# Threads of each server, as `manage.py serve` has them.
THREADS = "4"
# The server adds these headers itself.
OF_THE_SERVER = {"date", "server"}
# Beyond the first answer, everything comes from the process that is measured.
START = 60


def tool(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        sys.exit(f"{name} is missing. Debian: apt install nginx-light varnish wrk")
    return found


@contextlib.contextmanager
def running(
    command: Sequence[Any], port: int, environment: Mapping[str, str] | None = None, folder: Path = ROOT
) -> Iterator[int]:
    """Run the command on core 0 until the end of the block, which gets the id of the process."""
    server = subprocess.Popen(
        [*ON_CORE_0, *map(str, command)], cwd=folder, env=os.environ | (environment or {})
    )
    try:
        for _attempt in range(START * 10):
            if server.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {server.returncode}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def answer(port: int, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a response."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=START)) as client:
        client.request("GET", path, headers=dict(headers))
        found = client.getresponse()
        return found.status, {name.lower(): value for name, value in found.getheaders()}, found.read()


def resident_mebibytes(process: int) -> float:
    """Return the memory of the largest process among this one and its children: the worker."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    family = [process, *(int(child) for task in tasks for child in task.read_text().split())]
    sizes = []
    for member in family:
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{member}/status").read_text()
            sizes.append(int(status.partition("VmRSS:")[2].split()[0]) / 1024)
    return max(sizes)


def prepare(folder: Path) -> None:
    """Prepare the chronicle and Wagtail with the entries of Ningbo."""
    for kind, python, code in (("chronicle", sys.executable, ROOT), ("wagtail", WAGTAIL_PYTHON, WAGTAIL)):
        (folder / kind).mkdir()
        command = [python, ROOT / "bench" / "measured.py", kind, folder / kind, folder / "entries.json"]
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        # Without a line on its standard input, it measures nothing.
        subprocess.run(
            command,
            cwd=code,
            env=environment,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


@contextlib.contextmanager
def running_chronicle(folder: Path, port: int, **settings: str) -> Iterator[int]:
    """Run the server of `make run` on a prepared site."""
    environment = {"DJANGO_SETTINGS_MODULE": "bench.site_settings", "BENCH_FOLDER": str(folder / "chronicle")}
    command = [sys.executable, "manage.py", "serve", "--port", port, "--threads", THREADS]
    with running(command, port, environment | settings) as process:
        yield process


@contextlib.contextmanager
def running_bound(
    folder: Path, port: int, page: Mapping[str, str], known: Mapping[str, str], body: bytes
) -> Iterator[int]:
    """Run the least application that answers with the headers of a page and its body, or with those of a 304."""
    root = folder / "bound"
    root.mkdir()
    (root / "body").write_bytes(body)
    headers = [
        {name: value for name, value in found.items() if name not in OF_THE_SERVER} for found in (page, known)
    ]
    (root / "headers.json").write_text(json.dumps(headers), encoding="utf-8")
    command = [sys.executable, "-m", "bench.bound", port, THREADS]
    with running(command, port, {"BENCH_BOUND": str(root)}) as process:
        yield process


@contextlib.contextmanager
def running_wagtail(folder: Path, port: int, settings: str) -> Iterator[int]:
    """Run Wagtail with these settings by the same server, with as many threads."""
    command = [WAGTAIL_PYTHON, "-m", "granian", "--interface", "wsgi", "--http", "1", "--port", port]
    command += ["--blocking-threads", THREADS, "--backpressure", "1024", "--log-level", "warning"]
    environment = {
        "DJANGO_SETTINGS_MODULE": settings,
        "PEER_FOLDER": str(folder / "wagtail"),
        "PYTHONPATH": str(WAGTAIL),
    }
    with running([*command, "peer_wsgi:application"], port, environment, WAGTAIL) as process:
        yield process


@contextlib.contextmanager
def running_nginx(folder: Path, port: int, gzipped: bytes) -> Iterator[int]:
    """Run nginx with the bytes of a page as the files `page.html` and `page.html.gz`."""
    root = folder / "nginx"
    root.mkdir()
    (root / "page.html").write_bytes(gzip.decompress(gzipped))
    (root / "page.html.gz").write_bytes(gzipped)
    # gzip_static sends the packed file only if it is not older.
    for name in ("page.html", "page.html.gz"):
        os.utime(root / name, (1_700_000_000, 1_700_000_000))
    kept = "".join(
        f"{kind}_temp_path {root}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    (root / "nginx.conf").write_text(
        f"{user}pid {root}/pid;\nworker_processes 1;\nevents {{ worker_connections 1024; }}\nhttp {{\n"
        "access_log off;\nsendfile on;\ntcp_nopush on;\nopen_file_cache max=100;\nkeepalive_requests 1000000000;\n"
        f"types {{ text/html html; }}\n{kept}"
        f"server {{ listen 127.0.0.1:{port}; root {root}; gzip_static on; }}\n}}\n"
    )
    command = [tool("nginx"), "-c", root / "nginx.conf", "-e", root / "errors", "-g", "daemon off;"]
    with running(command, port) as process:
        yield process


@contextlib.contextmanager
def running_varnish(folder: Path, port: int, behind: int) -> Iterator[int]:
    """Run Varnish before the chronicle. It keeps pages for an hour, so that nothing but hits is measured."""
    file = folder / "varnish.vcl"
    file.write_text(
        f'vcl 4.1;\nbackend default {{ .host = "127.0.0.1"; .port = "{behind}"; }}\n'
        "sub vcl_backend_response { set beresp.ttl = 1h; }\n"
    )
    state = folder / "varnish"
    command = [tool("varnishd"), "-F", "-n", state, "-a", f"127.0.0.1:{port}", "-f", file, "-s", "malloc,64m"]
    with running(command, port) as process:
        yield process


def entries_of(folder: Path) -> int:
    """Return how many entries both sites have."""
    return len(json.loads((folder / "entries.json").read_text(encoding="utf-8")))
