"""Run a command with TEST_DATABASE_URL on PostgreSQL: that of DATABASE_URL, or a private cluster for the run.

    python -m tests.postgres [--keep FOLDER] COMMAND ARG …

The private cluster is in a temporary folder, listens on a free port of 127.0.0.1 only and is removed
afterwards. With --keep it is in that folder, which the account of PostgreSQL must reach, and stays for the next run. PostgreSQL does not run as root: started by root, it runs as the account `postgres`, or `nobody`.
"""

import contextlib
import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.ports import free_port

# Seconds for a start or a stop. pg_ctl waits for 60, which a machine that does other work may need more than.
PATIENCE = 600


def binaries() -> Path:
    """Return the folder of initdb: from the PATH, or of the newest version in Debian's location."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(
        glob.glob("/usr/lib/postgresql/*/bin"), key=lambda folder: float(Path(folder).parent.name)
    )
    if not folders:
        sys.exit(
            "PostgreSQL is not installed. Debian and Ubuntu: apt install postgresql. Or set DATABASE_URL."
        )
    return Path(folders[-1])


def account() -> str | None:
    """Return the account that runs the cluster, or None if the current one can."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    sys.exit("PostgreSQL does not run as root, and there is no account postgres or nobody.")


@contextlib.contextmanager
def private_cluster(kept: Path | None = None) -> Iterator[str]:
    """Run a cluster until the end of the block, which gets the URL of a database. `kept` is a folder for its data."""
    tools, user = binaries(), account()
    port = free_port()
    folder = kept or Path(tempfile.mkdtemp(prefix="chronicle-pg-"))
    folder.mkdir(parents=True, exist_ok=True)

    def run(tool: str, *arguments: str) -> None:
        done = subprocess.run(
            [tools / tool, *arguments],
            user=user,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            log = folder / "log"
            sys.exit(f"{tool} failed:\n{done.stdout}\n{log.read_text() if log.is_file() else ''}")

    try:
        if user:
            shutil.chown(folder, user)
        if not (folder / "data").is_dir():
            encoding = ("--encoding=UTF8", "--locale=C.UTF-8")
            run("initdb", "-D", "data", "-U", "chronicle", "--auth=trust", *encoding, "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c full_page_writes=off"
        wait = ("-w", "-t", str(PATIENCE))
        run("pg_ctl", "-D", "data", *wait, "-l", "log", "-o", options, "start")
        try:
            yield f"postgres://chronicle@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", "data", *wait, "-m", "fast" if kept else "immediate", "stop")
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    kept = Path(command[1]).resolve() if command[:1] == ["--keep"] else None
    command = command[2:] if kept else command
    if not command:
        sys.exit(__doc__)
    given = os.environ.get("DATABASE_URL", "")
    with contextlib.nullcontext(given) if given.startswith("postgres") else private_cluster(kept) as url:
        return subprocess.run(command, env=os.environ | {"TEST_DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
