"""Form widgets: a partial date is displayed with its interpretation."""

import pytest
from django.urls import reverse

from tests import factories as make
from timeline.admin.widgets import PartialDateInput, interpret_date


def test_the_words_of_the_source_are_said_back_beside_the_date(english):
    assert interpret_date("2015年底") == (True, "2015 (to the year); in the words of the source: 2015年底")
    assert interpret_date("“十三五”期间") == (
        True,
        "2016–2020 (an interval, to the year); in the words of the source: “十三五”期间",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2013-01", "2013年1月（精确到月）"),
        ("2013年1月", "2013年1月（精确到月）"),
        ("2016.9.26", "2016年9月26日（精确到日）"),
        ("2013", "2013年（精确到年）"),
        ("2016年第一季度", "2016年第一季度（精确到季度）"),
        ("2016年上半年", "2016年上半年（精确到半年）"),
        ("2012~", "2012年（精确到年，约数）"),
        ("2014?", "2014年（精确到年，存疑）"),
        ("2011/2015", "2011—2015年（时间段，精确到年）"),
        ("2013-01/2014", "2013年1月—2014年（时间段）"),
        ("2021/..", "2021年至今（时间段，精确到年）"),
        ("2011—2015", "2011—2015年（时间段，精确到年）"),
        ("", ""),
    ],
)
def test_a_date_is_said_back_as_it_was_understood(text, words):
    assert interpret_date(text) == (True, words)


def test_what_is_no_date_is_said_with_what_would_be_right():
    is_date, words = interpret_date("2016-02-30")
    assert not is_date
    assert "2016-02只有29天" in words


@pytest.mark.django_db
def test_the_form_shows_under_a_date_what_it_means(editor_client):
    policy = make.make_policy(date="2013-01")
    page = editor_client.get(reverse("admin:timeline_policy_change", args=[policy.pk])).content.decode()
    assert "2013年1月（精确到月）" in page


def test_a_date_that_is_refused_is_not_also_said_back():
    assert "（" not in PartialDateInput().render("date", "2016-02-30", {"id": "id_date"})
