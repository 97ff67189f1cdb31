"""Why a text could not be parsed, keyed by what the author typed."""

from __future__ import annotations

from collections.abc import Callable

from scrubber.lang import explain_brackets as brackets
from scrubber.lang import explain_characters as characters
from scrubber.lang import explain_sets as sets
from scrubber.lang import explain_words as words
from scrubber.lang.masked import Spot
from scrubber.lang.problems import Problem

_EXPLANATIONS: tuple[Callable[[Spot], Problem | None], ...] = (
    characters.characters,
    characters.operators,
    characters.quotes,
    brackets.square,
    characters.unknown,
    words.upper_case,
    sets.underscored,
    sets.spoken_range,
    sets.inside_braces,
    sets.equals_a_set,
    sets.braces,
    brackets.mixed,
    words.other_language,
    brackets.negated,
    brackets.where,
    brackets.unbalanced,
    sets.without_at,
    sets.has_of,
    words.units,
    words.amounts,
    words.chained,
    words.between,
    words.lower_code,
    words.reserved,
    sets.hyphen,
    words.trailing,
)
"""The first that applies explains the error: the surest first."""

_VALUE = {"LITERAL", "MONEY", "DATE", "STRING", "PATH", "NAME"}
_SOURCE = {"LINE", "LINES", "OTHER", "PRIOR", "GROUP"}


def explain_syntax(text: str, position: int, found: str, expected: frozenset[str], start: str) -> Problem:
    """One problem with a sentence on the cause and a sentence on the remedy."""
    spot = Spot(text, position, found, expected, start)
    for explanation in _EXPLANATIONS:
        problem = explanation(spot)
        if problem is not None:
            return problem
    return _general(spot)


def _general(spot: Spot) -> Problem:
    wanted = _wanted(spot)
    if not spot.found:
        at = max(len(spot.before) - len(spot.previous), 0)
        what = {"start": "condition", "start_set": "set", "start_key": "key"}.get(spot.start, "value")
        return Problem("SCR119", f"The {what} ends too early.", at, max(len(spot.before), at + 1), "unfinished",
                       f"After `{spot.previous}` comes {wanted}.")  # fmt: skip
    end = spot.position + max(len(spot.found), 1)
    after = f"After `{spot.previous}`" if spot.previous else "At the start"
    return Problem("SCR119", f"`{spot.found[:40]}` cannot stand here.", spot.position, end, "unexpected",
                   f"{after} comes {wanted}.")  # fmt: skip


def _wanted(spot: Spot) -> str:
    names = spot.expected
    if {"SETNAME", "WILDCARD"} <= names and "LBRACE" in names:
        return "a set: `{...}`, a range `A-B`, a pattern `E11.*` or `@value-set`"
    if {"NOT", "ANY"} <= names:
        return "a condition, such as `line.units > 1`"
    if names >= _SOURCE:
        return "a source: `line`, `other line`, `prior line`, `group lines` or a list such as `line.modifiers`"
    if len(names & _VALUE) >= 4:
        return "a value: a field such as `line.procedure`, a code, a number or a date"
    if {"CMP", "IN", "IS"} <= names:
        return "a comparison: `=`, `in`, `is missing`"
    if {"BEFORE", "AFTER"} & names:
        return "`before`, `after` or `of`, and a date"
    if {"DAY", "DAYS"} & names:
        return "`days`, `months` or `years`"
    if {"AND", "OR"} & names:
        return "`and`, `or`, or the end"
    if "RPAR" in names and "COMMA" in names:
        return "`,` or `)`"
    short = sorted(name.lower() for name in names if name.isalpha())[:6]
    signs = {"rpar": "`)`", "lpar": "`(`", "rbrace": "`}`", "lbrace": "`{`", "comma": "`,`", "path": "a field",
             "name": "a name", "field": "a column", "literal": "a code or number", "setname": "`@value-set`",
             "range": "a range"}  # fmt: skip
    return " or ".join(signs.get(name, f"`{name}`") for name in short) or "the end"
