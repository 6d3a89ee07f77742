"""The server: Granian with a limited number of threads, and one server for each port."""

import errno
import ipaddress
import logging
import os
import resource
import shlex
import socket
import sys
from typing import NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.delivery.release import running
from timeline.delivery.request_metrics import FOLDER_VARIABLE, new_folder
from timeline.delivery.site_locks import SERVING, site_lock

APPLICATION = "ningbo_site.wsgi:application"
PROCESS = "timeline.delivery.granian_server"
# The number of connections that a worker accepts at once, idle ones included, and of those that wait in the
# queue of the socket. Requests wait if all threads are busy.
BACKPRESSURE, BACKLOG = 1024, 1024
# The limit of open files for a process: its connections and a reserve.
OPEN_FILES = BACKPRESSURE + 512
# Seconds until a stopping worker is killed if a client does not disconnect.
KILL_TIMEOUT = 30
# Seconds for a new worker to start before the old one stops, enough for a machine that has much else to do.
RESPAWN_INTERVAL = 15
# Milliseconds for the headers of a request to arrive, for the first from the start of the connection.
HEADER_TIMEOUT = 10_000

# The names of one's own machine.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
# Why a port cannot be used, in words; others in those of the system.
_REASONS = {
    errno.EADDRINUSE: gettext_lazy("another program uses it"),
    errno.EACCES: gettext_lazy("ports below 1024 are for the administrator of the machine"),
    errno.EADDRNOTAVAIL: gettext_lazy("this machine has no such address"),
}

logger = logging.getLogger(__name__)


class AddressError(ValueError):
    """The server cannot listen on this address."""


def check_address(host: str, port: int, *, is_opening: bool = True) -> None:
    """Raise AddressError unless the host is an IP address and the port is free. Its advice is for `make run`, or for `serve`.

    Granian would share a port with another server that allows it, and each would get some of the requests.
    """
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        raise AddressError(_("HOST is an IP address: 127.0.0.1, 0.0.0.0 or ::1.")) from None
    try:
        with socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror)
        raise AddressError(
            _("Port %(port)s of %(host)s cannot be used: %(reason)s. Try: %(command)s")
            % {
                "port": port,
                "host": host,
                "reason": reason,
                "command": _command_with_port(port, is_opening=is_opening),
            }
        ) from None


def address_text(host: str, port: int) -> str:
    """The address of the site as a browser takes it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def site_url(port: int) -> str:
    """The address of the site in mails: on one's own machine with the port, unless another address is set.

    Elsewhere a proxy stands before the server, whose port nobody types.
    """
    host = urlsplit(settings.SITE_URL)
    is_local = host.hostname in LOCAL_HOSTS and host.scheme == "http" and host.port is None
    return f"{settings.SITE_URL}:{port}" if is_local else settings.SITE_URL


def _command_with_port(port: int, *, is_opening: bool) -> str:
    """The command that opens or serves the same site at another port."""
    other = port + 1 if 1024 <= port < 65535 else 8001
    if not is_opening:
        # As in the unit of a service.
        return f"manage.py serve --port {other}"
    folder = settings.CONTENT_FOLDER
    content = f"CONTENT={shlex.quote(str(folder))} " if folder else ""
    return f"make run {content}PORT={other}"


def serve(host: str, port: int, *, workers: int, threads: int, application: str = APPLICATION) -> NoReturn:
    """Replace this process with the server of the WSGI application. SIGHUP replaces the workers one by one.

    The server uses at most `workers` × `threads` database connections, one for each
    thread; on PostgreSQL one more, of the lock. Raises AddressError.
    """
    check_address(host, port, is_opening=False)
    lock = site_lock(SERVING)
    try:
        # Several servers of one database may run; on SQLite, the first is told of.
        if lock.take(address_text(host, port)):
            lock.keep_in_server()
    except Error as error:
        # Pages that are kept need no database, and it may come back.
        logger.warning(
            "Until a restart, `make run` cannot tell that this site is served: %s",
            str(error).strip().partition("\n")[0],
        )
    options = {
        "interface": "wsgi",
        # With detection of the version, Granian would wait forever for the first byte of a connection.
        "http": "1",
        "host": host,
        "port": port,
        "workers": workers,
        "blocking-threads": threads,
        # The maximum, since a thread that ends closes its database connection.
        "blocking-threads-idle-timeout": 600,
        "backlog": BACKLOG,
        "backpressure": BACKPRESSURE,
        "http1-header-read-timeout": HEADER_TIMEOUT,
        "log-level": "warning",
        # As records of the application: each line with its time.
        "log-config": settings.BASE_DIR / "ningbo_site" / "server_logging.json",
        "respawn-interval": RESPAWN_INTERVAL,
        "workers-kill-timeout": KILL_TIMEOUT,
    }
    limit, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit != resource.RLIM_INFINITY and limit < OPEN_FILES:
        allowed = OPEN_FILES if hard_limit == resource.RLIM_INFINITY else min(OPEN_FILES, hard_limit)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard_limit))
    arguments = [f"--{name}={value}" for name, value in options.items()]
    environment = os.environ | {"DATABASE_MUST_EXIST": "1", "SITE_URL": site_url(port)}
    try:
        folder = new_folder(f"{host}-{port}".replace(":", "_"))
        environment[FOLDER_VARIABLE] = str(folder)
    except OSError as error:
        logger.warning("/metrics has the requests of one worker only: %s", error)
    started = _(
        "Starting the server: %(workers)s worker(s) at http://%(host)s:%(port)s/, release %(release)s."
    )
    address = {"host": f"[{host}]" if ":" in host else host, "port": port, "workers": workers}
    sys.stdout.write(started % {**address, "release": running().identifier} + "\n")
    sys.stdout.flush()
    # Workers are copies of their parent. This process may have imported code from before an upgrade.
    os.execve(
        sys.executable,
        [sys.executable, "-m", PROCESS, *arguments, "--no-ws", "--respawn-failed-workers", application],
        environment,
    )
