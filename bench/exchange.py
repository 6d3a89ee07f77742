"""Import of policies, each with two topics, an issuer and a citation.

    python -m bench.exchange [ROWS]

Compares this project's import with Django's loaddata and a default resource of django-import-export on the
same rows, in one run. Measures the memory for a large file. Takes five minutes of processor time, most of it
for the 100,000 rows of that; each part says what it took.
"""

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.policies import empty_database, policies, references

# A default resource takes a minute for 2,000 rows.
ROWS = 2_000
PREVIEWED = 5_000
SMALL, LARGE = 1_000, 100_000
# By what is measured: the target and its unit; a preview and memory are to be below it, ratios above.
PREVIEW = f"preview of {PREVIEWED:,} rows of policies"
MEMORY = f"memory of {LARGE:,} rows beside {SMALL:,}"
TARGETS = {
    PREVIEW: (5, "s"),
    "import against the default resource": (12, "times"),
    "import against loaddata": (7, "times"),
    "import again": (40, "times"),
    MEMORY: (40, "MB"),
}


def write_sheets(folder: Path, rows: int) -> Path:
    """Write the policies and their citations as two sheets. The records they refer to are imported before."""
    folder.mkdir()
    columns = [name for name in next(policies(1)) if name != "citations"]
    with (
        (folder / "policies.csv").open("w", newline="", encoding="utf-8") as of_policies,
        (folder / "citations.csv").open("w", newline="", encoding="utf-8") as of_citations,
    ):
        sheet = csv.DictWriter(of_policies, columns)
        cited = csv.DictWriter(of_citations, ["entry", "source", "locator", "number"])
        sheet.writeheader()
        cited.writeheader()
        for row in policies(rows):
            for citation in row.pop("citations"):
                cited.writerow({"entry": row["slug"], "number": 1} | citation)
            sheet.writerow(row | {name: ",".join(row[name]) for name in ("topics", "issuers")})
    return folder


def import_references() -> None:
    from timeline.exchange.importing.import_files import import_files
    from timeline.exchange.readers.sources import Upload

    content = json.dumps(references()).encode()
    assert not import_files([Upload("references.json", content)], publish=True).problems


