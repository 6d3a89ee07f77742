"""The pictures of previews: who has one, in which language, how large, and how often it is drawn."""

import os
import re

import pytest
import resvg_py
from django.test import Client

from tests import factories as make
from tests.statuses import HIDDEN, bring_to
from timeline.public.pictures import png
from timeline.values.logo import Logo

pytestmark = pytest.mark.django_db
LONGEST = {
    "title": "推进智慧城市应用建设，" * 27,
    "title_en": "Advancing the development of applications " * 11,
}
WIDE_LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><path d="M0 0h30v10z"/></svg>'
PREFIXES = ("", "/zh-hant", "/en")


@pytest.fixture
def drawn(monkeypatch):
    """The SVG of each picture that is drawn from here on, letters of probes excepted."""
    found, render = [], resvg_py.svg_to_bytes

    def remember(svg_string, **options):
        if 'width="1200"' in svg_string:
            found.append(svg_string)
        return render(svg_string=svg_string, **options)

    monkeypatch.setattr(resvg_py, "svg_to_bytes", remember)
    png._kept.cache_clear()
    return found


@pytest.fixture
def chinese_font():
    """The system has a Chinese font; without one the test is skipped, in CI it fails."""
    if not png.drawable("宁波"):
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("There is no Chinese font. Debian: apt install fonts-noto-cjk.")


def words(svg):
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


@pytest.mark.parametrize("status", HIDDEN)
def test_a_phase_that_is_not_public_is_in_no_picture(drawn, status):
    make.make_phase(period="2011/2015", tone="jade")
    policy = make.make_policy(date="2013-01", published=True)
    hidden = make.make_phase(period="2016/2020", tone="ember", published=False)
    bring_to([hidden], status, by=make.make_user())
    for address in ("/", policy.get_absolute_url()):
        assert Client().get(f"{address}preview.png").status_code == 200
    assert len(drawn) == 2
    assert not any("2020" in word for svg in drawn for word in words(svg))


def test_an_entry_has_a_picture_with_its_kind_date_and_title(drawn, chinese_font):
    make.make_chronicle(title="编年", title_en="Chronicle")
    make.make_phase(period="2011/2015", tone="jade")
    make.make_policy(slug="plan", title="宁波规划", title_en="Plan", date="2013-01", published=True)
    for prefix in PREFIXES:
        response = Client().get(f"{prefix}/policies/plan/preview.png")
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        assert response.content.startswith(b"\x89PNG")
    chinese, traditional, english = map(words, drawn)
    assert chinese[:3] == ["编年", "政策 · 2013年1月", "宁波规划"]
    assert traditional[:3] == ["編年", "政策 · 2013年1月", "寧波規劃"]
    assert english[:3] == ["Chronicle", "Policy · January 2013", "Plan"]
    assert "2013" in chinese
    assert 'fill="#1f6b57"' in drawn[0]


def test_a_goal_shows_when_it_is_due(drawn, chinese_font):
    make.make_goal(slug="goal", title="建成", date="2010", target="2020", published=True)
    assert Client().get("/goals/goal/preview.png").status_code == 200
    assert "目标 · 2010年 · 2020年到期" in words(drawn[0])
    assert {"2010", "2020"} <= set(words(drawn[0]))


def test_the_site_has_a_picture_of_its_public_entries_by_year(drawn, chinese_font):
    make.make_chronicle(title="编年", tagline="副题")
    make.make_policy(date="2013", published=True)
    make.make_policy(date="2030")
    assert Client().get("/preview.png").status_code == 200
    assert words(drawn[0]) == ["编年", "副题", "2013"]


def test_an_empty_site_has_a_picture():
    assert Client().get("/preview.png").status_code == 200


def test_without_a_chinese_font_the_picture_has_shapes_and_no_words(drawn, settings, tmp_path):
    settings.PREVIEW_FONT_FOLDER = str(tmp_path)
    make.make_policy(slug="plan", title="宁波规划", title_en="Plan", date="2013", published=True)
    for prefix in PREFIXES:
        assert Client().get(f"{prefix}/policies/plan/preview.png").status_code == 200
    assert [words(svg) for svg in drawn] == [[], [], []]
    assert all("<rect" in svg for svg in drawn)


@pytest.mark.parametrize("status", HIDDEN)
def test_what_is_not_public_has_no_picture(status, client):
    policy = make.make_policy(slug="plan", title="未公开")
    make.make_citation(policy)
    bring_to([policy], status, by=make.make_user(), reason="理由")
    client.force_login(make.make_editor())
    assert client.get("/policies/plan/preview.png").status_code == 404
    assert client.get("/policies/nothing/preview.png").status_code == 404


def test_a_picture_has_less_than_100_kb_whatever_its_title():
    make.make_chronicle(title="宁波智慧城市编年")
    for year in range(2000, 2024, 4):
        make.make_phase(period=f"{year}/{year + 4}")
    make.make_goal(slug="goal", date="2010", target="2020", published=True, **LONGEST)
    for prefix in PREFIXES:
        assert 10_000 < len(Client().get(f"{prefix}/goals/goal/preview.png").content) < 100_000


def test_the_same_picture_is_drawn_once_for_every_host_day_and_encoding(drawn, settings):
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    make.make_policy(slug="plan", published=True)
    for host in settings.ALLOWED_HOSTS:
        for encoding in ("", "gzip", "br, gzip"):
            response = Client(headers={"host": host}).get(
                "/policies/plan/preview.png", headers={"accept-encoding": encoding}
            )
            assert "Content-Encoding" not in response
    assert len(drawn) == 1


def test_a_picture_that_the_client_has_is_not_drawn(drawn):
    make.make_policy(slug="plan", published=True)
    first = Client().get("/policies/plan/preview.png")
    png._kept.cache_clear()
    again = Client().get("/policies/plan/preview.png", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert len(drawn) == 1
    assert "public" in first["Cache-Control"]


def test_no_parameter_makes_another_picture(drawn):
    make.make_policy(slug="plan", published=True)
    response = Client().get("/policies/plan/preview.png?v=2")
    assert (response.status_code, response["Location"]) == (301, "/policies/plan/preview.png")
    assert drawn == []


def test_a_picture_takes_few_queries(django_assert_max_num_queries):
    make.make_policy(slug="plan", published=True)
    goal = make.make_goal(slug="goal", target="2013", published=True)
    for year in (2014, 2015):
        make.make_assessment(goal, date=str(year))
    with django_assert_max_num_queries(6):
        Client().get("/policies/plan/preview.png")
    with django_assert_max_num_queries(7):
        Client().get("/goals/goal/preview.png")


def test_a_picture_has_the_mark_in_the_colour_of_the_chronicle_or_its_logo(drawn):
    chronicle = make.make_chronicle(title="编年", colour="#1d4f7c")
    policy = make.make_policy(date="2013-01", published=True)
    address = f"{policy.get_absolute_url()}preview.png"
    assert Client().get(address).status_code == 200
    chronicle.logo = Logo.of_file(WIDE_LOGO)
    chronicle.save()
    assert Client().get(address).status_code == 200
    with_mark, with_logo = drawn
    assert 'rx="4" fill="#1d4f7c"' in with_mark
    assert 'rx="4"' not in with_logo
    assert f'width="156" height="52" href="{chronicle.logo}"' in with_logo
