"""Runs nginx with a configuration of a test."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Server, until


@contextlib.contextmanager
def running_nginx(folder: Path, port: int, servers: str, status: int = 200) -> Iterator[None]:
    """Run nginx with these server blocks, of which one answers at / of the port. Skips the test if there is no nginx.

    `status` is that of the answer.
    """
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("There is no nginx. Debian: apt install nginx-light.")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root, nginx would switch to an account that cannot write to the folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    file, errors = folder / "nginx.conf", folder / "errors"
    file.write_text(
        f"{user}pid {folder}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{servers}}}\n"
    )
    with subprocess.Popen([nginx, "-c", str(file), "-e", str(errors), "-g", "daemon off;"]) as process:
        server = Server(port, errors, process, "")

        def answers() -> bool:
            with contextlib.suppress(OSError):
                return server.answer("HEAD /").startswith(f"HTTP/1.1 {status}")
            return False

        try:
            assert until(answers), errors.read_text()
            yield
        finally:
            process.terminate()
