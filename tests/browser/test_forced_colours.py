"""Links where the system forces its colours: none has the colour of the text around it."""

import pytest

from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The links of the page's main part that have the colour of its text.
LIKE_TEXT = """
() => {
  const text = getComputedStyle(document.body).color;
  return [...document.querySelectorAll("main a")].filter(link => link.checkVisibility() && getComputedStyle(link).color === text)
    .map(link => link.textContent.trim());
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_links_of_the_goals_have_the_colour_of_links(window, site, scheme):
    policy = make.make_policy(title="纲要", date="2012", published=True)
    goal = make.make_goal(declared_by=policy, target="2015", published=True)
    make.make_assessment(goal)
    page = window(forced_colors="active", color_scheme=scheme)
    page.goto(f"{site}/goals/")
    assert page.locator(".goals a").count() > 1
    assert page.evaluate(LIKE_TEXT) == []
