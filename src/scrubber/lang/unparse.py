"""Typed IR back to text, in the one canonical spelling: what ``explain`` shows and ``fmt`` writes."""

from __future__ import annotations

from scrubber.core.money import format_money
from scrubber.lang import ir

_MODES = {"any": "any", "no": "no", "all": "all", "at_least": "at least", "at_most": "at most", "exactly": "exactly"}
_PLACES = {
    "lines": ("line", "lines"), "other_lines": ("other line", "other lines"), "prior_lines": ("prior line",
    "prior lines"),
    "prior_claims": ("prior claim", "prior claims"), "group_lines": ("group lines", "group lines"),
    "lines_on_any_claim": ("line on any claim", "lines on any claim"),
    "other_lines_on_any_claim": ("other line on any claim", "other lines on any claim"),
}  # fmt: skip
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}


def unparse(node: ir.Condition, line: str = "line") -> str:
    """The condition as text. Compiling it again gives the same IR, spans apart.

    ``line`` is the subject's line, which ``with same`` compares with where nothing else is said.
    """
    return _Unparser(line).condition(node)


def unparse_value(node: ir.Value, line: str = "line") -> str:
    """A value as text."""
    return _Unparser(line).value(node)


def unparse_set(node: ir.Codes | ir.ListOf, line: str = "line") -> str:
    """A set as text."""
    return _Unparser(line).codes(node)


def unparse_key(key: ir.Key) -> str:
    """A join key as text."""
    return key.field or f"policy.{key.parameter}"


