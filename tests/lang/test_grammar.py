"""The grammar has no conflicts, and the parser finds it wherever the package is installed."""

from __future__ import annotations

from pathlib import Path

import lark
import pytest

from scrubber.core.resources import resource
from scrubber.lang.parse import STARTS, parse
from scrubber.lang.problems import Problem


def test_grammar_is_lalr_without_conflicts() -> None:
    """Lark's strict mode refuses shift/reduce conflicts and, with interegular, terminals that collide."""
    pytest.importorskip("interegular")
    grammar = Path(resource("grammar", "condition.lark")).read_text(encoding="utf-8")
    made = lark.Lark(grammar, parser="lalr", start=list(STARTS), propagate_positions=True, strict=True)
    assert made.options.strict
    with pytest.raises(lark.exceptions.GrammarError):  # the check can fail: this one has a conflict
        lark.Lark('start: a | b\na: "x"\nb: "x"', parser="lalr", strict=True)


def test_missing_resource_says_what_to_do() -> None:
    with pytest.raises(FileNotFoundError, match="install claim-scrubber again"):
        resource("grammar", "nothing.lark")


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("(" * 50 + "line.emergency" + ")" * 50, True),
        ("(" * 51 + "line.emergency" + ")" * 51, False),
        ("line.emergency" + " " * (20_000 - 14), True),
        ("line.emergency" + " " * (20_000 - 13), False),
        ("line.units > " + "1 + " * 100 + "1", True),
        ("line.units > " + "1 + " * 4_000 + "1", False),
    ],
)
def test_limits(text: str, accepted: bool) -> None:
    parsed = parse(text)
    assert isinstance(parsed, Problem) != accepted
    if isinstance(parsed, Problem):
        assert parsed.code == "SCR102"


def test_spans_are_those_of_the_text() -> None:
    text = "  line.units > 1 and\n any line as a where (a.units = 2)"
    tree = parse(text)
    assert not isinstance(tree, Problem)
    first, second = tree.items  # type: ignore[attr-defined]
    assert text[slice(*first.span)] == "line.units > 1"
    assert text[slice(*second.span)] == "any line as a where (a.units = 2)"
    assert text[slice(*second.source.clauses[0].condition.span)] == "a.units = 2"
