"""The template tag that keeps a rendered fragment of a page until the content changes."""

from django import template
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token

register = template.Library()


class KeptFragmentNode(template.Node):
    def __init__(self, nodelist: NodeList, name: str, varies_on: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.name = name
        self.varies_on = varies_on

    def render(self, context: Context) -> str:
        view = context["view"]
        # Hits are marked in each search, which seldom comes again.
        if context.get("search_query"):
            return self.nodelist.render(context)
        values = [value.resolve(context) for value in self.varies_on]
        html: str = view.kept(self.name, values, lambda: self.nodelist.render(context))
        return html


@register.tag
def kept(parser: Parser, token: Token) -> KeptFragmentNode:
    """`{% kept "card" entry.pk %}…{% endkept %}`: the fragment is rendered once for each edition and value.

    The view keeps it (`KeptPartsMixin`); a fragment depends on nothing else of the request.
    """
    name, *varies_on = token.split_contents()[1:]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptFragmentNode(nodelist, name.strip("\"'"), [parser.compile_filter(each) for each in varies_on])
