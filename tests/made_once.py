"""Files that a run of tests makes once, for all of its processes: workers of pytest, servers, commands."""

import atexit
import fcntl
import functools
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

# Names the folder of the run to the processes that it starts.
VARIABLE = "TEST_RUN_FOLDER"


@functools.cache
def run_folder() -> Path:
    """Return the folder of the run. The first process to ask, the one that starts all others, makes and removes it."""
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = tempfile.mkdtemp(prefix="chronicle-tests-")
        atexit.register(shutil.rmtree, os.environ[VARIABLE], ignore_errors=True)
    return Path(os.environ[VARIABLE])


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Return the file of this name, which the first to ask makes while the others wait."""
    path = run_folder() / name
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = run_folder() / f"unfinished-{name}"
            make(unfinished)
            unfinished.rename(path)
    return path