def timed(do: Callable[[], Any]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def empty() -> None:
    from timeline.models import Citation, Entry, Policy, Revision

    for model in (Revision, Citation, Policy.topics.through, Policy.issuers.through):
        model._base_manager.all().delete()
    Policy._base_manager.all()._raw_delete("default")
    Entry._base_manager.all()._raw_delete("default")


def default_resources(folder: Path) -> Callable[[], None]:
    """Return an import of both tables with the default resources of django-import-export."""
    from import_export import fields, resources, widgets
    from tablib import Dataset

    from timeline.models import Citation, Entry, Organization, Policy, Source, Topic

    class PolicyResource(resources.ModelResource):
        topics = fields.Field("topics", "topics", widgets.ManyToManyWidget(Topic, field="slug"))
        issuers = fields.Field("issuers", "issuers", widgets.ManyToManyWidget(Organization, field="slug"))

        class Meta:
            model = Policy
            import_id_fields = ["slug"]
            fields = [name for name in next(policies(1)) if name != "citations"]

    class CitationResource(resources.ModelResource):
        entry = fields.Field("entry", "entry", widgets.ForeignKeyWidget(Entry, field="slug"))
        source = fields.Field("source", "source", widgets.ForeignKeyWidget(Source, field="slug"))

        class Meta:
            model = Citation
            import_id_fields = ["entry", "source", "locator", "number"]
            fields = ["entry", "source", "locator", "number"]

    def load() -> None:
        for resource_class, name in ((PolicyResource, "policies"), (CitationResource, "citations")):
            sheet = Dataset().load((folder / f"{name}.csv").read_text(encoding="utf-8"), format="csv")
            result = resource_class().import_data(sheet, raise_errors=True)
            assert not result.has_errors()

    return load


def write_fixture(path: Path) -> None:
    from django.core.management import call_command

    models = ["timeline.entry", "timeline.policy", "timeline.citation"]
    call_command(
        "dumpdata", *models, natural_foreign=True, natural_primary=True, output=str(path), verbosity=0
    )


def memory(rows: int) -> float:
    """Return the peak memory in MB of a separate process that imports this number of policies. Linux only."""
    command = [sys.executable, "-m", "bench.exchange", "--memory", str(rows)]
    # Without the database of this process.
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["CONTENT_FILE_MAX_BYTES"] = str(2**30)
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return float(json.loads(done.stdout.splitlines()[-1]))


def preview(sheets: Path, **options: str) -> Callable[[], None]:
    """Return an upload of these sheets in the admin, up to the preview."""
    import io
    import zipfile

    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client, override_settings
    from django.urls import reverse

    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(sheets.iterdir()):
            archive.write(file, file.name)
    # Hashed names of static files would need collectstatic.
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    client = Client(SERVER_NAME="localhost")
    editor = User.objects.filter(username="editor").first() or User.objects.create_superuser("editor")
    client.force_login(editor)

    def look() -> None:
        form = {"file": SimpleUploadedFile("sheets.zip", archive_bytes.getvalue()), "empty": "keep"} | options
        # In the request, whose time is measured.
        with override_settings(
            STORAGES=settings.STORAGES | plain, IMPORT_JOB_ROWS=2**30, IMPORT_JOB_BYTES=2**30
        ):
            answer = client.post(reverse("admin:timeline_importbatch_upload"), form, follow=True)
        assert b"/confirm/" in answer.content

    return look


def spent(label: str, do: Callable[[], Any]) -> float:
    """The seconds that a part takes, which are printed at once."""
    seconds = timed(do)
    print_part(label, seconds)
    return seconds


def print_part(label: str, seconds: float) -> None:
    print(f"{label:40} {seconds:8.2f} s", flush=True)


def main(rows: int) -> dict[str, float]:
    """Measure all but the memory. Returns what is measured by the names of the targets."""
    with empty_database() as folder:
        from django.core.management import call_command

        from timeline.exchange.importing.import_files import import_files
        from timeline.models import Citation, Policy, Revision

        import_references()
        sheets = write_sheets(folder / "sheets", rows)

        def ours() -> None:
            report = import_files([sheets])
            assert not report.problems

        uploaded = write_sheets(folder / "previewed", PREVIEWED)
        spent("preview with citations, to be published", preview(uploaded, publish="on"))
        (uploaded / "citations.csv").unlink()
        found = {PREVIEW: spent(PREVIEW, preview(uploaded))}
        assert not Policy.objects.exists()
        imported = spent(f"import of {rows:,} policies", ours)
        revisions = Revision.objects.for_model(Policy)
        assert Policy.objects.count() == Citation.objects.count() == revisions.count() == rows
        again = spent("import again", ours)
        write_fixture(folder / "fixture.json")
        default = default_resources(sheets)
        default_again = spent("default resource again", default)
        empty()
        by_default = spent("default resource", default)
        empty()
        fixture = str(folder / "fixture.json")
        loaded = spent("loaddata", lambda: call_command("loaddata", fixture, verbosity=0))
    return found | {
        "import against the default resource": by_default / imported,
        "import against loaddata": loaded / imported,
        "import again": default_again / again,
    }


def print_results(measured: dict[str, float]) -> None:
    """Print a table with the targets beside."""
    print(f"\n{'':40} {'measured':>9} {'target':>8}")
    for label, value in measured.items():
        target, unit = TARGETS[label]
        print(f"{label:40} {value:9.1f} {target:8} {unit}")


def measure_memory(rows: int) -> None:
    with empty_database() as folder:
        from timeline.exchange.importing.import_files import import_files

        import_references()
        sheets = write_sheets(folder / "sheets", rows)
        assert not import_files([sheets]).problems
    # getrusage() would include the memory of the parent process.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found
    print(json.dumps(int(found[1]) / 1024))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        measure_memory(int(sys.argv[2]))
    else:
        measured = main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
        peaks = []
        for rows in (SMALL, LARGE):
            began = time.perf_counter()
            peaks.append(memory(rows))
            print_part(f"process of {rows:,} policies", time.perf_counter() - began)
        print_results(measured | {MEMORY: peaks[1] - peaks[0]})
