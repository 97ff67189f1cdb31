"""Text to syntax tree. What cannot be parsed becomes one :class:`Problem` in the author's words."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from scrubber.core.resources import resource
from scrubber.lang import syntax as s
from scrubber.lang.build import Builder
from scrubber.lang.explain_syntax import explain_syntax
from scrubber.lang.problems import Problem
from scrubber.lang.text_checks import check_text

MAX_DEPTH = 200
"""Levels of a parse tree: beyond it a condition cannot be read by people either."""

STARTS = ("start", "start_value", "start_set", "start_key")


@lru_cache(maxsize=1)
def parser() -> Lark:
    """The parser, built on first use."""
    grammar = Path(resource("grammar", "condition.lark")).read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start=list(STARTS), propagate_positions=True)


def parse(text: str, start: str = "start") -> s.Piece | Problem:
    """The syntax tree of ``text``, or what is wrong with it. ``start`` is one of :data:`STARTS`."""
    problem = check_text(text, start)
    if problem is not None:
        return problem
    try:
        tree = parser().parse(text, start=start)
    except UnexpectedInput as error:
        position, found, expected = _where(text, error)
        return explain_syntax(text, position, found, expected, start)
    if _depth(tree) > MAX_DEPTH:
        return Problem(
            "SCR102", "The condition is nested too deeply.", 0, len(text), "too deep",
            "Name its parts as definitions of the pack, or split it into rules.",
        )  # fmt: skip
    built: s.Piece = Builder(text).build(tree.children[0])
    return built


def _where(text: str, error: UnexpectedInput) -> tuple[int, str, frozenset[str]]:
    """Offset, text found there (empty at the end) and the names of the tokens that would have been accepted."""
    if isinstance(error, UnexpectedToken):
        token: Any = error.token
        accepted = frozenset(error.accepts or error.expected or ())
        if token.type == "$END":
            return len(text.rstrip()), "", accepted
        return token.start_pos or 0, str(token), accepted
    if isinstance(error, UnexpectedCharacters):
        position = error.pos_in_stream or 0
        word = re.compile(r"[A-Za-z0-9_.@$]+|\S").match(text, position)
        return position, word[0] if word else text[position : position + 1], frozenset(error.allowed or ())
    return len(text.rstrip()), "", frozenset()


def _depth(tree: Tree[Token]) -> int:
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in node.children if isinstance(child, Tree))
    return deepest
