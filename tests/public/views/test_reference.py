"""The public pages of reference records and of their lists."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.pages import order_of, page
from tests.world import make_world
from timeline.models import REFERENCES, Area, Organization, Source, Topic
from timeline.public.views.reference import ReferenceDetail

pytestmark = pytest.mark.django_db


def test_a_topic_counts_its_kinds_and_names_its_neighbours(client):
    before, topic, after = (make.make_topic(title=title, position=n) for n, title in enumerate("前中后"))
    make.make_policy(date="2013", topics=[topic, after], published=True)
    make.make_goal(date="2014", topics=[topic], published=True)
    make.make_milestone(date="2014", topics=[topic, after])
    response = client.get(topic.get_absolute_url())
    assert [(str(kind), size) for kind, size in response.context["counts"]] == [("政策", 1), ("目标", 1)]
    assert response.context["others"]() == [(after, 1)]
    text = page(client, topic)
    assert f'href="{before.get_absolute_url()}" data-tone="" rel="prev"' in text
    assert f'href="{after.get_absolute_url()}" data-tone="" rel="next"' in text
    assert 'rel="prev"' not in page(client, before)
    assert 'rel="next"' not in page(client, after)


@pytest.mark.parametrize("make_record", [make.make_topic, make.make_phase])
def test_the_skip_link_passes_the_picture(client, make_record):
    record = make_record(title="名称")
    link = {"phase": record} if make_record is make.make_phase else {"topics": [record]}
    make.make_policy(date="2012", title="规划甲", published=True, **link)
    text = page(client, record)
    assert 'class="skip-link" href="#entries"' in text
    assert order_of(text, 'class="picture', 'id="entries"', "规划甲</a>")


def test_a_topic_without_any_date_has_no_picture(client):
    topic = make.make_topic()
    make.make_milestone(topics=[topic], published=True)
    assert "<svg" not in page(client, topic)
    make.make_milestone(date="2013", topics=[topic], published=True)
    assert "<svg" in page(client, topic)


def test_a_phase_tells_first_what_was_set_out_and_then_what_happened(client):
    phase = make.make_phase(period="2011/2015")
    make.make_milestone(title="先发生的", date="2011", phase=phase, published=True)
    make.make_designation(title="试点甲", date="2012", phase=phase, published=True)
    make.make_policy(title="规划甲", date="2013", phase=phase, published=True)
    make.make_goal(title="目标甲", date="2014", phase=phase, published=True)
    groups = client.get(phase.get_absolute_url()).context["groups"]
    assert [[entry.loaded.title for entry in group.entries] for group in groups] == [
        ["规划甲", "目标甲"],
        ["先发生的", "试点甲"],
    ]


def test_a_phase_says_which_years_it_shares_and_leads_to_those_beside_it(client):
    first = make.make_phase(title="甲阶段", period="2011/2015")
    second = make.make_phase(title="乙阶段", period="2015/2021")
    third = make.make_phase(title="丙阶段", period="2021/")
    shared = client.get(second.get_absolute_url()).context["shared"]
    assert [(phase, date.display()) for phase, date in shared] == [(first, "2015年"), (third, "2021年")]
    text = page(client, second)
    assert re.search(rf'href="{first.get_absolute_url()}"[^>]* rel="prev"', text)
    assert re.search(rf'href="{third.get_absolute_url()}"[^>]* rel="next"', text)
    assert client.get(third.get_absolute_url()).context["adjacent"] == (second, None)


def test_the_page_of_a_record_leads_to_its_filter_and_feed(client):
    world = make_world()
    for model, record in world.references.items():
        if model is Source:
            continue
        facet = model._meta.model_name
        text = page(client, record)
        query = f"?{facet}={record.slug}"
        assert f'href="/{query}#list"' in text
        assert f'href="/feed/{query}"' in text
        assert client.get(f"/{query}").status_code == 200
        entries = client.get(f"/feed/{query}").content.decode().count("<entry>")
        assert entries == client.get(f"/{query}").context["size"] > 0


def test_a_topic_threads_its_entries_through_the_years(client):
    phase = make.make_phase(title="甲阶段")
    topic = make.make_topic(title="数据共享", description="**简介**文字")
    topic.phases.add(phase)
    make.make_milestone(title="后来", date="2017", topics=[topic], published=True)
    make.make_milestone(title="起初", date="2014", topics=[topic], published=True)
    make.make_milestone(title="旁的", date="2014", published=True)
    text = page(client, topic)
    assert "<strong>简介</strong>文字" in text
    assert order_of(text, "甲阶段", "2014", "起初", "2017", "后来")
    assert "旁的" not in text
    listed = page(client, reverse("timeline:topic-list"))
    assert order_of(listed, "数据共享", "2条")


def test_a_topic_without_entries_says_so(client):
    text = page(client, make.make_topic(slug="cloud"))
    assert "目前还没有" in text
    # Of its list, which would be empty, there is only the feed.
    assert "/?topic=cloud#list" not in text
    assert "/feed/?topic=cloud" in text


def test_a_phase_shows_its_entries_and_topics(client):
    phase = make.make_phase(title="甲阶段", period="2021/", summary="概述", editor_note="止期未写")
    make.make_topic(title="大脑").phases.add(phase)
    make.make_milestone(title="上线", date="2021-03", published=True)
    make.make_milestone(title="无日期", phase=phase, published=True)
    text = page(client, phase)
    assert order_of(
        text, "2021年起，止期不详", "甲阶段", "概述", "止期未写", "大脑", "上线", "日期未载", "无日期"
    )


def test_an_organization_shows_what_it_issued_and_took_part_in(client):
    organization = make.make_organization()
    policy = make.make_policy(issuers=[organization], published=True)
    milestone = make.make_milestone(organizations=[organization], published=True)
    designation = make.make_designation(authorities=[organization], published=True)
    text = page(client, organization)
    assert order_of(
        text, "发布的文件", policy.title, "公布的试点", designation.title, "参与的大事", milestone.title
    )


def test_an_area_shows_its_designations_once_and_its_parts(client):
    area = make.make_area()
    part = make.make_area(parent=area, title="镇海区")
    designation = make.make_designation(designee=area, areas=[area, part], published=True)
    text = page(client, area)
    assert text.count(f'id="entry-{designation.slug}"') == 1
    assert "镇海区" in text
    assert area.get_absolute_url() in page(client, part)


def test_an_area_shows_the_milestones_that_name_it(client):
    area = make.make_area(slug="haishu", title="海曙区")
    milestone = make.make_milestone(title="试点", areas=[area], published=True)
    draft = make.make_milestone(title="草稿", areas=[area])
    text = page(client, area)
    assert order_of(text, "大事", f'id="entry-{milestone.slug}"')
    assert f'id="entry-{draft.slug}"' not in text
    assert area.get_absolute_url() in page(client, milestone)
    assert client.get("/", {"area": "haishu"}).context["size"] == 1


def test_an_area_gives_the_number_of_entries_of_each_area_within_it(client):
    area = make.make_area()
    for slug, size in (("first", 2), ("second", 0)):
        part = make.make_area(slug=slug, parent=area, title=f"含{size}条")
        for _number in range(size):
            make.make_designation(designee=part, published=True)
        make.make_designation(designee=part)
    parts = page(client, area).partition('class="tags"')[2].partition("</ul>")[0]
    assert order_of(parts, "含2条</a>", ">2条<", "含0条</a>", ">0条<")


@pytest.mark.parametrize(
    "make_record", [make.make_phase, make.make_topic, make.make_organization, make.make_area]
)
def test_a_record_shows_the_sources_of_what_is_said_of_it(client, make_record):
    record = make_record()
    source = make.make_source(title="某报", publisher="报社", quoted_text="edited")
    record.citations.create(source=source, locator="¶2", quotation="原话", remark="按语", remark_en="Remark")
    record.citations.create(source=source, locator="¶1", weight=1)
    text = page(client, f"/en{record.get_absolute_url()}").partition('class="citations"')[2]
    assert order_of(text, "某报", "报社", "¶1", "¶2", "原话", "(quoted from an edited text)", "Remark")
    assert text.count("某报") == 1
    assert "Sources" not in page(client, f"/en{make_record().get_absolute_url()}").partition("<main")[2]


def test_topics_are_listed_in_their_order(client):
    make.make_topic(slug="a", title="后面的", position=20)
    make.make_topic(slug="b", title="前面的", position=10)
    assert order_of(page(client, reverse("timeline:topic-list")), "前面的", "后面的")


def test_a_phase_and_a_topic_say_where_in_their_sources_they_stand(client):
    source = make.make_source(title="日报")
    phase, topic = make.make_phase(), make.make_topic()
    for record in (phase, topic):
        record.citations.create(source=source, locator="¶5")
        assert ">第5段</a>" in page(client, record)


@pytest.mark.parametrize(
    "model", [model for model in REFERENCES if model.INTRODUCTION], ids=lambda model: model._meta.model_name
)
def test_a_list_introduces_the_records_and_shows_their_entries(client, model):
    world = make_world()
    plural = str(model._meta.verbose_name_plural)
    text = page(client, reverse(f"timeline:{model._meta.model_name}-list"))
    introduction, record = str(model.INTRODUCTION), world.references[model]
    assert order_of(
        text, f"<h1>{plural}</h1>", introduction, record.title, "2条" if model is Area else "2013"
    )
    assert f'<a href="/{model.PLURAL}/" aria-current="page">{plural}</a>' in text


def test_a_record_without_a_view_of_its_own_shows_its_entries_by_kind(rf):
    world = make_world()
    view = ReferenceDetail.as_view(model=Organization)
    answer = view(rf.get("/"), slug=world.organization.slug)
    assert [(section.anchor, section.title, section.size) for section in answer.context_data["groups"]] == [
        ("policy", "政策", 1),
        ("pilot_designation", "试点", 1),
        ("milestone", "大事", 1),
    ]
    assert answer.context_data["noun"] == "机构"
    assert answer.context_data["filter_query"] == f"organization={world.organization.slug}"


def test_a_record_without_a_template_of_its_own_shows_its_sources(client, rf):
    topic = make.make_topic()
    topic.citations.create(source=make.make_source(title="日报"), locator="¶5")
    answer = ReferenceDetail.as_view(model=Topic, template_name="timeline/reference_detail.html")(
        rf.get("/"), slug=topic.slug
    )
    assert order_of(answer.render().content.decode(), "来源", "日报", ">第5段</a>")


def test_the_description_of_a_page_is_the_first_sentence_of_its_record(client):
    make.make_chronicle(tagline="记录一座城市")
    described = make.make_topic(
        description="**网格**是基层单位。后来合并。", description_en="Grids “are” units. Later."
    )
    for address, words in (
        (described.get_absolute_url(), "网格是基层单位。"),
        (f"/en{described.get_absolute_url()}", "Grids “are” units."),
        (make.make_organization().get_absolute_url(), "记录一座城市"),
    ):
        assert f'<meta name="description" content="{words}">' in client.get(address).content.decode()


def test_numbers_stand_under_labels_of_their_number(client):
    topic = make.make_topic()
    make.make_policy(topics=[topic], published=True)
    for _number in range(2):
        make.make_goal(topics=[topic], published=True)
    for address in (f"/en{topic.get_absolute_url()}", "/en/about/"):
        text = client.get(address).content.decode()
        assert "<dt>Policy</dt><dd>1</dd>" in text
        assert "<dt>Goals</dt><dd>2</dd>" in text


def test_the_page_of_a_record_says_how_to_cite_it(client):
    make.make_chronicle(title="某市编年")
    today = timezone.localdate()
    for record in (
        make.make_topic(title="某条"),
        make.make_phase(title="某条"),
        make.make_area(title="某条"),
    ):
        address = record.get_absolute_url()
        text = page(client, record)
        day = timezone.localdate(record.published_at)
        assert f"某市编年. 某条[EB/OL]. （{day}）[{today}]. http://testserver{address}." in text
        assert "(n.d.)" not in text
        assert f'href="{address}cite.json"' in text
