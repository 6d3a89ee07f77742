"""The template tag that keeps a rendered fragment of a page until the content changes."""

from django import template
from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token

register = template.Library()


class KeptFragmentNode(template.Node):
    def __init__(self, nodelist: NodeList, name: str, varies_on: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.name = name
        self.varies_on = varies_on

    def render(self, context: Context) -> str:
        edition = context["view"].edition
        # Hits are marked in each search, which seldom comes again.
        if not edition or context.get("search_query"):
            return self.nodelist.render(context)
        key = make_template_fragment_key(
            self.name, [edition, *(value.resolve(context) for value in self.varies_on)]
        )
        fragments = caches["template_fragments"]
        html: str | None = fragments.get(key)
        if html is None:
            html = self.nodelist.render(context)
            fragments.set(key, html)
        return html


@register.tag
def kept(parser: Parser, token: Token) -> KeptFragmentNode:
    """`{% kept "card" entry.pk %}…{% endkept %}`: the fragment is rendered once for each edition and value.

    The edition is that of the view (`KeptFragmentsMixin`); a fragment depends on nothing else of the request. Without
    an edition it is always rendered.
    """
    name, *varies_on = token.split_contents()[1:]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptFragmentNode(nodelist, name.strip("\"'"), [parser.compile_filter(each) for each in varies_on])
