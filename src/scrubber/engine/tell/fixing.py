"""Fixes of a finding: what the rule proposes, held under the engine's ceilings, in words a biller can act on."""

from __future__ import annotations

from typing import Any

from scrubber.core.logic import ABSENT, Unknown
from scrubber.engine.compile.program import CompiledFix
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.trace import plain
from scrubber.engine.plan.bindings import PackBindings
from scrubber.findings.model import Edit, Fix
from scrubber.fixes.ceilings import ceiling

_SAYS = {
    "add_modifier": "Add modifier {choices} to {where}",
    "remove_modifier": "Remove modifier {choices} from {where}",
    "move_modifier": "Put modifier {choices} first on {where}",
    "replace_modifier": "Replace the modifier on {where} with {choices}",
    "replace_code": "Replace the code on {where} with {choices}",
    "set_units": "Set the units on {where} to {choices}",
    "split_line": "Split {where}",
    "merge_lines": "Report {where} as one line",
    "remove_line": "Remove {where}",
    "set_field": "Set {field} on {where} to {choices}",
    "reorder_diagnoses": "Put the diagnoses in order",
    "normalise": "Write {field} on {where} as {choices}",
    "advice": "{because}",
}
_OP = {"add_modifier": "add", "remove_modifier": "remove", "move_modifier": "move"}
SHOWN = 4


def fix_of(fix: CompiledFix, bindings: PackBindings, evaluate: Reference, subjects: dict[str, Any]) -> Fix | None:
    """The fix on this subject; None where its condition does not hold."""
    if fix.condition is not None and evaluate.truth(fix.condition) is not True:
        return None
    subject = subjects.get(fix.target) or subjects.get("line")
    offered = _choices(fix, bindings, evaluate)
    choices = tuple(dict.fromkeys(code for part in offered for code in part))
    where = _where(fix.target, subject)
    field = fix.field.rpartition(".")[2].replace("_", " ")
    shown = _listed(offered, fix.kind)
    text = _SAYS[fix.kind].format(choices=shown or "the right value", where=where, field=field, because=fix.because)
    if fix.because and fix.kind != "advice":
        text = f"{text}. {fix.because}"
    return Fix(fix.kind, ceiling(fix.kind, fix.field.rpartition(".")[2], exact_duplicate=_duplicate(subjects)),
               text if text.endswith(".") else f"{text}.", choices, _edits(fix, subject, choices))  # fmt: skip


def _choices(fix: CompiledFix, bindings: PackBindings, evaluate: Reference) -> tuple[tuple[str, ...], ...]:
    """What to choose from, in the order to consider: each member as written, spelled out."""
    if fix.value is not None:
        value = evaluate.value(fix.value)
        kind = getattr(getattr(fix.value, "type", None), "kind", "")
        return () if isinstance(value, Unknown) or value is ABSENT else ((str(plain(value, kind)),),)
    return bindings.listed(fix.choose)


def _listed(choices: tuple[tuple[str, ...], ...], kind: str) -> str:
    """The choices in a sentence; of a long set its first and last."""
    shown = [item for part in choices for item in (part if len(part) <= SHOWN else (f"{part[0]} … {part[-1]}",))]
    if len(shown) < 2:
        return "".join(shown)
    word = "and" if kind == "remove_modifier" else "or"
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}"


def _where(target: str, subject: Any) -> str:
    record = getattr(subject, "record", "")
    if record == "line":
        return f"line {subject.number}" + (f" ({subject.procedure})" if subject.procedure else "")
    if target == "group" and subject is not None:
        numbers = [str(line.number) for line in subject.lines]
        return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
    return "the diagnosis" if record == "diagnosis" else "the claim"


def _edits(fix: CompiledFix, subject: Any, choices: tuple[str, ...]) -> tuple[Edit, ...]:
    """The edits, where there is one thing to do; with several choices a person picks, and ``apply`` fills it in."""
    number = subject.number if getattr(subject, "record", "") == "line" else None
    value = choices[0] if len(choices) == 1 else None
    match fix.kind:
        case "add_modifier" | "remove_modifier" | "move_modifier":
            if fix.kind == "remove_modifier" and len(choices) > 1:
                held = [choice for choice in choices if choice in getattr(subject, "modifiers", ())]
                return tuple(Edit(number, "modifiers", "remove", item) for item in held)
            return (Edit(number, "modifiers", _OP[fix.kind], value),)
        case "remove_line":
            return (Edit(number, "line", "remove"),)
        case "replace_code":
            return (Edit(number, "procedure", "set", value),)
        case "set_units":
            return (Edit(number, "units", "set", value),)
        case "set_field" | "normalise":
            return (Edit(number, fix.field.rpartition(".")[2], "set", value),)
    return ()


def _duplicate(subjects: dict[str, Any]) -> bool:
    """Whether the subject's two lines are the same in every field but their number."""
    line, other = subjects.get("line"), subjects.get("other")
    if getattr(line, "record", "") != "line" or getattr(other, "record", "") != "line":
        return False
    ours, theirs = line.source, other.source  # type: ignore[union-attr]
    names = [name for name in ours.__struct_fields__ if name != "number"]
    return all(getattr(ours, name) == getattr(theirs, name) for name in names)
