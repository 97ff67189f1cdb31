"""SCR910: a pattern so short that it matches codes nobody thought of."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place
from scrubber.lint.context import Context
from scrubber.lint.model import SKIPPED, Note, found
from scrubber.lint.valid_codes import lists, matched, needs
from scrubber.lint.values import sets_of

CODE = "SCR910"
SHORTEST = {"modifier": 2, "procedure": 3, "diagnosis": 2, "revenue_code": 2}
"""Characters before the first ``*`` or ``?`` from which on a pattern is taken to be meant."""


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Patterns of conditions and of value sets."""
    for revision in context.revisions():
        for clause in (*revision.clauses, *revision.exceptions):
            for codes in sets_of(clause.condition):
                for pattern in codes.patterns:
                    yield from _told(context, revision.rule.id, codes.system, pattern, clause.place(codes))
    for pack in context.packs:
        for value_set in pack.value_sets:
            for version in value_set.versions:
                for member in version.members:
                    if "*" in member.value or "?" in member.value:
                        pattern = member.value.strip().replace(".", "")
                        yield from _told(context, "", value_set.type.of, pattern, member.place)


def _told(context: Context, rule: str, system: str, pattern: str, place: Place
          ) -> Iterator[tuple[str, Diagnostic] | Note]:  # fmt: skip
    stem = pattern.split("*")[0].split("?")[0]
    level_2 = system == "procedure" and stem[:1].isalpha()  # a letter alone is a section of HCPCS Level II
    if level_2 or len(stem) >= SHORTEST.get(system, 0):
        return
    tables = lists(context.store, system)
    count = matched(pattern, system, tables) if tables else None
    if not tables:
        yield Note(CODE, SKIPPED, rule, place, f"how many codes `{pattern}` matches was not counted: {needs(system)}")
    says = f" It matches {count:,} valid codes." if count is not None else ""
    help_ = "Name the codes, for example `{FA, F1-F9}` for fingers." if system == "modifier" else \
        "Write more of the code before the `*`, or a range such as `99202-99205`."  # fmt: skip
    yield found(CODE, rule, f"`{pattern}` matches every {system.replace('_', ' ')} code "
                f"{f'that begins with {stem}' if stem else 'whatever it begins with'}.{says}", place, "very open", help_
                )  # fmt: skip
