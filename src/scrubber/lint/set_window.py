"""SCR918: a value set that is empty, or that ended while rules still use it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.lint.context import Context
from scrubber.lint.model import Note, found
from scrubber.lint.values import sets_of
from scrubber.packs.model import ValueSet

CODE = "SCR918"


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Every set a rule names: its members, and the days of the rule on which it has none."""
    sets = {(pack.id, value_set.name): value_set for pack in context.packs for value_set in pack.value_sets}
    for (_, name), value_set in sets.items():
        if not name.startswith("local/") and not any(version.members for version in value_set.versions):
            yield found(CODE, "", f"@{name} has no members.", value_set.place, "empty",
                        "Fill it, or name it @local/… if each practice fills its own.")  # fmt: skip
    for revision in context.revisions():
        owners = revision.rule.bindings.pack.sets
        for clause in (*revision.clauses, *revision.exceptions):
            for codes in sets_of(clause.condition):
                for name in codes.sets:
                    named = sets.get((owners.get(name, ""), name))
                    bare = named is not None and _bare_day(named, revision.compiled.window.first,
                                                           revision.compiled.window.last)  # fmt: skip
                    if named is not None and bare:
                        yield found(CODE, revision.rule.id, f"@{name} has no members on {bare}, a day of the rule.",
                                    clause.place(codes), f"nothing in it on {bare}",
                                    "Add a version of the set for those days, or end the rule with it.",
                                    (Label(named.place, f"@{name}"),))  # fmt: skip


def _bare_day(value_set: ValueSet, first: date | None, last: date | None) -> date | None:
    """A day from ``first`` to ``last`` on which the set has no version. Days before its first version count only where
    the rule says when it begins."""
    windows = sorted((version.window for version in value_set.versions if version.members),
                     key=lambda window: window.first or date.min)  # fmt: skip
    if not windows:
        return None
    day = first or windows[0].first or date.min
    for window in windows:
        if window.first is not None and day < window.first:
            return day if last is None or day <= last else None
        if window.last is None:
            return None
        day = max(day, window.last + timedelta(days=1))
    return day if last is None or day <= last else None
