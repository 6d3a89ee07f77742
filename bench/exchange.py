"""Bringing in policies, each with two topics, an issuer and a citation: this project's import beside Django's loaddata
and a default resource of django-import-export, on the same rows in one run, and the memory of a large file.

python -m bench.exchange [ROWS]
"""

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROWS = 10_000
TARGETS = {"import against the default resource": 12, "import against loaddata": 7, "import again": 40}


def prepare(folder: Path) -> None:
    """Django on a database of its own, with what the policies refer to."""
    os.environ.setdefault("TEST_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def referred() -> None:
    from tests import factories as make

    for number in range(20):
        make.make_topic(slug=f"topic-{number}")
    for number in range(10):
        make.make_organization(slug=f"body-{number}")
    make.make_source(slug="paper")
    make.make_phase(period="2011/2015")


def policies(rows: int) -> Iterator[dict[str, str]]:
    for number in range(rows):
        yield {
            "slug": f"policy-{number}",
            "title": f"宁波市人民政府关于推进第{number}项工作的意见",
            "title_en": f"Opinions on task {number}",
            "document_type": "opinions",
            "document_number": f"甬政发〔2013〕{number + 1}号",
            "date": f"2013-{number % 12 + 1:02}",
            "summary": f"为加快创建智慧城市，市政府提出第{number}项任务，明确责任单位和完成期限。",
            "level": "municipal",
            "topics": f"topic-{number % 20},topic-{(number + 7) % 20}",
            "issuers": f"body-{number % 10}",
        }


def citations(rows: int) -> Iterator[dict[str, str]]:
    for number in range(rows):
        yield {
            "entry": f"policy-{number}",
            "source": "paper",
            "locator": f"¶{number % 40 + 1}",
            "number": "1",
        }


def write_sheets(folder: Path, rows: int) -> Path:
    folder.mkdir()
    for name, table in (("policies", policies(rows)), ("citations", citations(rows))):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            first = next(table)
            writer = csv.DictWriter(file, list(first))
            writer.writeheader()
            writer.writerow(first)
            writer.writerows(table)
    return folder


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
    """What django-import-export does by itself with these two tables."""
    from import_export import fields, resources, widgets
    from tablib import Dataset

    from timeline.models import Citation, Entry, Organization, Policy, Source, Topic

    class PolicyResource(resources.ModelResource):
        topics = fields.Field("topics", "topics", widgets.ManyToManyWidget(Topic, field="slug"))
        issuers = fields.Field("issuers", "issuers", widgets.ManyToManyWidget(Organization, field="slug"))

        class Meta:
            model = Policy
            import_id_fields = ["slug"]
            fields = [*next(policies(1))]

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
    """The most memory, in MB, that a process of its own has while it imports so many policies."""
    command = [sys.executable, "-m", "bench.exchange", "--memory", str(rows)]
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return float(json.loads(done.stdout.splitlines()[-1]))


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="chronicle-bench-") as name:
        folder = Path(name)
        prepare(folder)
        referred()
        from django.core.management import call_command

        from tests.factories import make_user
        from timeline.exchange.importing import import_files
        from timeline.models import Citation, Policy, Revision

        user = make_user()
        sheets = write_sheets(folder / "sheets", rows)

        def ours() -> None:
            report = import_files([sheets], by=user)
            assert not report.problems

        seconds = {"import": timed(ours)}
        assert Policy.objects.count() == Citation.objects.count() == Revision.objects.count() == rows
        seconds["import again"] = timed(ours)
        write_fixture(folder / "fixture.json")
        default = default_resources(sheets)
        seconds["default resource again"] = timed(default)
        empty()
        seconds["default resource"] = timed(default)
        empty()
        fixture = str(folder / "fixture.json")
        seconds["loaddata"] = timed(lambda: call_command("loaddata", fixture, verbosity=0))
    for label, spent in seconds.items():
        print(f"{label:24} {spent:8.2f} s {rows / spent:10.0f} policies/s")
    ratios = {
        "import against the default resource": seconds["default resource"] / seconds["import"],
        "import against loaddata": seconds["loaddata"] / seconds["import"],
        "import again": seconds["default resource again"] / seconds["import again"],
    }
    for label, ratio in ratios.items():
        print(f"{label:36} {ratio:6.1f} times (target {TARGETS[label]})")


def measure_memory(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="chronicle-bench-") as name:
        folder = Path(name)
        prepare(folder)
        referred()
        from tests.factories import make_user
        from timeline.exchange.importing import import_files

        sheets = write_sheets(folder / "sheets", rows)
        assert not import_files([sheets], by=make_user()).problems
    print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        measure_memory(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
        small, large = memory(1_000), memory(100_000)
        print(
            f"memory: {small:.0f} MB for 1,000 rows, {large:.0f} MB for 100,000: {large - small:+.0f} MB (target +40)"
        )
