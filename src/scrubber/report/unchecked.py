"""What was not checked on a claim, in a few sentences. Never said as passed."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from scrubber.core.catalogue import field as catalogue_field
from scrubber.findings.model import Gap, ScrubResult
from scrubber.report.style import lines_said, listed


class Unchecked(Struct, frozen=True):
    """Sentences. ``blocking`` ones keep the claim from being called clean; ``other`` ones do not.

    What is the same for claim after claim and does not block is left to :func:`without_history`, :func:`left_out` and
    :func:`unread`.
    """

    blocking: tuple[str, ...]
    other: tuple[str, ...]


def unchecked(result: ScrubResult) -> Unchecked:
    """Everything that was not checked, gaps of one reason together."""
    gaps = [*result.undetermined, *result.not_evaluated]
    blocking = [*_notes(result, gaps), *_sentences([gap for gap in gaps if gap.blocking])]
    other = [gap for gap in gaps if not gap.blocking and gap.reason != "no_history"]
    return Unchecked(tuple(dict.fromkeys(blocking)), tuple(_sentences(other)))


def without_history(result: ScrubResult) -> list[str]:
    """The rules that could not run for want of earlier claims, where that does not block."""
    return [gap.rule for gap in result.not_evaluated if gap.reason == "no_history" and not gap.blocking]


def left_out(result: ScrubResult) -> list[str]:
    """What was left out for want of tables its pack requires, which does not block. The rules are not named: ``json``
    has them."""
    return [f"{note.partition(': ')[0]}." for note in result.coverage.not_checked if _is_left_out(note)]


def unread(result: ScrubResult) -> list[str]:
    """The published rows of tables that could not be read at their import, which does not block."""
    return [note for note in result.coverage.not_checked if _is_unread(note)]


def _is_left_out(note: str) -> bool:
    return note.startswith(("No table ", "No tables "))  # as `engine.tell.coverage.left_out_said` begins


def _is_unread(note: str) -> bool:
    return note.startswith("Of table ")  # as `engine.tell.coverage.unread_said` begins


def _notes(result: ScrubResult, gaps: list[Gap]) -> list[str]:
    """The engine's own sentences that block, without those that the gaps below say better."""
    if result.claim.payer is None:
        return [
            "No payer's rules: the payer of this claim is not in the payer map. Name it in a CSV file and give that "
            "with --payer-map."
        ]
    aside = (_is_left_out, _is_unread, lambda note: "they are listed" in note)
    return [note for note in result.coverage.not_checked if not any(is_one(note) for is_one in aside)]


def _sentences(gaps: list[Gap]) -> list[str]:
    by_reason: dict[str, list[Gap]] = {}
    for gap in gaps:
        by_reason.setdefault(gap.reason, []).append(gap)
    found: list[str] = []
    for reason, say in _SAY.items():
        if reason in by_reason:
            found += say(by_reason[reason])
    return found


def _rules(gaps: Iterable[Gap]) -> str:
    return listed([gap.rule for gap in gaps])


def _missing_field(gaps: list[Gap]) -> list[str]:
    by_place: dict[tuple[tuple[str, ...], tuple[int, ...]], list[Gap]] = {}
    for gap in gaps:
        by_place.setdefault((gap.missing, gap.lines), []).append(gap)
    return [
        f"{_where(list(lines))}: {listed([field_said(name) for name in missing])} missing, needed by {_rules(group)}."
        for (missing, lines), group in by_place.items()
    ]


def _where(lines: list[int]) -> str:
    return lines_said(lines).capitalize() if lines else "The claim"


def field_said(path: str) -> str:
    """``line.rendering_npi`` in words, with its box on the form."""
    record, _, name = path.partition(".")
    about = catalogue_field(record, name) if name else None
    if about is None:
        return path
    boxes = [f"box {about.cms1500}"] if about.cms1500 else []
    boxes += [f"FL {about.ub04}"] if about.ub04 else []
    words = " ".join(word.upper() if word in ("npi", "ndc", "clia", "tin") else word for word in name.split("_"))
    return f"{words} ({', '.join(boxes)})" if boxes else words


def _no_table(gaps: list[Gap]) -> list[str]:
    sliced = [gap for gap in gaps if any("slice" in name for name in gap.missing)]
    said = []
    if sliced:
        names = listed([name.partition(" ")[0] for gap in sliced for name in gap.missing])
        said.append(
            f"Of {names} only a slice is loaded (the one that comes with scrubber has no CPT codes), so "
            f"{_rules(sliced)} could not run on every code. Get the NCCI files from CMS and run: "
            "scrubber tables import."
        )
    gaps = [gap for gap in gaps if gap not in sliced]
    if not gaps:
        return said
    tables = listed([name for gap in gaps for name in gap.missing])
    how = "Get the publisher's files and run: scrubber tables import."
    return [*said, f"No table is loaded for {tables}, so {_rules(gaps)} could not run. {how}"]


def _no_edition(gaps: list[Gap]) -> list[str]:
    days = listed([name for gap in gaps for name in gap.missing])
    return [f"No edition of the tables at hand covers {days}, so {_rules(gaps)} could not run. Import the edition for "
            "that date with: scrubber tables import --covers."]  # fmt: skip


def _no_history(gaps: list[Gap]) -> list[str]:
    return [f"No earlier claims of the patient were given (--history), so {_rules(gaps)} could not run."]


def _not_published(gaps: list[Gap]) -> list[str]:
    by_table: dict[str, tuple[dict[str, None], set[int]]] = {}
    for gap in gaps:
        for what in gap.missing:
            table, _, keys = what.partition(" ")
            codes, lines = by_table.setdefault(table, ({}, set()))
            codes[keys] = None
            lines.update(gap.lines)
    return [
        f"{table_said(table)} has no value for {listed(list(codes))} ({lines_said(list(lines))})."
        for table, (codes, lines) in by_table.items()
    ]  # fmt: skip


def table_said(name: str) -> str:
    """A stored table as a sentence starts with it."""
    table, _, setting = name.partition("/")
    title = {"mue": "The list of unit limits (MUE)", "ptp": "The list of code pairs (PTP)"}.get(table, f"Table {name}")
    return f"{title} for {setting.replace('-', ' ')}" if setting and not title.startswith("Table") else title


def _ambiguous(gaps: list[Gap]) -> list[str]:
    return [f"{what}: the table has rows that disagree, so {_rules(gaps)} could not decide."
            for what in dict.fromkeys(what for gap in gaps for what in gap.missing)]  # fmt: skip


def _empty_list(gaps: list[Gap]) -> list[str]:
    lists = listed([what for gap in gaps for what in gap.missing])
    return [f"{lists} has not been filled by the practice yet (--local), so {_rules(gaps)} could not run."]


def _unmapped(gaps: list[Gap]) -> list[str]:
    return []  # said once for the claim, by _notes


_SAY = {
    "unmapped_payer": _unmapped, "missing_field": _missing_field, "no_table": _no_table, "no_edition": _no_edition,
    "no_history": _no_history, "ambiguous": _ambiguous, "empty_list": _empty_list, "not_published": _not_published,
}  # fmt: skip
