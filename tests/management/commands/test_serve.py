"""manage.py serve: invalid addresses and numbers are refused with a message."""

import pytest

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
