"""A monitor asks the port itself and only reads; what a proxy has passed on comes from a visitor."""

import pytest

from timeline.operation.monitors import FORWARDING, is_of_a_monitor


def test_a_monitor_reads():
    assert is_of_a_monitor({"REQUEST_METHOD": "GET"})
    assert is_of_a_monitor({"REQUEST_METHOD": "HEAD"})
    assert not is_of_a_monitor({"REQUEST_METHOD": "POST"})


@pytest.mark.parametrize("header", FORWARDING)
def test_what_a_proxy_has_passed_on_is_of_a_visitor(header):
    assert not is_of_a_monitor({"REQUEST_METHOD": "GET", header: ""})
