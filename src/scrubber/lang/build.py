"""Lark's parse tree to our own syntax tree."""

from __future__ import annotations

from typing import Any

from lark import Token, Tree

from scrubber.lang import syntax as s

_SOURCES = {
    "lines": "lines", "other_lines": "other_lines", "prior_lines": "prior_lines", "prior_claims": "prior_claims",
    "group_lines": "group_lines", "field_list": "list",
}  # fmt: skip
_ARITHMETIC = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_AGGREGATES = ("count", "count_distinct", "sum", "least", "greatest")
_QUANTIFIERS = ("any", "no", "all", "at_least", "at_most", "exactly")


def _span(node: Any) -> s.Span:
    if isinstance(node, Token):
        return node.start_pos or 0, node.end_pos or 0
    return getattr(node.meta, "start_pos", 0), getattr(node.meta, "end_pos", 0)


class Builder:
    """Builds the tree of one text. The text's depth is bounded before this runs."""

    def __init__(self, text: str) -> None:
        self.text = text

    def build(self, tree: Any) -> Any:
        """The piece of syntax that a parse tree stands for."""
        name, kids, span = str(tree.data), tree.children, _span(tree)
        if name in _ARITHMETIC:
            return s.Arithmetic(span, _ARITHMETIC[name], self.build(kids[0]), self.build(kids[-1]))
        if name in _AGGREGATES:
            value = self.build(kids[0]) if len(kids) == 2 else None
            return s.Aggregate(span, name, value, self.build(kids[-1]))
        if name in _QUANTIFIERS:
            return self._quantified(name, kids, span)
        method = getattr(self, f"_{name}", None)
        if method is None:
            raise AssertionError(f"no builder for {name}")
        return method(kids, span)

    def _quantified(self, mode: str, kids: list[Any], span: s.Span) -> s.Quantified:
        if mode in ("any", "no"):
            return s.Quantified(span, mode, None, self.build(kids[0]), None)
        if mode == "all":
            return s.Quantified(span, mode, None, self.build(kids[0]), self.build(kids[1]))
        return s.Quantified(span, mode, self.build(kids[0]), self.build(kids[1]), None)

    def _all_of(self, kids: list[Any], span: s.Span) -> s.AllOf:
        return s.AllOf(span, tuple(self.build(k) for k in kids))

    def _any_of(self, kids: list[Any], span: s.Span) -> s.AnyOf:
        return s.AnyOf(span, tuple(self.build(k) for k in kids))

    def _negation(self, kids: list[Any], span: s.Span) -> s.Negation:
        return s.Negation(span, self.build(kids[0]))

    def _flag(self, kids: list[Any], span: s.Span) -> s.Flag:
        kid = kids[0]
        return s.Flag(span, self._name([kid], span) if isinstance(kid, Token) else self.build(kid))

    def _comparison(self, kids: list[Any], span: s.Span) -> s.Comparison:
        return s.Comparison(span, str(kids[1]), _span(kids[1]), self.build(kids[0]), self.build(kids[2]))

    def _between(self, kids: list[Any], span: s.Span) -> s.Between:
        return s.Between(span, self.build(kids[0]), self.build(kids[1]), self.build(kids[2]), False)

    def _not_between(self, kids: list[Any], span: s.Span) -> s.Between:
        return s.Between(span, self.build(kids[0]), self.build(kids[1]), self.build(kids[2]), True)

    def _is_in(self, kids: list[Any], span: s.Span) -> s.Membership:
        return s.Membership(span, self.build(kids[0]), self.build(kids[1]), False)

    def _is_not_in(self, kids: list[Any], span: s.Span) -> s.Membership:
        return s.Membership(span, self.build(kids[0]), self.build(kids[1]), True)

    def _has_one(self, kids: list[Any], span: s.Span) -> s.Holding:
        return s.Holding(span, self.build(kids[0]), "one", self.build(kids[1]))

    def _has_match(self, kids: list[Any], span: s.Span) -> s.Holding:
        token = kids[1].children[0]
        piece = s.Range if token.type == "RANGE" else s.Pattern
        return s.Holding(span, self.build(kids[0]), "one", piece(_span(token), str(token)))

    def _has_any(self, kids: list[Any], span: s.Span) -> s.Holding:
        return s.Holding(span, self.build(kids[0]), "any", self.build(kids[1]))

    def _has_all(self, kids: list[Any], span: s.Span) -> s.Holding:
        return s.Holding(span, self.build(kids[0]), "all", self.build(kids[1]))

    def _has_none(self, kids: list[Any], span: s.Span) -> s.Holding:
        return s.Holding(span, self.build(kids[0]), "none", self.build(kids[1]))

    def _is_missing(self, kids: list[Any], span: s.Span) -> s.Presence:
        return s.Presence(span, self.build(kids[0]), False)

    def _is_present(self, kids: list[Any], span: s.Span) -> s.Presence:
        return s.Presence(span, self.build(kids[0]), True)

    def _source(self, kids: list[Any], span: s.Span) -> s.Source:
        collection, alias, clauses = kids[0], None, []
        for kid in kids[1:]:
            piece = self.build(kid)
            if isinstance(piece, s.Alias):
                alias = piece
            else:
                clauses.append(piece)
        kind, items = _SOURCES[str(collection.data)], None
        if kind == "list":
            items = self._reference(collection.children, _span(collection))
        elif collection.children:
            kind += "_on_any_claim"
        return s.Source(span, kind, _span(collection), items, alias, tuple(clauses))

    def _alias(self, kids: list[Any], span: s.Span) -> s.Alias:
        return s.Alias(_span(kids[0]), str(kids[0]))

    _like = _alias

    def _same(self, kids: list[Any], span: s.Span) -> s.Same:
        pieces = [self.build(k) for k in kids]
        like = pieces.pop() if isinstance(pieces[-1], s.Alias) else None
        return s.Same(span, tuple(pieces), like)

    def _within(self, kids: list[Any], span: s.Span) -> s.Within:
        direction = str(kids[1].children[0])
        return s.Within(span, self.build(kids[0]), direction, self.build(kids[2]))

    def _where(self, kids: list[Any], span: s.Span) -> s.Where:
        return s.Where(span, self.build(kids[0]))

    def _reference(self, kids: list[Any], span: s.Span) -> s.Reference:
        return s.Reference(_span(kids[0]), tuple(str(kids[0]).split(".")))

    _name = _held = _key = _set_field = _reference

    def _literal(self, kids: list[Any], span: s.Span) -> s.Literal:
        return s.Literal(span, str(kids[0]))

    def _money(self, kids: list[Any], span: s.Span) -> s.Literal:
        return s.Literal(span, str(kids[0]), "money")

    def _day(self, kids: list[Any], span: s.Span) -> s.Literal:
        return s.Literal(span, str(kids[0]), "date")

    def _text(self, kids: list[Any], span: s.Span) -> s.Literal:
        return s.Literal(span, str(kids[0])[1:-1], "text")

    def _duration(self, kids: list[Any], span: s.Span) -> s.Duration:
        return s.Duration(span, str(kids[0]), str(kids[1].children[0]).removesuffix("s"))

    def _call(self, kids: list[Any], span: s.Span) -> s.Call:
        name, rest = kids[0], list(kids[1:])
        column, column_span = "", (span[1], span[1])
        if rest and isinstance(rest[-1], Token):
            token = rest.pop()
            column, column_span = str(token)[1:], (_span(token)[0] + 1, _span(token)[1])
        at = None
        if rest and isinstance(rest[-1], Tree) and str(rest[-1].data) == "as_of":
            at = self.build(rest.pop().children[0])
        return s.Call(span, str(name), _span(name), tuple(self.build(k) for k in rest), at, column, column_span)

    def _set_call(self, kids: list[Any], span: s.Span) -> Any:
        return self.build(kids[0])

    def _set_name(self, kids: list[Any], span: s.Span) -> s.SetName:
        return s.SetName(span, str(kids[0])[1:])

    def _range(self, kids: list[Any], span: s.Span) -> s.Range:
        return s.Range(span, str(kids[0]))

    def _pattern(self, kids: list[Any], span: s.Span) -> s.Pattern:
        return s.Pattern(span, str(kids[0]))

    def _set_literal(self, kids: list[Any], span: s.Span) -> s.SetLiteral:
        return s.SetLiteral(span, tuple(self.build(k) for k in kids))