class _Unparser:
    def __init__(self, line: str) -> None:
        self.lines = [line] if line else []

    # ---- conditions

    def condition(self, node: ir.Condition) -> str:
        if isinstance(node, ir.And):
            return " and ".join(self._part(item) for item in node.items)
        if isinstance(node, ir.Or):
            return " or ".join(self._part(item) for item in node.items)
        if isinstance(node, ir.Not):
            inner = self.condition(node.item)
            return f"not {inner}" if isinstance(node.item, ir.Flag) else f"not ({inner})"
        if isinstance(node, ir.Flag):
            return self.value(node.value)
        if isinstance(node, ir.Compare):
            return f"{self.value(node.left)} {node.op} {self.value(node.right)}"
        if isinstance(node, ir.Between):
            word = "not between" if node.negated else "between"
            return f"{self.value(node.value)} {word} {self.value(node.low)} and {self.value(node.high)}"
        if isinstance(node, ir.In):
            return f"{self.value(node.value)} {'not in' if node.negated else 'in'} {self.codes(node.codes)}"
        if isinstance(node, ir.Has):
            return self._has(node)
        if isinstance(node, ir.Missing):
            return f"{self.value(node.value)} is {'present' if node.negated else 'missing'}"
        return self._quantified(node)

    def _part(self, node: ir.Condition) -> str:
        text = self.condition(node)
        return f"({text})" if isinstance(node, ir.And | ir.Or) else text

    def _has(self, node: ir.Has) -> str:
        items, codes = self.value(node.items), node.codes
        if node.mode == "any" and isinstance(codes, ir.Codes) and not codes.sets and not codes.parameters:
            members = _members(codes)
            if len(members) == 1:
                return f"{items} has {members[0]}"
        return f"{items} has {node.mode} of {self.codes(codes)}"

    def _quantified(self, node: ir.Quantified) -> str:
        many = node.mode not in ("any", "no")
        count = f" {self.value(node.count)}" if node.count is not None else ""
        source = self.source(node.source, many)
        if node.satisfy is None:
            return f"{_MODES[node.mode]}{count} {source}"
        self._enter(node.source)
        inner = self.condition(node.satisfy)
        self._leave(node.source)
        return f"{_MODES[node.mode]} {source} satisfy ({inner})"

    # ---- sources

    def source(self, node: ir.Source, many: bool) -> str:
        """A source with its clauses in the canonical order: alias, with same, within, where."""
        items = node.items
        parts = [self.value(items) if items is not None else _PLACES[node.kind][many]]
        if node.variable != "it":
            parts.append(f"as {node.variable}")
        if node.same:
            keys = [unparse_key(key) for key in node.same]
            parts.append(f"with same {keys[0]}" if len(keys) == 1 else f"with same ({', '.join(keys)})")
            default = "claim" if node.record == "claim" else (self.lines[-1] if self.lines else "")
            if node.like != default:
                parts.append(f"as {node.like}")
        if node.within is not None:
            within = node.within
            parts.append(f"within {self.value(within.duration)} {within.direction} {self.value(within.anchor)}")
        if node.where is not None:
            self._enter(node)
            parts.append(f"where ({self.condition(node.where)})")
            self._leave(node)
        return " ".join(parts)

    def _enter(self, source: ir.Source) -> None:
        if source.record == "line":
            self.lines.append(source.variable)

    def _leave(self, source: ir.Source) -> None:
        if source.record == "line":
            self.lines.pop()

    # ---- sets

    def codes(self, node: ir.Codes | ir.ListOf) -> str:
        if isinstance(node, ir.ListOf):
            return self.value(node.value)
        if node.parameters:
            return " or ".join(f"policy.{name}" for name in node.parameters)
        members = _members(node)
        bare = not (node.exact or node.numbers or node.dates) and len(members) == 1
        return members[0] if bare else f"{{{', '.join(members)}}}"

    # ---- values

    def value(self, node: ir.Value, above: int = 0, right: bool = False) -> str:
        if isinstance(node, ir.CodeConst):
            return node.value if node.type.kind == "calendar" else _dotted(node.value, node.type.of)
        if isinstance(node, ir.TextConst):
            return f'"{node.value}"'
        if isinstance(node, ir.NumberConst):
            return node.text
        if isinstance(node, ir.MoneyConst):
            return f"${format_money(node.cents)}"
        if isinstance(node, ir.DateConst):
            return node.value.isoformat()
        if isinstance(node, ir.DurationConst):
            return f"{node.count} {node.unit}{'' if node.count == 1 else 's'}"
        if isinstance(node, ir.FieldOf):
            return f"{node.variable}.{node.name}"
        if isinstance(node, ir.Element):
            return node.variable
        if isinstance(node, ir.ParameterOf):
            return f"policy.{node.name}"
        if isinstance(node, ir.Arithmetic):
            rank = _RANK[node.op]
            return f"{self.value(node.left, rank)} {node.op} {self.value(node.right, rank, True)}"
        if isinstance(node, ir.Lookup):
            keys = ", ".join(self.value(key) for key in node.keys)
            at = f" at {self.value(node.at)}" if node.at is not None else ""
            return f"{node.table}({keys}{at}){f'.{node.column}' if node.column else ''}"
        if isinstance(node, ir.Call):
            return f"{node.function}({', '.join(self.value(a) for a in node.arguments)})"
        return self._aggregate(node)

    def _aggregate(self, node: ir.Aggregate) -> str:
        if node.value is None:
            return f"count of {self.source(node.source, True)}"
        self._enter(node.source)
        value = self.value(node.value)
        self._leave(node.source)
        word = "count of distinct" if node.mode == "count_distinct" else f"{node.mode} of"
        return f"{word} {value} over {self.source(node.source, True)}"


def _dotted(code: str, system: str) -> str:
    return f"{code[:3]}.{code[3:]}" if system == "diagnosis" and len(code) > 3 else code


def _pattern(pattern: str, system: str) -> str:
    if system != "diagnosis" or len(pattern) <= 3 or "*" in pattern[:3] or "?" in pattern[:3]:
        return pattern
    if pattern[3:] == "?*":
        return f"{pattern[:3]}.*"
    return pattern if pattern[3:] == "*" else f"{pattern[:3]}.{pattern[3:]}"


def _members(codes: ir.Codes) -> list[str]:
    """Every member as it is typed, in the order of the IR."""
    if codes.system == "text":
        return [f'"{text}"' for text in codes.exact] + [f"@{name}" for name in codes.sets]
    return [
        *(_dotted(code, codes.system) for code in codes.exact),
        *(f"{_dotted(low, codes.system)}-{_dotted(high, codes.system)}" for low, high in codes.ranges),
        *(_pattern(pattern, codes.system) for pattern in codes.patterns),
        *(f"@{name}" for name in codes.sets),
        *codes.numbers,
        *(day.isoformat() for day in codes.dates),
    ]
