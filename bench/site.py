"""The site as visitors see it: the server of `make run` with a database of its own.

    python -m bench.site FOLDER CONTENT...

The command prepares such a site in an empty folder. The default content is that of `make run`.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.opened_folders import OPENED_FOLDERS
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
CONTENT = tuple(OPENED_FOLDERS)
# The prefix of the public site in each language.
LANGUAGES = {"zh-Hans": "", "zh-Hant": "/zh-hant", "en": "/en"}
# Pages that do not belong to a record.
MORE_PAGES = {
    "front page, filtered": "/?kind=policy&from=2011&to=2015",
    "front page, searched": "/?q=建设",
    "front page, nothing found": "/?q=没有这样的词",
    "not found": "/nowhere/",
    "not understood": "/?q=%00",
}


@dataclass(frozen=True)
class Site:
    """The address of a running site, and by name the path of one page of each kind in the default language."""

    address: str
    pages: dict[str, str]


def set_up(folder: Path) -> None:
    """Set up Django with a site in the folder. Works once in a process."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.site_settings", "BENCH_FOLDER": str(folder)}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def publish_content(content: Sequence[Path] = CONTENT) -> Any:
    """Publish the content. Returns the user who published it."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    editor = User.objects.create_user("editor", is_staff=True, is_superuser=True)
    for folder in content:
        call_command("import_content", folder, publish=True, user="editor", verbosity=0)
    return editor


def fullest_pages() -> dict[str, str]:
    """Return the path of one page of each kind: the longest, which has the most features."""
    from django.apps import apps
    from django.test import Client
    from django.urls import resolve, reverse

    from timeline.models import Entry
    from timeline.models.named import TitleSlugModel
    from timeline.public.urls import pages

    addresses = [reverse(f"timeline:{pattern.name}") for pattern in pages if not pattern.pattern.converters]
    for model in apps.get_app_config("timeline").get_models():
        if not issubclass(model, TitleSlugModel) or not hasattr(model, "get_absolute_url"):
            continue
        records: Any = model._default_manager
        public = records.published() if issubclass(model, Entry) else records.all()
        addresses += [record.get_absolute_url() for record in public]
    client, longest = Client(), dict[str, tuple[int, str]]()
    for address in addresses:
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            name = str(resolve(address).url_name)
            longest[name] = max(longest.get(name, (0, "")), (len(answer.content), address))
    return {name: address for name, (_length, address) in longest.items()}


def prepare(folder: Path, content: Sequence[Path]) -> None:
    set_up(folder)
    from timeline.models import Citation, Entry, Milestone, Source

    editor = publish_content(content)
    pages = fullest_pages()
    withdrawn = Milestone.objects.create(slug="gone", title="误登的条目", title_en="An entry made in error")
    Citation.objects.create(
        entry=Entry.objects.get(pk=withdrawn.pk), source=Source.objects.order_by("pk")[0], locator="¶1"
    )
    withdrawn.publish(by=editor)
    withdrawn.withdraw(by=editor, comment="来源所述并非本市。")
    pages |= MORE_PAGES | {"withdrawn": withdrawn.get_absolute_url()}
    (folder / "pages.json").write_text(json.dumps(pages), encoding="utf-8")


@contextlib.contextmanager
def serve_site(content: Sequence[Path] = CONTENT, migrated: Path | None = None) -> Iterator[Site]:
    """Serve a prepared site on a free port while the block runs. It begins with a copy of a migrated SQLite database, if given."""
    folder = Path(tempfile.mkdtemp(prefix="chronicle-served-"))
    if migrated is not None:
        shutil.copy(migrated, folder / "site.sqlite3")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.site_settings",
        "BENCH_FOLDER": str(folder),
    }
    try:
        # In a separate process: the caller may use Django with other settings, or not at all.
        command = [sys.executable, "-m", "bench.site", str(folder), *map(str, content)]
        subprocess.run(command, cwd=ROOT, check=True)
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--blocking-threads", "4", "--backpressure", "64"]
        server = subprocess.Popen(
            [*command, "--log-level", "warning", "ningbo_site.wsgi:application"], cwd=ROOT, env=environment
        )
        try:
            _wait_for(server, port)
            pages = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
            yield Site(f"http://127.0.0.1:{port}", pages)
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"The server ended with {server.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("The server does not answer")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    prepare(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:]])
