"""The collector of cyclic garbage in the process of a server."""

import subprocess
import sys

SERVE = """
import gc
import ningbo_site.wsgi
print(len(gc.get_objects()), gc.get_freeze_count(), gc.get_threshold()[0])
"""


def test_the_collector_of_a_server_does_not_look_through_what_is_loaded():
    found = subprocess.run([sys.executable, "-c", SERVE], capture_output=True, text=True, check=True)
    collected, frozen, threshold = map(int, found.stdout.split())
    assert frozen > 50_000 > collected
    assert threshold == 10_000
