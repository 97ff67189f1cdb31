"""Fixes of a finding: what the rule proposes, held under the engine's ceilings, in words a biller can act on."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from msgspec import Struct

from scrubber.claims.line_view import LineView
from scrubber.claims.model import ServiceLine
from scrubber.core.logic import ABSENT, Unknown
from scrubber.core.memo import kept
from scrubber.engine.compile.program import CompiledFix
from scrubber.engine.evaluate.access import Values, access
from scrubber.engine.evaluate.lists import BoundCodes
from scrubber.engine.evaluate.trace import plain
from scrubber.engine.evaluate.world import SCOPE_VARIABLES, Group, World
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.tell.place_of import spoken
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
MADE_KEPT = 4_096


class Proposal:
    """A fix as a rule proposes it, bound to its pack's names. May be shared by threads."""

    def __init__(self, fix: CompiledFix, scope: str, bindings: PackBindings) -> None:
        self._fix = fix
        names = ("claim", *SCOPE_VARIABLES[scope])
        target = fix.target if fix.target in names else "line"
        self._place = names.index(target) if target in names else None
        self._condition = None if fix.condition is None else bindings.asked(fix.condition, names)
        self._value = None if fix.value is None else access(fix.value, bindings, names)
        self._kind = getattr(getattr(fix.value, "type", None), "kind", "")
        self._listed, self._bindings = bindings.listed(fix.choose), bindings
        self._made: dict[tuple[Any, ...], Fix] = {}
        self._said: dict[tuple[Any, ...], _Said] = {}

    def on(self, world: World, values: Values) -> Fix | None:
        """The fix on a subject; None where its condition does not hold."""
        fix = self._fix
        if self._condition is not None and self._condition.run(world, *values) is not True:
            return None
        subject = None if self._place is None else values[self._place]
        # A line that is the same as another in every field stands in a rule about two lines.
        duplicate = fix.kind == "remove_line" and len(values) == 3 and _duplicate(*values[1:])
        offered = self._listed if self._value is None else self._spelled(self._value(world, values))
        # The same words for every such subject: the claims of a practice bring the same few hundred codes.
        held = subject.modifiers if fix.kind == "remove_modifier" and isinstance(subject, LineView) else ()
        key = (_told_apart_by(subject), None if self._value is None else offered, duplicate, held)
        made = self._made.get(key)
        if made is None:
            made = self._make(offered, subject, duplicate)
            self._made = kept(self._made, key, made, MADE_KEPT)
        return made

    def _spelled(self, value: Any) -> tuple[tuple[str, ...], ...]:
        """A value that was worked out as what to choose from; nothing where there is none."""
        if value is None or value is ABSENT or isinstance(value, Unknown):
            return ()
        if isinstance(value, BoundCodes):  # a parameter
            return self._bindings.listed(value.written)
        return ((str(plain(value, self._kind)),),)

    def _make(self, offered: tuple[tuple[str, ...], ...], subject: Any, duplicate: bool) -> Fix:
        key = (offered, duplicate)
        said = self._said.get(key)
        if said is None:
            said = _Said.of(self._fix, offered, duplicate)
            self._said = kept(self._said, key, said, MADE_KEPT)
        fix = self._fix
        text = said.before if said.after is None else f"{said.before}{_where(fix.target, subject)}{said.after}"
        return Fix(fix.kind, said.applicability, text, said.choices, _edits(fix, subject, said.choices))


class _Said(Struct, frozen=True):
    """What a proposal says on every subject: its text, in two parts about the subject where it names that, the codes to
    choose from, and how far it may be applied."""

    before: str
    after: str | None
    choices: tuple[str, ...]
    applicability: str

    @classmethod
    def of(cls, fix: CompiledFix, offered: tuple[tuple[str, ...], ...], duplicate: bool) -> _Said:
        """Of a proposal, what is offered, and whether the line is the same as another."""
        name = fix.field.rpartition(".")[2]
        shown = _listed(offered, fix.kind) or "the right value"
        written, named, further = _SAYS[fix.kind].partition("{where}")
        before, after = (
            part.format(choices=shown, field=spoken(name), because=fix.because) for part in (written, further)
        )
        if fix.because and fix.kind != "advice":
            after += f". {fix.because}"
        if not (after if named else before + after).endswith("."):
            after += "."
        choices = tuple(dict.fromkeys(code for part in offered for code in part))
        applicability = ceiling(fix.kind, name, exact_duplicate=duplicate)
        return (
            cls(before, after, choices, applicability) if named else cls(before + after, None, choices, applicability)
        )


def _listed(choices: tuple[tuple[str, ...], ...], kind: str) -> str:
    """The choices in a sentence; of a long set its first and last."""
    shown = [item for part in choices for item in (part if len(part) <= SHOWN else (f"{part[0]} … {part[-1]}",))]
    if len(shown) < 2:
        return "".join(shown)
    word = "and" if kind == "remove_modifier" else "or"
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}"


def _told_apart_by(subject: Any) -> Any:
    """What words and edits say of a subject."""
    if isinstance(subject, LineView):
        return subject.number, subject.procedure
    if isinstance(subject, Group):
        return tuple([line.number for line in subject.lines])
    return getattr(subject, "record", "")


def _where(target: str, subject: Any) -> str:
    record = getattr(subject, "record", "")
    if record == "line":
        return f"line {subject.number}" + (f" ({subject.procedure})" if subject.procedure else "")
    if target == "group" and subject is not None:
        numbers = [str(line.number) for line in subject.lines]
        return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
    return "the diagnosis" if record == "diagnosis" else "the claim"


def _edits(fix: CompiledFix, subject: Any, choices: tuple[str, ...]) -> tuple[Edit, ...]:
    """The edits, where there is one thing to do; with several choices a person picks, and ``apply`` fills it in.

    What is said of a group is one edit only where units are counted and one line has them all: on which of several
    lines it is done, and what becomes of the others, a person writes.
    """
    if isinstance(subject, Group):
        if fix.kind != "set_units" or len(subject.lines) > 1:
            return ()
        (subject,) = subject.lines
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


_CONTENT = attrgetter(*[name for name in ServiceLine.__struct_fields__ if name != "number"])


def _duplicate(line: Any, other: Any) -> bool:
    """Whether two lines are the same in every field but their number."""
    if not isinstance(line, LineView) or not isinstance(other, LineView) or line.procedure != other.procedure:
        return False
    return bool(_CONTENT(line.source) == _CONTENT(other.source))
