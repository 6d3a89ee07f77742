"""Search among 100,000 entries compared with LIKE in one run: the first page and the exact number of results.

Then the same with a facet of few entries and of half of them, the sources with the same words, and what is proposed for
words of which one character is wrong.

    python -m bench.search [ENTRIES]

BENCH_DATABASE_URL selects another database than SQLite. On PostgreSQL the index is created after the rows,
which is faster than row by row.
"""

import datetime
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bench.policies import empty_database

ENTRIES = 100_000
PAGE = 20
ROUNDS = 5
# The share of entries that contain each word: from a few to tens of thousands.
COMMON = {"宁波": 0.45, "智慧": 0.37, "规划": 0.22, "智慧城市": 0.12, "信息基础": 0.08, "数字经济": 0.25}
MIDDLING = {"甬城": 0.03, "港口": 0.02, "海曙": 0.01, "城市大脑": 0.01, "一网统管": 0.02, "光网城市": 0.005}
RARE = {
    "象山": 0.001,
    "梅山": 0.0005,
    "物联": 0.0002,
    "数字孪生": 0.0012,
    "信用宁海": 0.0003,
    "量子通信": 0.0001,
}
TERMS = COMMON | MIDDLING | RARE
TARGETS = {"sqlite": 10, "postgresql": 20}
# Topics, with the share of entries that have each.
TOPICS = {"few": 0.0002, "half": 0.5}
# As many sources have texts like those of entries.
SOURCES = 2_000


