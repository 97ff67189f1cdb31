"""Runs the lints over packs: what they find, what they could not decide, and what authors switched off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place
from scrubber.engine.compile.program import Program
from scrubber.lint import (
    all_guard,
    always_true,
    citation,
    contradiction,
    date_inside,
    fix_stays,
    idle_clause,
    invalid_code,
    message,
    modifier_position,
    near_copies,
    near_lists,
    never_true,
    no_trigger,
    only_negative,
    open_pattern,
    revision_gap,
    set_window,
    table_rows,
    two_rules,
)
from scrubber.lint.codes import TITLES
from scrubber.lint.context import Context
from scrubber.lint.model import Lint, Note, found
from scrubber.lint.switched_off import WARNINGS, Used
from scrubber.packs.model import LintOff, Pack
from scrubber.tables.store import TableStore

LINTS: tuple[Lint, ...] = (
    Lint(("SCR901",), never_true.check),
    Lint(("SCR902",), always_true.check),
    Lint(("SCR903",), idle_clause.check),
    Lint(("SCR904", "SCR905", "SCR906"), two_rules.check),
    Lint(("SCR907",), contradiction.check),
    Lint(("SCR908",), fix_stays.check),
    Lint(("SCR909",), modifier_position.check),
    Lint(("SCR910",), open_pattern.check),
    Lint(("SCR911",), invalid_code.check),
    Lint(("SCR912",), near_copies.check),
    Lint(("SCR913",), near_lists.check),
    Lint(("SCR914",), message.check),
    Lint(("SCR915",), only_negative.check),
    Lint(("SCR916",), date_inside.check),
    Lint(("SCR917",), revision_gap.check),
    Lint(("SCR918",), set_window.check),
    Lint(("SCR919",), no_trigger.check),
    Lint(("SCR920",), table_rows.check),
    Lint(("SCR921",), citation.check),
    Lint(("SCR922",), all_guard.check),
)
UNUSED = "SCR923"


class LintResult(Struct, frozen=True):
    """``found`` in file order; ``notes`` on what was not decided or skipped; ``off`` counts what authors switched
    off."""

    found: tuple[Diagnostic, ...]
    notes: tuple[Note, ...]
    off: int


def lint(
    packs: Sequence[Pack], program: Program, store: TableStore | None = None, only: frozenset[str] = frozenset(),
    folders: Sequence[Path] = (), warnings_off: Used | None = None,
) -> LintResult:  # fmt: skip
    """What the lints say of packs that compile.

    ``only`` names the codes to look for, and ``folders`` the packs to speak of (others are looked at beside them);
    empty: all. ``warnings_off`` are the warnings of the check that rules were let off; None: nobody has looked.
    """
    context = Context(packs, program, store)
    kept: list[Diagnostic] = []
    notes: list[Note] = []
    off = {(rule.id, item.code): item for rule in context.rules for item in rule.source.lint_off}
    used: set[tuple[str, str]] = set(warnings_off or ())
    if warnings_off is None:
        used |= {key for key in off if key[1] in WARNINGS}
    for each in LINTS:
        if only and not only & set(each.codes):
            continue
        for item in each.check(context):
            if isinstance(item, Note):
                if (item.rule, item.code) not in off:
                    notes.append(item)
                continue
            rule, diagnostic = item
            if (rule, diagnostic.code) in off:
                used.add((rule, diagnostic.code))
            elif not only or diagnostic.code in only:
                kept.append(diagnostic)
    kept += [] if only else [_unused(*key, item) for key, item in off.items() if key not in used]
    if folders:
        kept = [item for item in kept if _inside(item.place, folders)]
        notes = [item for item in notes if _inside(item.place, folders)]
    unique = dict.fromkeys(sorted(kept, key=lambda d: (d.place.path, d.place.line, d.place.column, d.code)))
    return LintResult(tuple(unique), tuple(dict.fromkeys(notes)), len(used))


def _inside(place: Place, folders: Sequence[Path]) -> bool:
    return any(Path(place.path).is_relative_to(folder) for folder in folders)


def _unused(rule: str, code: str, item: LintOff) -> Diagnostic:
    if code not in TITLES and code not in WARNINGS:
        return found(UNUSED, rule, f"There is no lint {code}.", item.place, "unknown code",
                     f"The lints are SCR901 to {max(TITLES)}.")[1]  # fmt: skip
    return found(UNUSED, rule, f"{code} finds nothing in {rule}: there is nothing to switch off.", item.place,
                 "not needed", "Remove it from `lint_off`.")[1]  # fmt: skip
