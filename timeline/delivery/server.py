"""The server: Granian with a bounded number of threads, workers that are replaced when they die, one server a port."""

import ipaddress
import os
import resource
import socket
import sys
from typing import NoReturn

from django.utils.translation import gettext as _

APPLICATION = "ningbo_site.wsgi:application"
# Connections that a worker takes on at once, those that say nothing included; the others wait in the queue of the socket,
# which holds BACKLOG of them. Requests in excess of the threads wait for one.
BACKPRESSURE, BACKLOG = 1024, 1024
# Files that a process may have open: the connections, and some for itself.
OPEN_FILES = BACKPRESSURE + 512
# Seconds after which a worker that is to stop is killed, if a client still keeps it.
KILL_TIMEOUT = 30
# Seconds until a new worker answers, before the old one stops.
RESPAWN_INTERVAL = 5
# Milliseconds in which the head of a request has to arrive, the first after the connection was made.
HEADER_TIMEOUT = 10_000


class AddressError(ValueError):
    """The server cannot listen at this address."""


def check_address(host: str, port: int) -> None:
    """Raise AddressError unless this is an IP address and the port is free.

    Granian shares a port with any other server that does, so that requests would go to one of the two.
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
        raise AddressError(
            _("Port %(port)s of %(host)s cannot be used: %(reason)s. Try: make run PORT=8001")
            % {"port": port, "host": host, "reason": error.strerror}
        ) from None


def serve(host: str, port: int, *, workers: int, threads: int) -> NoReturn:
    """Become the server, until the process is interrupted. SIGHUP replaces the workers, one after the other.

    There are at most `workers` times `threads` database connections: each thread has one.
    """
    check_address(host, port)
    options = {
        "interface": "wsgi",
        # To tell one version from another, Granian would wait for the first byte of a connection for ever.
        "http": "1",
        "host": host,
        "port": port,
        "workers": workers,
        "blocking-threads": threads,
        # As long as it can be: a thread that ends takes its database connection with it.
        "blocking-threads-idle-timeout": 600,
        "backlog": BACKLOG,
        "backpressure": BACKPRESSURE,
        "http1-header-read-timeout": HEADER_TIMEOUT,
        "log-level": "warning",
        "respawn-interval": RESPAWN_INTERVAL,
        "workers-kill-timeout": KILL_TIMEOUT,
    }
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit != resource.RLIM_INFINITY and limit < OPEN_FILES:
        allowed = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    arguments = [f"--{name}={value}" for name, value in options.items()]
    # In place of this process, which has imported the code of before an upgrade: workers begin as copies of it.
    os.execve(
        sys.executable,
        [sys.executable, "-m", "granian", *arguments, "--no-ws", "--respawn-failed-workers", APPLICATION],
        os.environ | {"DATABASE_MUST_EXIST": "1"},
    )
