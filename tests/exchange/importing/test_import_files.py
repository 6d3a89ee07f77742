"""Import: all or nothing, every problem at once and in its place, and no change where nothing changed."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.factories import (
    CONTENT,
    everything,
    make_area,
    make_citation,
    make_milestone,
    make_organization,
    make_phase,
    make_policy,
    make_source,
    make_topic,
    make_user,
)
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Area, Chronicle, Citation, Entry, Goal, Milestone, Policy, PolicyRelation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def where(problem):
    return problem.place.file, problem.place.row, problem.column, problem.value


def only(report):
    """The one problem of a report that has just one."""
    assert len(report.problems) == 1, [str(problem) for problem in report.problems]
    return report.problems[0]


GOOD = {
    "sources": """
        - slug: board
          title: 政策解读
        """,
    "phases": """
        - slug: foundations
          title: 打基础
          period: 2011/2015
        """,
    "policies": """
        - slug: plan-2013
          title: 规划
          document_type: plan
          date: 2013-01
          citations:
            - {source: board, locator: ¶3}
            - {source: board, locator: ¶5}
        - slug: rules-2014
          title: 办法
          document_type: measures
          date: 2014
          relations:
            - {type: implements, to: plan-2013}
          citations:
            - {source: board}
        """,
    "goals": """
        - slug: coverage
          title: 光网全覆盖
          declared_by: plan-2013
          target: 2015
          citations:
            - {source: board}
          assessments:
            - {date: "2016", source: board, delivery: achieved, evidence: self_declared}
        """,
}


def test_rows_arrive_as_drafts_with_what_is_nested_in_them(folder):
    report = import_files([folder(**GOOD)])

    assert report.problems == []
    assert report.total == Counter(new=11)
    plan = Policy.objects.get(slug="plan-2013")
    assert plan.status == "draft"
    assert str(plan.date) == "2013-01"
    assert plan.phase.slug == "foundations"
    assert sorted(citation.locator for citation in plan.citations.all()) == ["¶3", "¶5"]
    assert PolicyRelation.objects.get().natural_key() == ("rules-2014", "implements", "plan-2013")
    goal = Goal.objects.get()
    assert goal.declared_by.slug == "plan-2013"
    assert goal.assessments.get().delivery == "achieved"
    assert report.counts["citations"] == Counter(new=4)


def test_the_order_of_the_files_does_not_matter(folder):
    path = folder(**GOOD)
    files = sorted(path.iterdir(), reverse=True)
    assert import_files(files).problems == []
    assert Goal.objects.get().declared_by.slug == "plan-2013"


def test_several_errors_of_one_row_are_said_at_once(folder):
    report = import_files(
        [
            folder(
                policies="- {slug: Ü, title: '', document_type: ode, date: soon, provisional: so so, phase: none}"
            )
        ]
    )
    assert {problem.column for problem in report.problems} == {
        "slug",
        "title",
        "document_type",
        "date",
        "provisional",
        "phase",
    }


def test_problems_come_in_the_order_of_the_files(folder):
    report = import_files(
        [
            folder(
                milestones="- {slug: a, title: 甲, date: soon}\n- {slug: b, title: 乙}\n- {slug: c, title: 丙, date: soon}",
                areas="- {slug: d, title: 丁, parent: nowhere}",
            )
        ]
    )
    assert [(problem.place.file, problem.place.row) for problem in report.problems] == [
        ("areas.yaml", 1),
        ("milestones.yaml", 1),
        ("milestones.yaml", 3),
    ]


def test_a_problem_in_one_sentence_names_file_row_line_column_and_value(folder):
    problem = only(
        import_files([folder(milestones="- {slug: a, title: 甲}\n\n- {slug: b, title: 乙, date: soon}")])
    )
    assert str(problem).startswith("milestones.yaml, row 2 (line 3), column date, value “soon”: ")


def test_what_refers_to_a_failed_row_is_not_blamed(folder):
    report = import_files(
        [
            folder(
                sources="- {slug: board, title: 解读}",
                policies="""
                    - slug: bad
                      title: 规划
                      document_type: plan
                      date: 2013-13
                      citations:
                        - {source: board}
                    - slug: fine
                      title: 办法
                      document_type: measures
                      relations:
                        - {type: amends, to: bad}
                    """,
                milestones="- {slug: launch, title: 启动, policies: [fine, bad]}",
                goals="""
                    - slug: aim
                      title: 目标
                      declared_by: bad
                      assessments:
                        - {date: "2016", source: board, delivery: achieved, evidence: independent}
                    """,
            )
        ]
    )
    assert where(only(report)) == ("policies.yaml", 1, "date", "2013-13")


def test_the_citations_of_a_row_without_a_slug_are_not_blamed(folder):
    report = import_files(
        [
            folder(
                sources="- {slug: board, title: 解读}",
                milestones="- title: 启动\n  citations:\n    - {source: board}\n    - {source: board, locator: ¶2}",
            )
        ]
    )
    assert where(only(report)) == ("milestones.yaml", 1, "slug", "")


def test_a_missing_reference_is_blamed_although_another_row_failed(folder):
    report = import_files(
        [
            folder(
                milestones="- {slug: bad, title: 启动, date: soon}",
                goals="- {slug: aim, title: 目标, declared_by: nothing}",
            )
        ]
    )
    assert [where(problem)[2:] for problem in report.problems] == [
        ("declared_by", "nothing"),
        ("date", "soon"),
    ]


def test_importing_a_whole_chronicle_again_changes_nothing():
    first = import_files([CONTENT])
    assert first.problems == []
    assert set(first.total) == {"new"}
    before = everything()

    again = import_files([CONTENT])

    assert again.problems == []
    assert again.changes == []
    assert again.total == Counter(unchanged=first.total["new"])
    assert {table: counts.total() for table, counts in again.counts.items()} == {
        table: counts.total() for table, counts in first.counts.items()
    }
    assert everything() == before  # times of change among all else


def test_a_changed_cell_is_told_with_old_and_new(folder):
    import_files([folder(**GOOD)])
    path = folder(policies="- {slug: plan-2013, date: 2013-02, title: 规划}")
    report = import_files([path / "policies.yaml"])

    assert report.total == Counter(changed=1)
    (change,) = report.changes
    assert (change.key, change.column, change.old, change.new) == ("plan-2013", "date", "2013-01", "2013-02")
    assert (change.place.file, change.place.row) == ("policies.yaml", 1)
    plan = Policy.objects.get(slug="plan-2013")
    assert str(plan.date) == "2013-02"
    assert str(plan.sort_earliest) == "2013-02-01"
    assert str(Goal.objects.get().sort_earliest) == "2013-02-01"  # which the plan declares


def test_a_changed_list_is_told_with_old_and_new(folder):
    topics = [make_topic(slug="optical"), make_topic(slug="geo")]
    make_milestone(slug="launch", topics=topics[:1])
    report = import_files([folder(milestones="- {slug: launch, topics: [geo, optical]}")])
    (change,) = report.changes
    assert change.column == "topics"
    assert change.old == ["optical"]
    assert sorted(change.new) == ["geo", "optical"]
    assert {topic.slug for topic in Milestone.objects.get().topics.all()} == {"geo", "optical"}


def test_a_list_in_another_order_is_no_change(folder):
    make_milestone(slug="launch", topics=[make_topic(slug="optical"), make_topic(slug="geo")])
    report = import_files([folder(milestones="- {slug: launch, topics: [optical, geo]}")])
    assert report.total == Counter(unchanged=1)


def test_a_reference_that_a_list_names_twice_is_no_change(folder):
    make_milestone(slug="launch", topics=[make_topic(slug="optical")])
    report = import_files([folder(milestones="- {slug: launch, topics: [optical, optical]}")])
    assert report.total == Counter(unchanged=1)


def test_the_same_date_in_other_words_is_no_change(folder):
    make_milestone(slug="launch", date="2013-01")
    report = import_files([folder(milestones="- {slug: launch, date: 2013年1月}")])
    assert report.total == Counter(unchanged=1)


def test_the_same_assessment_dated_in_other_words_is_not_made_twice(folder):
    import_files([folder(**GOOD)])
    report = import_files(
        [
            folder(
                assessments="- {goal: coverage, date: 2016年, source: board, delivery: partly, evidence: self_declared}"
            )
            / "assessments.yaml"
        ]
    )
    assert report.total == Counter(changed=1)
    assert Goal.objects.get().assessments.get().delivery == "partly"


def test_a_column_that_is_missing_is_left_alone_and_one_that_is_empty_is_cleared(folder):
    make_milestone(
        slug="launch",
        title="启动",
        date="2013",
        summary="旧",
        summary_en="old",
        topics=[make_topic()],
        organizations=[make_organization()],
        phase=make_phase(),
    )
    report = import_files([folder(milestones="- {slug: launch, date: , summary: '', topics: [], phase: }")])

    assert report.problems == []
    launch = Milestone.objects.get()
    assert (launch.title, launch.summary_en, launch.organizations.count()) == ("启动", "old", 1)
    assert (launch.date, launch.summary, launch.phase, launch.topics.count()) == (None, "", None, 0)
    assert {change.column for change in report.changes} == {"date", "summary", "topics", "phase"}


def test_a_record_that_no_file_names_is_left_alone(folder):
    make_milestone(slug="launch")
    import_files([folder(**GOOD)])
    assert Milestone.objects.filter(slug="launch").exists()


def test_a_dry_run_says_what_would_change_and_writes_nothing(folder):
    make_policy(slug="plan-2013", title="草案", date="2012", document_type="plan")
    before = everything()
    report = import_files([folder(**GOOD)], dry_run=True)
    assert report.problems == []
    assert report.total == Counter(new=10, changed=1)
    assert {change.column for change in report.changes} >= {"title", "date"}
    assert everything() == before


def test_a_dry_run_of_publishing_writes_nothing(folder):
    by = make_user()
    before = everything()
    report = import_files([folder(**GOOD)], by=by, publish=True, dry_run=True)
    assert report.published == 3
    assert everything() == before


def test_publishing_publishes_what_the_files_name_and_nothing_else(folder):
    other = make_milestone(slug="other")
    make_citation(other)
    by = make_user()
    report = import_files([folder(**GOOD)], by=by, publish=True)
    assert report.problems == []
    assert report.published == 3
    assert set(Entry.objects.published().values_list("slug", "published_by")) == {
        ("plan-2013", by.pk),
        ("rules-2014", by.pk),
        ("coverage", by.pk),
    }


def test_publishing_leaves_what_is_public_or_withdrawn_as_it_is(folder):
    by = make_user()
    import_files([folder(**GOOD)], by=by, publish=True)
    Policy.objects.get(slug="rules-2014").withdraw(by=by, reason="重复")
    before = everything()
    report = import_files([folder()], by=make_user(username="second"), publish=True)
    assert (report.problems, report.published) == ([], 0)
    assert [
        (notice.place.file, "was withdrawn and stays so" in notice.message) for notice in report.notices
    ] == [("policies.yaml", True)]
    after = everything()
    assert {label for label in before if before[label] != after[label]} == {"auth.User"}


def test_publishing_is_refused_where_an_entry_cites_no_source_and_then_nothing_is_imported(folder):
    by = make_user()
    before = everything()
    report = import_files(
        [folder(**GOOD, milestones="- {slug: fine, title: 好}\n- {slug: bare, title: 启动}")],
        by=by,
        publish=True,
    )
    assert [where(problem) for problem in report.problems] == [
        ("milestones.yaml", 1, "citations", ""),
        ("milestones.yaml", 2, "citations", ""),
    ]
    assert "启动" in report.problems[1].message
    assert everything() == before


def test_what_nobody_put_their_name_to_is_published_by_an_account_that_cannot_log_in(folder):
    assert import_files([folder(**GOOD)], publish=True).problems == []
    (account,) = {entry.published_by for entry in Entry.objects.published()}
    assert (account.username, account.is_active, account.has_usable_password()) == (
        "import_content",
        False,
        False,
    )


def test_areas_may_stand_in_any_order(folder):
    report = import_files(
        [
            folder(
                areas="""
                    - {slug: town, title: 镇, parent: district}
                    - {slug: district, title: 区, parent: city}
                    - {slug: city, title: 市}
                    """
            )
        ]
    )
    assert report.problems == []
    assert Area.objects.get(slug="town").parent.parent.slug == "city"


def test_areas_that_lie_in_each_other_are_refused(folder):
    report = import_files(
        [folder(areas="- {slug: a, title: 甲, parent: b}\n- {slug: b, title: 乙, parent: a}")]
    )
    assert report.problems
    assert {problem.column for problem in report.problems} == {"parent"}
    assert not Area.objects.exists()


def test_a_slug_may_be_that_of_a_record_of_a_table_with_its_own_addresses(folder):
    make_area(slug="ningbo")
    assert import_files([folder(site="- {slug: ningbo, title: 编年, city: 宁波}")]).problems == []
    assert Chronicle.objects.get().slug == "ningbo"


def test_progress_is_told_up_to_the_last_row(folder):
    told = []
    import_files([folder(**GOOD)], progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 11


def test_every_file_that_cannot_be_read_is_named(folder, tmp_path):
    path = folder(milestones="- [", areas="- {slug: a, title: 甲, parent: b}")
    (path / "goals.yaml").write_bytes(b"- slug: \xff")
    report = import_files([path, tmp_path / "nowhere"])
    assert [problem.place.file for problem in report.problems] == sorted(
        ["areas.yaml", "goals.yaml", "milestones.yaml", str(tmp_path / "nowhere")]
    )


def test_a_citation_counted_twice_at_the_same_place_takes_another_number(folder):
    make_source(slug="board")
    make_milestone(slug="launch")
    twice = "- {entry: launch, source: board, locator: ¶2}\n- {entry: launch, source: board, locator: ¶2}"
    problem = only(import_files([folder(citations=twice)]))
    assert problem.value == "launch / board / ¶2 / 1"
    numbered = twice.replace("¶2}\n", "¶2, number: 2}\n")
    assert import_files([folder(citations=numbered)]).problems == []
    assert sorted(Citation.objects.values_list("number", flat=True)) == [1, 2]


def test_the_same_key_in_other_words_is_still_the_same_key(folder):
    make_source(slug="board")
    make_milestone(slug="launch")
    report = import_files(
        [
            folder(
                citations="- {entry: launch, source: board, number: 1}\n- {entry: launch, source: board, number: '01'}"
            )
        ]
    )
    assert (only(report).place.row, only(report).place.file) == (2, "citations.yaml")


SMALL_FILES = ["areas", "phases", "sources", "organizations", "pilot_designations"]
junk = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.sampled_from(
        [
            b"&a ",
            b"*a",
            b"[",
            b"{",
            b"}",
            b": ",
            b"- ",
            b"\n",
            b"\n- ",
            b'"',
            b"\\0",
            b"!!binary ",
            b"? ",
            b"|\n",
            b"~",
        ]
    ),
)


@given(data=st.data())
@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_damage_to_a_file_makes_the_import_crash_or_write(data, tmp_path_factory):
    name = data.draw(st.sampled_from(SMALL_FILES))
    content = (CONTENT / f"{name}.yaml").read_bytes()[:1200]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(junk)
        match data.draw(st.sampled_from(["flip", "insert", "cut", "end"])):
            case "flip":
                content = content[:at] + bytes([content[at] ^ (1 + piece[0] % 255)]) + content[at + 1 :]
            case "insert":
                content = content[:at] + piece + content[at:]
            case "cut":
                content = (content[:at] + content[at + data.draw(st.integers(1, 40)) :]) or b"-"
            case "end":
                content = content[:at] or b"-"
    path: Path = tmp_path_factory.mktemp("damaged") / f"{name}.yaml"
    path.write_bytes(content)
    before = everything()

    report = import_files([path], dry_run=True)

    assert all(problem.place.file == path.name and problem.message for problem in report.problems)
    assert everything() == before


def test_a_row_may_say_that_a_dated_entry_has_no_phase(folder):
    make_phase(period="2011/2015")
    files = folder(milestones="- {slug: launch, title: 甲, date: 2012, phase: }")
    assert import_files([files]).total == {"new": 1}
    assert Milestone.objects.get().phase is None
    assert import_files([files]).total == {"unchanged": 1}


def test_a_slug_that_failed_in_one_table_excuses_nobody_in_another(folder):
    report = import_files(
        [
            folder(
                topics="- {slug: x, title: }", milestones="- {slug: launch, title: 甲, phase: x, topics: [x]}"
            )
        ]
    )
    assert [problem.column for problem in report.problems] == ["phase", "title"]


def test_what_refers_to_a_file_that_cannot_be_read_is_not_blamed(folder):
    report = import_files([folder(phases="- [", milestones="- {slug: launch, title: 甲, phase: first}")])
    assert [problem.place.file for problem in report.problems] == ["phases.yaml"]


@pytest.mark.parametrize("length", [12, pytest.param(120, marks=pytest.mark.long)])
def test_a_long_chain_of_areas_in_the_wrong_order_imports(folder, length):
    chain = "\n".join(f"- {{slug: a{n}, title: 甲, parent: a{n + 1}}}" for n in range(length))
    assert import_files([folder(areas=f"{chain}\n- {{slug: a{length}, title: 甲}}")]).problems == []
    assert Area.objects.get(slug="a0").parent.slug == "a1"


@pytest.mark.parametrize("cell", ['"a\\0b"', '"a\\x1b[31m"'])
@pytest.mark.parametrize("column", ["slug", "phase", "title", "date"])
def test_a_control_character_is_refused_at_its_column_and_never_printed(folder, column, cell):
    cells = {"slug": "launch", "title": "甲"} | {column: cell}
    report = import_files([folder(milestones="- {" + ", ".join(f"{k}: {v}" for k, v in cells.items()) + "}")])
    assert column in [problem.column for problem in report.problems]
    assert all(char.isprintable() for problem in report.problems for char in str(problem))


@pytest.mark.parametrize(
    ("make", "name", "row"),
    [
        (make_topic, "milestones", "- {slug: a, title: 甲, topics: [名称]}"),
        (make_organization, "milestones", "- {slug: a, title: 甲, organizations: 名称}"),
        (make_area, "areas", "- {slug: a, title: 甲, parent: 名称}"),
        (make_phase, "milestones", "- {slug: a, title: 甲, phase: 名称}"),
        (make_policy, "milestones", "- {slug: a, title: 甲, policies: [名称]}"),
        (make_milestone, "goals", "- {slug: a, title: 甲, declared_by: 名称}"),
        (make_source, "milestones", "- {slug: a, title: 甲, citations: [{source: 名称}]}"),
        (make_milestone, "citations", "- {entry: 名称, source: board}"),
    ],
)
def test_a_reference_by_title_names_the_slug_that_is_there(folder, make, name, row):
    make_source(slug="board")
    make(slug="there", title="名称")
    problem = only(import_files([folder(**{name: row})]))
    assert problem.value == "名称"
    assert re.fullmatch("“名称” is the title of the [a-z ]+ there; write that slug.", problem.message)


def test_a_title_that_several_have_names_all_of_them(folder):
    for slug in ("one", "two"):
        make_topic(slug=slug, title="名称")
    problem = only(import_files([folder(milestones="- {slug: a, title: 甲, topics: [名称]}")]))
    assert (
        problem.message
        == "“名称” is the title of several: one, two; write the slug of the one that is meant."
    )


def test_a_title_with_spaces_is_one_title(folder):
    make_topic(slug="there", title="智慧城市 建设、管理")
    problem = only(import_files([folder(milestones="- {slug: a, title: 甲, topics: 智慧城市 建设、管理}")]))
    assert problem.message == "“智慧城市 建设、管理” is the title of the topic there; write that slug."


def test_a_title_in_english_names_the_slug_too(folder):
    make_topic(slug="there", title="名称", title_en="City brain")
    problem = only(import_files([folder(milestones="- {slug: a, title: 甲, topics: [City brain]}")]))
    assert problem.message == "“City brain” is the title of the topic there; write that slug."


def test_a_title_that_the_same_import_brings_names_its_slug(folder):
    path = folder(topics="- {slug: new, title: 名称}", milestones="- {slug: a, title: 甲, topics: [名称]}")
    assert only(import_files([path])).message == "“名称” is the title of the topic new; write that slug."


@pytest.mark.parametrize(
    ("name", "topics"),
    [
        ("yaml", "[null]"),
        ("yaml", "[one, ~]"),
        ("yaml", '[""]'),
        ("yaml", '["  "]'),
        ("yaml", '["\\u200b"]'),
        ("yaml", "、"),
        ("json", '["one", ""]'),
        ("json", "[null]"),
        ("csv", "、"),
        ("csv", "；"),
    ],
)
def test_an_empty_item_of_a_list_is_refused_and_empties_nothing(name, topics):
    topic = make_topic(slug="one")
    entry = make_milestone(slug="launch", topics=[topic])
    text = {
        "yaml": f"- {{slug: launch, topics: {topics}}}",
        "json": f'[{{"slug": "launch", "topics": {topics}}}]',
        "csv": f"slug,topics\nlaunch,{topics}\n",
    }[name]
    problem = only(import_files([Upload(f"milestones.{name}", text.encode())]))
    assert problem.column == "topics"
    assert "is empty" in problem.message or "names nothing" in problem.message
    assert list(entry.topics.all()) == [topic]


def test_separators_at_the_end_of_a_cell_are_no_items():
    topic = make_topic(slug="one")
    entry = make_milestone(slug="launch")
    assert import_files([Upload("milestones.csv", "slug,topics\nlaunch,one；\n".encode())]).problems == []
    assert list(entry.topics.all()) == [topic]
