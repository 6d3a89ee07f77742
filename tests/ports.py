"""Ports of 127.0.0.1 that nobody uses, for servers that a test or a measurement starts."""

import contextlib
import random
import socket

# Below those that Linux gives to clients (net.ipv4.ip_local_port_range), which may take one at any time:
# also while a server that has it is stopped or has not started yet.
_FIRST, _END = 20_000, 32_000


def free_port() -> int:
    """Return a port that nobody uses, and that the system gives to nobody who does not ask for it."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            port = random.randrange(_FIRST, _END)
            probe.bind(("127.0.0.1", port))
            return port
