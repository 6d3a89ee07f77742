"""manage.py serve: invalid addresses and numbers are refused with a message; hosts that are not answered are told."""

import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.servers import manage


@pytest.mark.parametrize(
    "options",
    [
        ("--host", "localhost"),
        pytest.param(("--threads", "0"), marks=pytest.mark.long),
        pytest.param(("--workers", "many"), marks=pytest.mark.long),
    ],
)
def test_what_is_no_address_or_number_is_refused_in_a_sentence(options):
    refused = manage("sqlite:///:memory:", "serve", *options, capture_output=True, text=True)
    assert refused.returncode in (1, 2)
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        (["other.example"], ["chronicle.example", "ALLOWED_HOSTS"]),
        (["*"], ["ALLOWED_HOSTS"]),
        (["chronicle.example"], []),
        ([".example"], []),
    ],
)
def test_it_tells_at_its_start_that_visitors_of_the_site_are_refused(settings, english, hosts, words):
    settings.ALLOWED_HOSTS, settings.SITE_URL = hosts, "https://chronicle.example"
    told = StringIO()
    with pytest.raises(CommandError, match="IP address"):
        call_command("serve", host="localhost", stderr=told)
    assert bool(told.getvalue()) == bool(words)
    for word in words:
        assert word in told.getvalue()


def test_where_its_port_is_in_use_the_advice_is_for_the_command_itself(english):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Try: manage.py serve --port {port + 1}"):
            call_command("serve", port=port)
