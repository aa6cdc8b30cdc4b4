"""Tables: columns are named once, and every row, cell and heading gets its roles, classes and label from them.

::

    {% table caption=_("Personer") %}
      {% column _("Namn") %}
      {% column _("Per månad") numeric=True %}
      {% for person in page %}
        {% row %}
          {% head %}{% person_link person %}{% endhead %}
          {% cell %}{{ person.minutes|hours }}{% endcell %}
        {% endrow %}
      {% endfor %}
    {% endtable %}

On a narrow screen a row is shown as a card, with a column label in each cell; roles are explicit since CSS layout of a
table removes them. Tags in Python and not components in templates: a list has some hundred cells
(docs/adr/0040-components.md).
"""

from dataclasses import dataclass, field
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_TABLE = "_table"
_NUMERIC = ' class="table__column--numeric"'
Options = dict[str, FilterExpression]


@dataclass
class _Column:
    """``cell``: start of its cells, after ``<td``."""

    cell: SafeString
    heading: SafeString


@dataclass
class _Table:
    """State of a table while it is rendered. ``at``: the column of the next cell."""

    columns: list[_Column] = field(default_factory=list)
    caption: str = ""
    at: int = 0

    def next_column(self, span: int = 1) -> _Column | None:
        at, self.at = self.at, self.at + span
        return self.columns[at] if at < len(self.columns) else None


class TableNode(Node):
    def __init__(self, nodelist: NodeList, options: Options) -> None:
        self.nodelist, self.options = nodelist, options

    def render(self, context: Context) -> SafeString:
        asked = _resolved(self.options, context)
        table = _Table()
        with context.push(**{_TABLE: table}):
            rows = self.nodelist.render(context)
        caption = asked.get("caption")
        if caption is not None:
            table.caption = format_html("<caption>{}</caption>", caption)
        headings = "".join(column.heading for column in table.columns)
        cards = "" if asked.get("plain") else " table--cards"
        more = format_html(" {}", asked["class"]) if asked.get("class") else ""
        label = format_html(' aria-label="{}"', asked["label"]) if asked.get("label") else ""
        # The parts are escaped where they are joined.
        return mark_safe(  # noqa: S308
            f'<table class="table{cards}{more}" role="table"{label}>{table.caption}'
            f'<thead role="rowgroup"><tr role="row">{headings}</tr></thead>'
            f'<tbody role="rowgroup">{rows}</tbody></table>'
        )


class CaptionNode(Node):
    """A caption with markup."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        context[_TABLE].caption = f"<caption>{self.nodelist.render(context)}</caption>"
        return mark_safe("")


class ColumnNode(Node):
    """``numeric``: aligned right. ``hidden``: the title is for screen readers only, and its cells have no label."""

    def __init__(self, title: FilterExpression, options: Options) -> None:
        self.title, self.options = title, options

    def render(self, context: Context) -> SafeString:
        asked = _resolved(self.options, context)
        title = conditional_escape(self.title.resolve(context))
        hidden = bool(asked.get("hidden"))
        style = _NUMERIC if asked.get("numeric") else ""
        shown = format_html('<span class="sr-only">{}</span>', title) if hidden else title
        label = "" if hidden else f' data-label="{title}"'
        context[_TABLE].columns.append(
            _Column(
                cell=mark_safe(f' role="cell"{style}{label}'),  # noqa: S308  (escaped above)
                heading=mark_safe(f'<th scope="col" role="columnheader"{style}>{shown}</th>'),  # noqa: S308
            )
        )
        return mark_safe("")


class RowNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        context[_TABLE].at = 0
        return mark_safe(f'<tr class="table__row" role="row">{self.nodelist.render(context)}</tr>')  # noqa: S308


class CellNode(Node):
    """``span``: number of columns."""

    def __init__(self, nodelist: NodeList, options: Options) -> None:
        self.nodelist, self.options = nodelist, options

    def render(self, context: Context) -> SafeString:
        span = int(_resolved(self.options, context).get("span", 1)) if self.options else 1
        column = context[_TABLE].next_column(span)
        begins = column.cell if column else ' role="cell"'
        wide = f' colspan="{span}"' if span > 1 else ""
        return mark_safe(f"<td{begins}{wide}>{self.nodelist.render(context)}</td>")  # noqa: S308


class HeadNode(Node):
    """Header cell of a row."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        context[_TABLE].next_column()
        return mark_safe(f'<th scope="row" role="rowheader">{self.nodelist.render(context)}</th>')  # noqa: S308


def _resolved(options: Options, context: Context) -> dict[str, Any]:
    return {name: expression.resolve(context) for name, expression in options.items()}


def _options(parser: Parser, bits: list[str], tag: str, known: set[str]) -> Options:
    options: Options = token_kwargs(bits, parser)
    if bits or not set(options) <= known:
        raise TemplateSyntaxError(f"{tag} takes {', '.join(sorted(known)) or 'nothing'}")
    return options


def _inside(parser: Parser, tag: str) -> NodeList:
    nodelist = parser.parse((f"end{tag}",))
    parser.delete_first_token()
    return nodelist


@register.tag
def table(parser: Parser, token: Token) -> TableNode:
    """``caption`` or ``label``: its name; ``plain``: no cards on a narrow screen; ``class``: an extra class."""
    options = _options(parser, token.split_contents()[1:], "table", {"caption", "label", "plain", "class"})
    return TableNode(_inside(parser, "table"), options)


@register.tag
def caption(parser: Parser, token: Token) -> CaptionNode:
    return CaptionNode(_inside(parser, "caption"))


@register.tag
def column(parser: Parser, token: Token) -> ColumnNode:
    _tag, title, *bits = token.split_contents()
    return ColumnNode(parser.compile_filter(title), _options(parser, bits, "column", {"numeric", "hidden"}))


@register.tag
def row(parser: Parser, token: Token) -> RowNode:
    return RowNode(_inside(parser, "row"))


@register.tag
def cell(parser: Parser, token: Token) -> CellNode:
    options = _options(parser, token.split_contents()[1:], "cell", {"span"})
    return CellNode(_inside(parser, "cell"), options)


@register.tag
def head(parser: Parser, token: Token) -> HeadNode:
    return HeadNode(_inside(parser, "head"))
