"""The report of a check as text for a biller: claims with something to see, the others in groups, then sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scrubber.claims.inputs import InputClaim
from scrubber.core.diagnostics import InputProblem
from scrubber.engine.provenance import Provenance, TableUsed
from scrubber.findings.model import ScrubResult
from scrubber.packs.model import SEVERITIES
from scrubber.report.style import Style, clean, dollars, listed, plural
from scrubber.report.summary import Tally
from scrubber.report.text_claim import claim_block, claim_label
from scrubber.report.unchecked import Unchecked, left_out, unchecked, unread, without_history

__all__ = ["Style", "TextReport"]

LISTED = 12
PROBLEMS_SHOWN = 50
_COLUMN = 10


class TextReport:
    """Writes the report part by part. ``names`` are the files; ``history``: earlier claims were supplied; ``together``:
    claims of one patient in the run were seen together."""

    def __init__(
        self, style: Style, names: Sequence[str], made_with: Provenance, history: bool, together: bool
    ) -> None:
        self.style, self.names, self.made_with = style, names, made_with
        self.history, self.together = history, together

    def lines(
        self, problems: Iterable[InputProblem], results: Iterable[tuple[InputClaim, ScrubResult]], tally: Tally
    ) -> Iterator[str]:
        """Every line of the report; ``tally`` adds up on the way."""
        yield from self._header()
        clean_claims: dict[Unchecked, list[str]] = {}
        doubtful: dict[Unchecked, list[str]] = {}
        unrun: set[str] = set()
        lacking: dict[str, None] = {}
        partly: dict[str, None] = {}
        file = self.names[0] if len(self.names) == 1 else ""
        for source, result in results:
            tally.add(source.claim, result)
            gaps = unchecked(result)
            unrun.update(without_history(result))
            lacking.update(dict.fromkeys(left_out(result)))
            partly.update(dict.fromkeys(unread(result)))
            if any((result.findings, result.bypassed, result.shadow, result.waived, result.faults)):
                if source.file != file:
                    file = source.file
                    yield from self.style.wrap(f"File {file}", "")
                    yield ""
                yield from claim_block(self.style, source, result, gaps)
            elif gaps.blocking or result.outcome != "clean":
                doubtful.setdefault(gaps, []).append(claim_label(result))
            else:
                clean_claims.setdefault(gaps, []).append(claim_label(result))
        found = list(problems)  # only now: a damaged table shows while claims are checked
        yield from self._doubtful(doubtful)
        yield from self._clean(clean_claims)
        yield from self._problems(found)
        yield from self._summary(tally, bool(found), sorted(unrun), list(lacking), list(partly))

    # ---- parts ----

    def _header(self) -> Iterator[str]:
        style, made = self.style, self.made_with
        yield style.paint(f"Claim scrubber {made.engine}", "bold")
        files = listed([clean(name) for name in self.names], 4)
        rows = [
            ("File" if len(self.names) == 1 else "Files", files),
            ("As of", f"{made.as_of.isoformat()}, the day the claims are to be sent"),
            ("Packs", listed([f"{pack.id} {pack.version}" for pack in made.packs], 12)),
            *(("Tables" if at == 0 else "", text) for at, text in enumerate(tables_said(made.tables))),
            ("History", self._history_said()),
        ]
        given = [f"{p.name} = {', '.join(p.value)}" for p in made.parameters if p.set_by == "caller"]
        if given:
            # What packs set holds for their own payers' claims only; `explain` shows it claim by claim.
            rows.append(("Settings", listed(given)))
        for label, text in rows:
            yield from style.labelled(label, text, 0, _COLUMN)
        yield ""

    def _history_said(self) -> str:
        if self.history:
            return "earlier claims were supplied"
        together = "; claims of one patient in this run are seen together" if self.together else ""
        return f"no earlier claims were supplied{together}"

    def _doubtful(self, groups: dict[Unchecked, list[str]]) -> Iterator[str]:
        for gaps, labels in groups.items():
            yield self.style.rule(f"{plural(len(labels), 'claim')} not fully checked")
            yield from self.style.wrap(f"{listed(labels, LISTED)}", "  ", "  ")
            yield from self.style.wrap("No findings, but this was NOT CHECKED:", "  ")
            for text in gaps.blocking:
                yield from self.style.wrap(text, "   - ")
            if gaps.other:
                yield from self.style.wrap(f"Also not checked: {' '.join(gaps.other)}", "  ")
            yield ""

    def _clean(self, groups: dict[Unchecked, list[str]]) -> Iterator[str]:
        for gaps, labels in groups.items():
            yield self.style.rule(f"{plural(len(labels), 'clean claim')} with nothing to report")
            yield from self.style.wrap(f"{listed(labels, LISTED)}", "  ", "  ")
            if gaps.other:
                yield from self.style.wrap(f"Not checked: {' '.join(gaps.other)}", "  ")
            yield ""

    def _problems(self, problems: list[InputProblem]) -> Iterator[str]:
        if not problems:
            return
        yield self.style.rule("Could not be read")
        for problem in problems[:PROBLEMS_SHOWN]:
            yield from self.style.wrap(problem_said(problem), "   - ")
        if len(problems) > PROBLEMS_SHOWN:
            yield f"   … and {len(problems) - PROBLEMS_SHOWN:,} more; --format json lists all of them."
        yield ""

    def _summary(self, tally: Tally, unreadable: bool, unrun: list[str], lacking: list[str],
                 partly: list[str]) -> Iterator[str]:  # fmt: skip
        style, sums = self.style, tally.summary()
        yield style.rule("Summary")
        names = {"findings": "with findings", "incomplete": "not fully checked", "clean": "clean"}
        outcomes = [f"{sums.by_outcome[key]:,} {word}" for key, word in names.items() if sums.by_outcome[key]]
        yield from style.labelled("Claims", f"{sums.claims:,}: {', '.join(outcomes)}", 2, _COLUMN)
        if unreadable:
            yield from style.labelled("", "Part of the input could not be read and was not checked.", 2, _COLUMN)
        counts = [f"{sums.by_severity[name]:,} {name}" for name in SEVERITIES if sums.by_severity[name]]
        yield from style.labelled("Findings", ", ".join(counts) or "none", 2, _COLUMN)
        if sums.by_rule:
            ranked = sorted(sums.by_rule.items(), key=lambda pair: (-pair[1], pair[0]))
            shown = [f"{rule} {count:,}" if count > 1 else rule for rule, count in ranked]
            yield from style.labelled("By rule", listed(shown, 12), 2, _COLUMN)
        aside = {"waived": sums.waived, "there before (baseline)": sums.baselined}
        if any(aside.values()):
            said = ", ".join(f"{count:,} {word}" for word, count in aside.items() if count)
            yield from style.labelled("Set aside", f"{said}; they are not counted above", 2, _COLUMN)
        for text in sums.expired_waivers:
            yield from style.labelled("Expired", text, 2, _COLUMN)
        yield from style.labelled("At risk", f"{dollars(sums.dollars_at_risk)} (a line counts once)", 2, _COLUMN)
        if unrun:
            said = f"no earlier claims were given (--history), so {listed(unrun, 12)} could not run"
            yield from style.labelled("Not run", said, 2, _COLUMN)
        for at, said in enumerate(lacking):
            yield from style.labelled("" if at or unrun else "Not run", said, 2, _COLUMN)
        if lacking:
            said = "Get the publishers' lists and run: scrubber tables import. Which rules: --format json."
            yield from style.labelled("", said, 2, _COLUMN)
        for at, said in enumerate(partly):
            yield from style.labelled("" if at else "Not read", said, 2, _COLUMN)
        if sums.by_rule:
            yield from style.labelled(
                "Details", "scrubber explain FILE RULE --claim CLAIM --line N shows each step", 2, _COLUMN
            )
        if tally.faults:
            yield from style.labelled("Faults", "Some rules could not be run. That is our defect, not the claims'.",
                                      2, _COLUMN)  # fmt: skip


def problem_said(problem: InputProblem) -> str:
    """A problem with its place."""
    where = [clean(problem.file)]
    where += [f"claim {clean(problem.claim)}"] if problem.claim else []
    where += [f"line {problem.line}"] if problem.line is not None else []
    where += [f"segment {problem.segment}"] if problem.segment is not None else []
    where += [problem.element] if problem.element else []
    where += [f"byte {problem.offset}"] if problem.offset is not None and problem.segment is None else []
    return f"{', '.join(where)}: {problem.message} {problem.help}".rstrip()


def _stood_in_for(table: TableUsed, tables: Sequence[TableUsed]) -> bool:
    """Whether a slice is never asked, because a whole edition has all of its days."""
    return table.slice and any(
        other.id == table.id
        and not other.slice
        and other.covers.first <= table.covers.first
        and table.covers.last <= other.covers.last
        for other in tables
    )


def tables_said(tables: Sequence[TableUsed]) -> list[str]:
    """The editions at hand, those with the same days together; slices are named as such."""
    if not tables:
        return ["none loaded: rules that need one are not checked"]
    groups: dict[tuple[str, str, bool], list[str]] = {}
    tables = [table for table in tables if not _stood_in_for(table, tables)]
    for table in tables:
        days = (table.covers.first.isoformat(), table.covers.last.isoformat(), table.slice)
        groups.setdefault(days, []).append(table.id)
    said = [f"{', '.join(names)} for {first} to {last}{' (SLICE)' if sliced else ''}"
            for (first, last, sliced), names in groups.items()]  # fmt: skip
    if any(table.slice for table in tables):
        said.append("SLICE: only the HCPCS Level II rows that come with scrubber, no CPT codes. For the rest, "
                    "get the NCCI files from CMS and run: scrubber tables import")  # fmt: skip
    return said