def texts(count: int, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield titles, summaries and bodies, 300 characters together, with frequencies like those of a language."""
    characters = [chr(0x4E00 + number) for number in range(3000)]
    weights = [1 / (number + 5) for number in range(3000)]
    for _ in range(count):
        letters = chance.choices(characters, weights, k=300)
        parts = [letters[:22], letters[22:100], letters[100:]]
        for term, share in TERMS.items():
            if chance.random() < share:
                part = chance.choices(parts, [0.15, 0.3, 0.55])[0]
                at = chance.randrange(len(part) - len(term))
                part[at : at + len(term)] = term
        title, summary, body = map("".join, parts)
        yield title, summary, body


def fill(count: int) -> float:
    """Write entries, nine of ten published, a few of these scheduled. Returns the seconds for writing them."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from timeline.models import Entry, Milestone, SearchDocument, Source, Topic
    from timeline.rows.bulk import insert, link

    chance, of_topics = random.Random(7), random.Random(8)
    topics = {slug: Topic.objects.create(slug=slug, title="专题").pk for slug in TOPICS}
    insert(
        Source,
        [
            Source(slug=f"source-{number}", title=title, note=summary + body)
            for number, (title, summary, body) in enumerate(texts(SOURCES, random.Random(9)))
        ],
    )
    SearchDocument.objects.write(Source.objects.all())
    now, by, seconds = timezone.now(), User.objects.create(username="bench"), 0.0
    chunk: list[Any] = []
    for number, (title, summary, body) in enumerate(texts(count, chance)):
        day = datetime.date(2005, 1, 1) + datetime.timedelta(days=chance.randrange(7500))
        entry = Milestone(slug=f"entry-{number}", title=title, summary=summary, body=body, kind="milestone")
        entry.date = entry.timeline_date = day.isoformat()
        entry.timeline_date_source, entry.sort_earliest, entry.sort_latest = "own", day, day
        if chance.random() < 0.9:
            entry.status, entry.published_by = "published", by
            entry.published_at = now + datetime.timedelta(days=30 if chance.random() < 0.002 else -30)
        chunk.append(entry)
        if len(chunk) == 1000 or number + 1 == count:
            began = time.perf_counter()
            insert(Milestone, chunk)
            SearchDocument.objects.write(chunk)
            pairs = [
                (entry.pk, topics[slug])
                for entry in chunk
                for slug, share in TOPICS.items()
                if of_topics.random() < share
            ]
            link(Entry.topics.through, ("entry", "topic"), pairs)
            seconds += time.perf_counter() - began
            chunk = []
    return seconds


def timed(do: Callable[[], Any], clock: Callable[[], float]) -> float:
    """Return the median in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        began = clock()
        do()
        times.append((clock() - began) * 1000)
    return sorted(times)[len(times) // 2]


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def queries() -> dict[str, list[str]]:
    """Return queries by kind, some of them random parts of the texts."""
    some = "".join(body for _, _, body in texts(12, random.Random(7)))
    by_chance = [some[at : at + length] for at in range(0, 2400, 200) for length in (2, 4)]
    pairs = ["宁波 智慧", "宁波 规划 智慧", "宁波 物联", "智慧城市 城市大脑"]
    return {
        "common": list(COMMON),
        "middling": list(MIDDLING),
        "rare": list(RARE),
        "by chance": by_chance,
        "several words": pairs,
    }


def main(count: int) -> bool:
    with empty_database():
        from django.db import connection
        from django.db.models import Q
        from django.http import QueryDict
        from django.utils import timezone

        from timeline.filters.entries import EntryFilter
        from timeline.models import Entry, SearchDocument
        from timeline.search import index
        from timeline.search.proposals import parts_with_hits, similar_names
        from timeline.search.query import Hits, SearchResults

        postgresql = connection.vendor == "postgresql"
        if postgresql:
            index.remove(connection)
        seconds = fill(count)
        print(f"{connection.vendor}, {count:,} entries written in {seconds:.0f} s")
        if postgresql:
            began = time.perf_counter()
            index.create(connection)
            print(f"their index made afterwards, all at once, in {time.perf_counter() - began:.0f} s")
            # Autovacuum does this after a while.
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        else:
            began = time.perf_counter()
            # A large import with publication does this.
            index.optimize(connection)
            print(f"the pieces of their index joined in {time.perf_counter() - began:.0f} s")

        def page(query: str) -> list[Any]:
            return SearchResults(query, Entry.objects.published())[:PAGE]

        def number(query: str) -> int:
            return SearchResults(query, Entry.objects.published()).count()

        def filtered(query: str, topic: str) -> int:
            chosen = EntryFilter(QueryDict(f"q={query}&topic={topic}"), Entry.objects.published())
            assert len(chosen.by_relevance[:PAGE]) <= PAGE
            return chosen.by_relevance.count()

        def by_like(query: str) -> int:
            documents = SearchDocument.objects.for_model(Entry).filter(public_from__lte=timezone.now())
            for word in query.split():
                holds = Q(title__contains=word) | Q(summary__contains=word) | Q(rest__contains=word)
                documents = documents.filter(holds)
            return documents.count()

        # SQLite runs in this process: its processor time is the duration of a search on an idle machine.
        clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
        every: list[float] = []
        uncommon: list[float] = []
        several: list[float] = []
        likes: list[float] = []
        for kind, words in queries().items():
            for query in words:
                hits = number(query)
                assert hits == by_like(query), query
                of_page = timed(partial(page, query), clock)
                of_count = timed(partial(number, query), clock)
                like = timed(partial(by_like, query), clock)
                (several if " " in query else every).append(of_page + of_count)
                if kind in ("middling", "rare", "by chance"):
                    uncommon.append(of_page + of_count)
                likes.append(like)
                print(
                    f"{kind:14} {query:12} {hits:7,} hits: page {of_page:7.2f} ms, count {of_count:7.2f} ms;"
                    f" count by LIKE {like:7.1f} ms, {like / (of_page + of_count):5.1f} times as long"
                )
        for topic in TOPICS:
            for query in (*COMMON, *RARE):
                found = filtered(query, topic)
                of_filter = timed(partial(filtered, query, topic), clock)
                print(
                    f"topic {topic:4} {query:12} {found:7,} results: filter, page and count {of_filter:7.2f} ms"
                )
        for query in (*COMMON, *RARE):
            sources = Hits(query)
            of_page = timed(partial(sources.__getitem__, slice(9)), clock)
            of_count = timed(sources.count, clock)
            print(
                f"sources {query:12} {sources.count():7,} hits: first {of_page:7.2f} ms, count {of_count:7.2f} ms"
            )
        for query in (*COMMON, *RARE, "宁波市智慧城市信息基础规划办法"):
            wrong = query[:-1] + "镕"
            of_parts = timed(partial(parts_with_hits, wrong), clock)
            of_names = timed(partial(similar_names, wrong), clock)
            print(f"nothing {wrong:12} proposals: parts {of_parts:7.2f} ms, names {of_names:7.2f} ms")
        print(f"page and count of several words: at most {max(several):.1f} ms")
        # PostgreSQL reads each row that it counts, and very common words have too many.
        compared = uncommon if postgresql else every
        target = TARGETS[connection.vendor]
        for name, times in (("all", every), ("without the very common", uncommon)):
            against = f" (target {target})" if times is compared else ""
            print(
                f"page and count of 2 and 4 characters, {name}: median {sorted(times)[len(times) // 2]:.1f} ms,"
                f" p95 {p95(times):.1f} ms{against}"
            )
        print(f"LIKE, the count alone, takes {sum(likes) / (sum(every) + sum(several)):.0f} times as long")
    return p95(compared) <= target


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES))
