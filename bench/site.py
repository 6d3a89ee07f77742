"""The site as visitors have it: the server of `make run` on a database of its own, with the content of Ningbo or another.

python -m bench.site FOLDER CONTENT... prepares such a site in an empty folder.
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

ROOT = Path(__file__).resolve().parent.parent
CONTENT = (ROOT / "fixtures" / "ningbo", ROOT / "fixtures" / "ningbo-other-sources")
# The public site at /, /zh-hant/ and /en/.
LANGUAGES = {"zh-Hans": "", "zh-Hant": "/zh-hant", "en": "/en"}
# What no record is the page of.
MORE_PAGES = {
    "front page, filtered": "/?kind=policy&from=2011&to=2015",
    "front page, searched": "/?q=建设",
    "front page, nothing found": "/?q=没有这样的词",
    "not found": "/nowhere/",
    "not understood": "/?q=%00",
}


@dataclass(frozen=True)
class Site:
    """Where the site answers, and by name the path of one page of each kind, in the default language."""

    address: str
    pages: dict[str, str]


def set_up(folder: Path) -> None:
    """Django in this process on a site in that folder; once in a process."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.site_settings", "BENCH_FOLDER": str(folder)}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def publish_content(content: Sequence[Path] = CONTENT) -> Any:
    """The content, published; returns by whom."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    editor = User.objects.create_user("editor", is_staff=True, is_superuser=True)
    for folder in content:
        call_command("import_content", folder, publish=True, user="editor", verbosity=0)
    return editor


def fullest_pages() -> dict[str, str]:
    """One page of each kind: the longest, which has most of what pages of its kind can have."""
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
    gone = Milestone.objects.create(slug="gone", title="误登的条目", title_en="An entry made in error")
    Citation.objects.create(
        entry=Entry.objects.get(pk=gone.pk), source=Source.objects.order_by("pk")[0], locator="¶1"
    )
    gone.publish(by=editor)
    gone.withdraw(by=editor, reason="来源所述并非本市。")
    pages |= MORE_PAGES | {"withdrawn": gone.get_absolute_url()}
    (folder / "pages.json").write_text(json.dumps(pages), encoding="utf-8")


@contextlib.contextmanager
def serve_site(content: Sequence[Path] = CONTENT) -> Iterator[Site]:
    """The site, prepared and served on a free port for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="chronicle-served-"))
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.site_settings",
        "BENCH_FOLDER": str(folder),
    }
    try:
        # In a process of its own: whoever asks may have a Django of other settings, or none.
        command = [sys.executable, "-m", "bench.site", str(folder), *map(str, content)]
        subprocess.run(command, cwd=ROOT, check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
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
