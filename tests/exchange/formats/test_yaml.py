"""Exported YAML is formatted as an editor would write it, and every text remains a string."""

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.examples import examples
from tests.exports import exported
from tests.texts import pieces
from timeline.exchange.formats.yaml import block, flow
from timeline.models import Policy, Source
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@settings(max_examples=examples(1000))
@given(st.lists(pieces, max_size=8).map("".join))
@example(" a ")
@example("a \n b")
@example("\n a")
@example("a\n\n")
@example("a\r\nb")
@example("\ta\n\tb")
@example("a\n   \nb")
@example("a\x85b\x7f")
def test_any_text_is_a_scalar_of_yaml_spaces_at_the_ends_included(text):
    """No column stores such spaces today, but the writer must not depend on that."""
    for indent in ("", "    "):
        lines = f"{indent}- k: {block(text, indent)}\n{indent}- {{k: {flow(text)}, l: 1}}\n"
        ((one, other),) = [list(yaml.compose(lines, Loader=yaml.CSafeLoader).value)]
        for node in (one, other):
            _key, value = node.value[0]
            assert (value.value, value.tag) == (text, "tag:yaml.org,2002:str")


def test_yaml_is_as_an_editor_would_write_it(tmp_path):
    make.make_phase(slug="early")
    make.make_source(slug="s"), make.make_topic(slug="t"), make.make_organization(slug="o")
    policy = make.make_policy(
        slug="plan",
        title="《规划》：要点",
        date="2013-01",
        document_type="plan",
        summary="一句话。",
        body="第一段。\n\n- 第二段。",
        topics=list(TABLES["topics"].model.objects.all()),
        issuers=list(TABLES["organizations"].model.objects.all()),
    )
    make.make_citation(policy, source=Source.objects.get(), locator="¶2", date="2013")
    make.make_citation(policy, source=Source.objects.get(), locator="¶3", remark="某" * 100)
    path = exported(tmp_path, "folder of yaml", Policy.objects.all())
    assert (path / "policies.yaml").read_text(encoding="utf-8") == (
        "# 政策\n\n"
        "- slug: plan\n"
        "  title: 《规划》：要点\n"
        '  date: "2013-01"\n'
        "  phase: early\n"
        "  document_type: plan\n"
        "  topics:\n"
        "    - t\n"
        "  issuers:\n"
        "    - o\n"
        "  status: draft\n"
        "  summary: 一句话。\n"
        "  body: |-\n"
        "    第一段。\n"
        "\n"
        "    - 第二段。\n"
        "  citations:\n"
        '    - {source: s, locator: ¶2, date: "2013"}\n'
        "    - source: s\n"
        "      locator: ¶3\n"
        f"      remark: {'某' * 100}\n"
    )
