"""The site's templates are compiled without what only their authors need, and pages read as before."""

from django.conf import settings
from django.template.loader import get_template

from ningbo_site.template_loaders import compact


def test_indentation_and_blank_lines_are_left_out():
    assert compact("<ul>\n\n    <li>a</li>\n</ul>\n") == "<ul>\n<li>a</li>\n</ul>\n"


def test_a_line_of_control_tags_leaves_nothing():
    source = "<ul>\n  {% for one in all %}{# each #}\n    <li>{{ one }}</li>\n  {% endfor %}\n</ul>\n"
    assert compact(source) == "<ul>\n{% for one in all %}{# each #}<li>{{ one }}</li>\n{% endfor %}</ul>\n"


def test_a_line_that_only_sets_a_variable_leaves_nothing():
    assert compact("<p>\n  {% translate 'a' as b %}\n  {{ b }}\n</p>\n") == (
        "<p>\n{% translate 'a' as b %}{{ b }}\n</p>\n"
    )


def test_each_template_ends_its_last_line_so_that_nothing_joins_what_follows_it():
    for path in settings.BASE_DIR.glob("templates/**/*.html"):
        assert path.read_bytes().endswith(b"\n"), path


def test_words_on_two_lines_stay_apart():
    assert compact("{{ one }}\n  {% if two %}\n    {{ two }}\n  {% endif %}\n  end") == (
        "{{ one }}\n{% if two %}{{ two }}\n{% endif %}end"
    )
    assert compact("{{ one }} {% if two %}\n  {% include two %}\n{% endif %}") == (
        "{{ one }} {% if two %}\n{% include two %}{% endif %}"
    )
    assert (
        compact('{{ one }}{% translate "two" %}\n{{ three }}')
        == '{{ one }}{% translate "two" %}\n{{ three }}'
    )


def test_only_the_site_s_own_templates_are_compacted():
    assert "\n  " not in get_template("base.html").template.source
    assert "\n  " in get_template("admin/edit_inline/tabular.html").template.source
