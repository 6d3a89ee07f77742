"""One chronicle of made entries in a database of its own: filled by the product's import, and its pages measured.

    python -m bench.scale_site fill FOLDER ENTRIES
    python -m bench.scale_site measure FOLDER ROUNDS

`bench.scale` runs each step in a process of its own, which prints its result as JSON. BENCH_DATABASE_URL selects
another database than SQLite.
"""

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

from bench import generated, site

FREQUENT_WORD = "智慧"
# Every chronicle has the entry of this number, with texts of the same lengths.
ENTRY = "made-000500"
# Seconds after which a page has no further round.
PATIENCE = 5.0


def peak_memory() -> float:
    """The peak memory of this process in MB. Linux only; getrusage() would include that of the parent process."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(encoding="ascii"), re.M)
    if not found:
        raise RuntimeError("/proc/self/status has no VmHWM")
    return int(found[1]) / 1000


def fill(folder: Path, count: int) -> dict[str, float]:
    """Import and publish a made chronicle. Returns the seconds of the import, and the peak memory before and after in MB."""
    site.set_up(folder)
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection

    call_command("flush", interactive=False, verbosity=0)  # of an interrupted run
    generated.write(folder / "made", count)
    User.objects.create_superuser("editor")
    before, began = peak_memory(), time.perf_counter()
    call_command("import_content", folder / "made", publish=True, user="editor", verbosity=0)
    filled = {"seconds": time.perf_counter() - began, "before": before, "peak": peak_memory()}
    if connection.vendor == "postgresql":
        # Autovacuum does this after a while.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return filled


def public_pages() -> dict[str, str]:
    """The addresses of the public pages by name: those without a record, the front page filtered, the fullest of each kind."""
    from django.test import Client
    from django.urls import reverse

    from timeline.models import Citation, Entry, PolicyRelation, Source
    from timeline.models.kinds import fields_naming, path_from_entry
    from timeline.models.reference import REFERENCES
    from timeline.public.urls import pages

    public = Entry.objects.published()

    def fullest(model: Any) -> Any:
        if model is Source:
            keys = Citation.objects.order_by().values_list("source", flat=True)
            return model.objects.get(pk=statistics.mode(keys.iterator()))
        path = path_from_entry(fields_naming(model)[0])
        named = public.order_by().exclude(**{path: None}).values_list(path, flat=True)
        return model.objects.get(pk=statistics.mode(named.iterator()))

    records = {model: fullest(model) for model in REFERENCES}
    topic = next(record.slug for model, record in records.items() if model._meta.model_name == "topic")
    front = reverse("timeline:timeline")
    entry = public.filter(slug=ENTRY).first() or public.chronological()[0]
    related = public.get(
        pk=statistics.mode(PolicyRelation.objects.values_list("to_policy", flat=True).order_by("to_policy"))
    )
    queries = {
        "kind and years": {"kind": "policy", "from": 2014, "to": 2016},
        "topic": {"topic": topic},
        "frequent word": {"q": FREQUENT_WORD},
        "rare word": {"q": generated.RARE_WORD},
        "long word": {"q": generated.LONG_WORD},
    }
    found = {"front": front}
    html = Client().get(front).content.decode()
    if second := re.search(r'href="([^"]*[?;]page=[^"#]+)', html):
        found["front, second page"] = urljoin(front, second[1].replace("&amp;", "&"))
    found |= {f"front, {name}": f"{front}?{urlencode(query)}" for name, query in queries.items()}
    found |= {"entry": entry.get_absolute_url(), "entry, most relations": related.get_absolute_url()}
    found |= {str(model._meta.model_name): record.get_absolute_url() for model, record in records.items()}
    fixed = [str(pattern.name) for pattern in pages if not pattern.pattern.converters]
    found |= {name: reverse(f"timeline:{name}") for name in (*fixed, "feed") if name != "timeline"}
    return found


def admin_pages() -> dict[str, str]:
    """The addresses of the main lists of the admin."""
    from django.urls import reverse

    from timeline.models import Entry, Policy, Source

    lists = {
        f"admin, {model._meta.verbose_name_raw}": reverse(
            f"admin:timeline_{model._meta.model_name}_changelist"
        )
        for model in (Entry, Policy, Source)
    }
    policy = Policy.objects.order_by("pk")[0]
    return lists | {"admin, history": reverse("admin:timeline_policy_history", args=[policy.pk])}


def processor_time() -> float:
    """The processor time in seconds of this process, and of the process that works for it in PostgreSQL on this machine."""
    from django.db import connection

    seconds = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        pid = connection.connection.info.backend_pid
        seconds += int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    return seconds


def _median(work: Callable[[], object], before: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median processor and wall time of some rounds in milliseconds."""
    cpu, wall = list[float](), list[float]()
    while len(cpu) < rounds and sum(wall) < PATIENCE * 1000:
        before()
        begun, clock = processor_time(), time.perf_counter()
        work()
        wall.append((time.perf_counter() - clock) * 1000)
        cpu.append((processor_time() - begun) * 1000)
    return statistics.median(cpu), statistics.median(wall)


def measure_page(client: Any, address: str, rounds: int) -> dict[str, float]:
    """Measure one page in this process, with cached templates: with empty caches (`first`) and with filled ones."""
    from django.core.cache import caches
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def clear() -> None:
        for cache in caches.all():
            cache.clear()

    def request() -> Any:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        return answer

    size = len(request().content)
    first, _wall = _median(request, clear, rounds)
    cpu, wall = _median(request, lambda: None, rounds)
    with CaptureQueriesContext(connection) as captured:
        request()
    return {"first": first, "cpu": cpu, "wall": wall, "queries": len(captured), "kb": size / 1000}


def measure(folder: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Measure each page of a filled chronicle, by name: milliseconds, queries, kB of HTML."""
    site.set_up(folder)
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client, override_settings

    found = {name: measure_page(Client(), address, rounds) for name, address in public_pages().items()}
    editor = Client()
    editor.force_login(User.objects.get(username="editor"))
    # Hashed names of the admin's static files would need collectstatic.
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=settings.STORAGES | plain):
        for name, address in admin_pages().items():
            found[name] = measure_page(editor, address, rounds)
    return found


STEPS: dict[str, Callable[[Path, int], Any]] = {"fill": fill, "measure": measure}

if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
