"""A rule read back in plain English, from what it was compiled to and not from what its author wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrubber.core.money import format_money
from scrubber.engine.compile.program import CompiledRevision, CompiledRule
from scrubber.impact.meaning import applies_said, window_said
from scrubber.lang import ir
from scrubber.lang.unparse import unparse_key, unparse_set

_OPERATORS = {"=": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than",
              ">=": "is at least"}  # fmt: skip
_DATES = {"<": "is before", "<=": "is not after", ">": "is after", ">=": "is not before"}
_ARITHMETIC = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_SOURCES = {
    "lines": "line of the claim", "other_lines": "other line of the claim", "prior_lines": "line of an earlier claim",
    "prior_claims": "earlier claim", "group_lines": "line of the group",
    "lines_on_any_claim": "line of this or an earlier claim",
    "other_lines_on_any_claim": "other line of this or an earlier claim",
}  # fmt: skip
_SUBJECTS = {
    "line": "each line", "pair": "each pair of lines (the line, and the other)", "group": "each group of lines",
    "diagnosis": "each diagnosis", "diagnosis_pair": "each pair of diagnoses", "claim": "the claim",
}  # fmt: skip
_SEVERITIES = {
    "reject": "the front end would reject the claim", "deny": "the payer would deny it",
    "review": "a person should look at it", "info": "it is good to know",
}  # fmt: skip
_MODES = {"any": "there is a", "no": "there is no", "at_least": "there are at least", "at_most": "there are at most",
          "exactly": "there are exactly", "all": "every"}  # fmt: skip
_AGGREGATES = {"sum": "the sum of", "least": "the least of", "greatest": "the greatest of",
               "count_distinct": "the number of different"}  # fmt: skip


def described(rule: CompiledRule) -> str:
    """The whole rule: what it is asked of, whom it is about, and each version of it."""
    parts = [f"{rule.id}: {rule.title}."]
    asked = f"It is asked of {_SUBJECTS[rule.scope]}"
    if rule.same:
        asked += f" with the same {_listed([_words(unparse_key(key)) for key in rule.same])}"
    if rule.pair_table:
        asked += f" that the table {rule.pair_table} pairs"
    if rule.group_by:
        asked += f", by {_listed([_words(unparse_key(key)) for key in rule.group_by])}"
    whom = applies_said(rule.applies)
    parts.append(f"{asked}{f', where {_words(whom)}' if whom else ''}. Its status is {rule.status}.")
    if rule.rows:
        parts.append(f"It is asked once for each of {len(rule.rows)} rows of a list.")
    if "history" in rule.needs:
        parts.append("It needs the patient's earlier claims.")
    for revision in rule.revisions:
        parts.append("\n".join(_revision(revision, len(rule.revisions) > 1)))
    return "\n\n".join(parts) + "\n"


def _revision(revision: CompiledRevision, several: bool) -> Iterator[str]:
    start = f"Version {revision.number}, in force {window_said(revision.window)}" if several else (
        f"In force {window_said(revision.window)}")  # fmt: skip
    if revision.when is None:
        yield f"{start}, it fires always:"
    else:
        yield f"{start}, it fires where"
        yield from _bulleted(revision.when, "  ")
    for item in revision.unless:
        yield "  unless"
        yield from _bulleted(item.condition, "    ")
    yield f"Then {_SEVERITIES[revision.severity]}."


def _bulleted(condition: ir.Condition, indent: str) -> Iterator[str]:
    items = condition.items if isinstance(condition, ir.And) else (condition,)
    for number, item in enumerate(items):
        yield f"{indent}- {said(item)}{' and' if number < len(items) - 1 else ''}"


def said(node: ir.Condition) -> str:
    """A condition as a sentence without its full stop."""
    match node:
        case ir.And():
            return " and ".join(_part(item) for item in node.items)
        case ir.Or():
            return " or ".join(_part(item) for item in node.items)
        case ir.Not():
            return f"it is not so that {_part(node.item)}"
        case ir.Flag():
            return f"{value(node.value)} holds"
        case ir.Compare():
            dates = _is_date(node.left) or _is_date(node.right)
            word = _DATES.get(node.op, _OPERATORS[node.op]) if dates else _OPERATORS[node.op]
            return f"{value(node.left)} {word} {value(node.right)}"
        case ir.Between():
            word = "is not between" if node.negated else "is between"
            return f"{value(node.value)} {word} {value(node.low)} and {value(node.high)}, both included"
        case ir.In():
            return f"{value(node.value)} is {'not ' if node.negated else ''}{_among(node.codes)}"
        case ir.Has():
            if isinstance(node.codes, ir.Codes) and _single(node.codes):
                word = "do not include" if node.mode == "none" else "include"
                return f"{value(node.items)} {word} {_set(node.codes)}"
            word = {"any": "have one of", "all": "have all of", "none": "have none of"}[node.mode]
            return f"{value(node.items)} {word} {_set(node.codes)}"
        case ir.Missing():
            if isinstance(node.value, ir.Lookup) and not node.value.column:
                return f"{value(node.value)} {'exists' if node.negated else 'does not exist'}"
            return f"{value(node.value)} is {'given' if node.negated else 'not given'}"
    return _quantified(node)


def _part(node: ir.Condition) -> str:
    return f"({said(node)})" if isinstance(node, ir.And | ir.Or) else said(node)


def _quantified(node: ir.Quantified) -> str:
    count = f" {value(node.count)}" if node.count is not None else ""
    text = f"{_MODES[node.mode]}{count} {source(node.source)}".replace(" a other ", " another ")
    text = text.replace(" a element ", " an element ").replace(" a earlier ", " an earlier ")
    return text if node.satisfy is None else f"for {text}, {_part(node.satisfy)}"


def source(node: ir.Source) -> str:
    """What a quantifier or a sum ranges over: ``other line of the claim (visit) with the same date``."""
    text = _SOURCES[node.kind] if node.items is None else f"element of {value(node.items)}"
    name = f" ({_words(node.variable)})" if node.variable != "it" else ""
    text += name
    if node.same:
        text += f" with the same {_listed([_words(unparse_key(key)) for key in node.same])}"
    if node.within is not None:
        within = node.within
        text += f" within {value(within.duration)} {within.direction} {value(within.anchor)}"
    return text if node.where is None else f"{text} where {_part(node.where)}"


def value(node: ir.Value) -> str:
    """A value in words: ``the line's procedure``, ``policy filing limit``."""
    match node:
        case ir.FieldOf():
            whose = "its" if node.variable == "it" else f"the {_words(node.variable)}'s"
            return f"{whose} {_words(node.name)}"
        case ir.Element():
            return "it" if node.variable == "it" else f"the {_words(node.variable)}"
        case ir.ParameterOf():
            return f"the policy's {_words(node.name)}"
        case ir.Lookup():
            keys = " and ".join(value(key) for key in node.keys)
            at = f" on {value(node.at)}" if node.at is not None else ""
            column = f"the {_words(node.column)} of " if node.column else ""
            return f"{column}the row of table {node.table} for {keys}{at}"
        case ir.Call():
            return f"{_words(node.function)} of {' and '.join(value(argument) for argument in node.arguments)}"
        case ir.Arithmetic():
            return f"{value(node.left)} {_ARITHMETIC[node.op]} {value(node.right)}"
        case ir.Aggregate():
            over = source(node.source)
            if node.value is None:
                return f"the number of elements like: {over}"
            return f"{_AGGREGATES[node.mode]} {value(node.value)} over every {over}"
        case ir.MoneyConst():
            return f"${format_money(node.cents)}"
        case ir.DurationConst():
            return f"{node.count} {node.unit}{'' if node.count == 1 else 's'}"
        case ir.DateConst():
            return node.value.isoformat()
        case ir.NumberConst():
            return node.text
    return node.value


def _among(codes: ir.Codes | ir.ListOf) -> str:
    if isinstance(codes, ir.ListOf):
        return f"in {value(codes.value)}"
    return _set(codes) if _single(codes) else f"among {_set(codes)}"


def _single(codes: ir.Codes) -> bool:
    return len(codes.exact) == 1 and not (codes.ranges or codes.patterns or codes.sets or codes.parameters)


def _set(codes: ir.Codes | ir.ListOf) -> str:
    if isinstance(codes, ir.ListOf):
        return value(codes.value)
    if codes.parameters:
        return " or ".join(f"the policy's {_words(name)}" for name in codes.parameters)
    text = unparse_set(codes).removeprefix("{").removesuffix("}")
    members = [member.strip() for member in text.split(",")]
    return _listed([f"the list {_words(each[1:])}" if each.startswith("@") else each for each in members], "or")


def _listed(words: list[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _words(name: str) -> str:
    return name.replace("policy.", "policy's ").replace("_", " ").replace("-", " ")


def _is_date(node: Any) -> bool:
    return isinstance(node, ir.DateConst) or getattr(getattr(node, "type", None), "kind", "") == "date"
