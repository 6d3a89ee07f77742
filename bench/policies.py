"""Generated policies, each with two topics, an issuer and a citation: as rows, in files or in a database.

Measurements depend on the length of the texts, not on their content. The length is realistic.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TOPICS = 20
ISSUERS = 50
SOURCES = 10
_TYPES = ("plan", "notice", "opinions", "decision", "measures")
_SENTENCE = (
    "全市统筹推进信息基础设施建设，促进数据资源整合共享，完善公共服务应用体系，到规划期末取得明显成效。"
)


@contextmanager
def empty_database() -> Iterator[Path]:
    """Set up Django with an empty, migrated database in a new folder. Works once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "ningbo_site.settings", "SECRET_KEY": "bench" * 12}
    os.environ |= {"DEBUG": "0", "HTTPS": "0", "ALLOWED_HOSTS": "localhost"}
    os.environ["DATABASE_URL"] = (
        # An empty value would select the database of the site.
        os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder}/bench.sqlite3"
    )
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def references() -> dict[str, list[dict[str, Any]]]:
    """Return the rows that the policies refer to, by table."""
    phases = [("foundations", "2011/2015"), ("growth", "2016/2020"), ("renewal", "2021/..")]
    return {
        "sources": [{"slug": f"source-{number}", "title": f"来源第{number}号"} for number in range(SOURCES)],
        "phases": [{"slug": slug, "title": slug, "period": period} for slug, period in phases],
        "topics": [{"slug": f"topic-{number}", "title": f"专题第{number}号"} for number in range(TOPICS)],
        "organizations": [
            {"slug": f"office-{number}", "title": f"机构第{number}号"} for number in range(ISSUERS)
        ],
    }


def policies(count: int) -> Iterator[dict[str, Any]]:
    """Yield this number of policies as rows with nested citations. Deterministic."""
    for number in range(count):
        year = 2011 + number % 12
        yield {
            "slug": f"policy-{number:06}",
            "title": f"宁波市关于第{number}号事项的实施意见",
            "title_en": f"Opinions of Ningbo on matter number {number}",
            "date": f"{year}-{number % 12 + 1:02}",
            "document_type": _TYPES[number % len(_TYPES)],
            "document_number": f"甬政发〔{year}〕{number + 1}号",
            "issuers": [f"office-{number % ISSUERS}"],
            "level": "municipal",
            "summary": f"第{number}号事项：{_SENTENCE}",
            "body": f"{_SENTENCE * 3}\n\n- {_SENTENCE}\n- 第{number}号。",
            "topics": sorted({f"topic-{number % TOPICS}", f"topic-{(number + 7) % TOPICS}"}),
            "citations": [{"source": f"source-{number % SOURCES}", "locator": f"¶{number % 40 + 1}"}],
        }


def fill_database(count: int) -> None:
    """Create the policies and the records they refer to, as drafts, in an empty database."""
    from timeline import models as record
    from timeline.rows.bulk import insert

    for name, rows in references().items():
        model = {
            "sources": record.Source,
            "phases": record.Phase,
            "topics": record.Topic,
            "organizations": record.Organization,
        }[name]
        for row in rows:
            model._default_manager.create(**row)
    keys = {
        model: dict(model._default_manager.values_list("slug", "pk"))
        for model in (record.Source, record.Topic, record.Organization)
    }
    phase = record.Phase.objects.get(slug="foundations")
    parts = ("topics", "issuers", "citations")
    for chunk in _chunks(policies(count), 1000):
        records: list[Any] = []
        for row in chunk:
            policy = record.Policy(
                **{name: value for name, value in row.items() if name not in parts}, phase=phase
            )
            policy.derive()
            records.append(policy)
        insert(record.Policy, records)
        topics: Any = record.Entry.topics.through
        issuers: Any = record.Policy.issuers.through
        pairs = list(zip(records, chunk, strict=True))
        topics._base_manager.bulk_create(
            topics(entry_id=policy.pk, topic_id=keys[record.Topic][slug])
            for policy, row in pairs
            for slug in row["topics"]
        )
        issuers._base_manager.bulk_create(
            issuers(policy_id=policy.pk, organization_id=keys[record.Organization][slug])
            for policy, row in pairs
            for slug in row["issuers"]
        )
        record.Citation.objects.bulk_create(
            record.Citation(
                entry_id=policy.pk, source_id=keys[record.Source][its["source"]], locator=its["locator"]
            )
            for policy, row in pairs
            for its in row["citations"]
        )


def _chunks(rows: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
