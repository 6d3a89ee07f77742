"""The ports on which servers of tests and measurements listen."""

from pathlib import Path

from tests.ports import free_port

# Of clients, where the system does not tell (RFC 6335).
DYNAMIC = "49152 65535"
TOLD = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_no_port_of_a_server_is_one_that_the_system_gives_to_clients():
    """A client may take such a port before its server starts, or while it is stopped and started again."""
    first, last = map(int, (TOLD.read_text(encoding="ascii") if TOLD.exists() else DYNAMIC).split())
    assert [port for port in {free_port() for _time in range(200)} if first <= port <= last] == []
