"""Claims from an 837: envelopes, hierarchy and loops, one segment at a time, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.claims.inputs import InputClaim
from scrubber.claims.x12.builder import ClaimBuilder, Level
from scrubber.claims.x12.fields import FIELDS, Rows
from scrubber.claims.x12.guides import AREAS, OTHERS, Guide, guide_for
from scrubber.claims.x12.scope import MOST_PROBLEMS, Scope, problem_at
from scrubber.claims.x12.segments import Buffer, Segment, split
from scrubber.core.diagnostics import InputError, InputProblem

_VERSION = re.compile(r"[0-9]{6}(?:X[0-9]{3}(?:[A-Z][0-9])?)?", re.ASCII)
_IGNORED = "unknown"
_READABLE = "Only 005010 claims can be read: 837P (005010X222), 837I (005010X223) and 837D (005010X224)."


def read_x12(data: Buffer, file: str) -> Iterator[InputClaim | InputProblem]:
    """The claims of an 837, in order, and what could not be read."""
    reader = _Reader(file)
    try:
        for segment in split(data, file):
            reader.feed(segment)
            if reader.found:
                yield from reader.found
                reader.found.clear()
    except InputError as error:
        reader.flush(len(data))
        reader.found.append(error.problem)
        reader.cut = True
    reader.close(len(data))
    yield from reader.found


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[InputClaim | InputProblem] = []
        self.reported = 0
        self.claims = 0
        self.cut = False
        self.last: Segment | None = None
        self.isa: Segment | None = None
        self.gs: Segment | None = None
        self.st: Segment | None = None
        self.groups = self.sets = self.segments = 0
        self.group_refused = False
        self.refused = False
        """Whether this interchange has a group that cannot be read: that is said, and its envelopes are not checked."""
        self.guide: Guide | None = None
        self.rows: Rows | None = None
        self.area = self.loop = "header"
        self.billing: Level | None = None
        self.subscriber: Level | None = None
        self.patient: Level | None = None
        self.builder: ClaimBuilder | None = None

    def report(self, segment: Segment, element: int, message: str, help: str = "") -> None:
        """A problem of the file, not of a claim. After :data:`MOST_PROBLEMS` the rest are not listed."""
        self.reported += 1
        if self.reported < MOST_PROBLEMS:
            self.found.append(problem_at(self.file, segment, element, 0, message, None, help))
        elif self.reported == MOST_PROBLEMS:
            self.found.append(problem_at(self.file, segment, 0, 0, "is one of more problems than are listed."))

    def feed(self, segment: Segment) -> None:
        """Take the next segment of the file."""
        if not segment.raw:
            return
        self.last = segment
        handler = _ENVELOPE.get(segment.id)
        if handler is not None:
            handler(self, segment)
            return
        self.segments += 1
        if self.st is None:
            if not self.group_refused:
                self.report(segment, 0, "stands outside a transaction set (ST to SE).")
        elif self.guide is not None:
            self._body(segment, self.guide)

    # Envelopes

    def _isa(self, segment: Segment) -> None:
        self._unclosed(segment)
        self.isa, self.gs, self.st = segment, None, None
        self.groups = 0
        self.refused = False

    def _unclosed(self, segment: Segment) -> None:
        """Whatever is still open when an outer envelope starts or ends was never closed."""
        self.flush(segment.offset)
        if self.refused:
            pass
        elif self.st is not None:
            self.report(self.st, 0, "starts a transaction set that has no SE segment.", _CUT)
        elif self.gs is not None and segment.id in ("ISA", "GS", "IEA"):
            self.report(self.gs, 0, "starts a functional group that has no GE segment.", _CUT)
        elif self.isa is not None and segment.id == "ISA":
            self.report(self.isa, 0, "starts an interchange that has no IEA segment.", _CUT)
        self.st = None

    def _gs(self, segment: Segment) -> None:
        self._unclosed(segment)
        self.gs, self.st = segment, None
        self.groups += 1
        self.sets = 0
        self.group_refused = False

    def _st(self, segment: Segment) -> None:
        self.flush(segment.offset)
        if self.st is not None and not self.group_refused:
            self.report(self.st, 0, "starts a transaction set that has no SE segment.", _CUT)
        self.st, self.segments = segment, 1
        self.sets += 1
        self.area = self.loop = "header"
        self.billing = self.subscriber = self.patient = None
        self.guide = self._guide(segment)
        self.rows = FIELDS[self.guide.name] if self.guide is not None else None

    def _guide(self, segment: Segment) -> Guide | None:
        """The guide of a transaction set; None, said once a group, where it is not one that can be read."""
        kind = segment.element(1).strip()
        group = self.gs.element(8).strip() if self.gs is not None else ""
        version = segment.element(3).strip() or group
        guide = guide_for(version) if kind == "837" else None
        if guide is None and not self.group_refused:
            self.group_refused = self.refused = True
            shown = version if _VERSION.fullmatch(version) else ""
            if kind != "837":
                what = f"transaction set {kind}" if kind.isdigit() and len(kind) == 3 else "another transaction set"
                self.report(segment, 1, f"says that this is {what}, not an 837 claim.", _READABLE)
            elif version[:10] in OTHERS:
                self.report(segment, 3, f"says that this is version {shown}: {OTHERS[version[:10]]}.", _READABLE)
            elif shown:
                self.report(
                    segment, 3 if segment.element(3) else 0, f"is of version {shown}, which cannot be read.",
                    f"{_READABLE} Ask the sender for a 5010 file.",
                )  # fmt: skip
            else:
                self.report(segment, 0, "does not say which version of the 837 this is (ST03 or GS08).", _READABLE)
        return guide

    def _se(self, segment: Segment) -> None:
        self.flush(segment.offset)
        if self.st is None:
            if not self.group_refused:
                self.report(segment, 0, "ends a transaction set that no ST segment started.")
            return
        if self.guide is not None:
            self._count(segment, self.segments + 1, "segments of its transaction set, ST and SE included")
            self._same(segment, 2, self.st, 2, "ST02")
        self.st = None

    def _ge(self, segment: Segment) -> None:
        self._unclosed(segment)
        if self.gs is None:
            self.report(segment, 0, "ends a functional group that no GS segment started.")
            return
        if not self.group_refused:
            self._count(segment, self.sets, "transaction sets of its group")
            self._same(segment, 2, self.gs, 6, "GS06")
        self.gs = None
        self.group_refused = False

    def _iea(self, segment: Segment) -> None:
        self._unclosed(segment)
        if self.isa is None:
            self.report(segment, 0, "ends an interchange that no ISA segment started.")
            return
        if not self.refused:
            self._count(segment, self.groups, "groups of its interchange")
            self._same(segment, 2, self.isa, 13, "ISA13")
        self.isa = self.gs = None

    def _count(self, segment: Segment, expected: int, what: str) -> None:
        text = segment.element(1).strip()
        if not (text.isascii() and text.isdigit() and int(text[:12]) == expected):
            self.report(segment, 1, f"does not match the number of {what}, which is {expected}.")

    def _same(self, segment: Segment, at: int, opening: Segment, opening_at: int, name: str) -> None:
        if segment.element(at).strip() != opening.element(opening_at).strip():
            self.report(segment, at, f"is not the same control number as {name}.")

    def close(self, end: int) -> None:
        """The file has ended."""
        self.flush(end)
        if self.cut or self.refused:
            return
        for opening, closing in ((self.st, "SE"), (self.gs, "GE"), (self.isa, "IEA")):
            if opening is not None:
                self.report(opening, 0, f"has no matching {closing} segment before the file ends.", _CUT)
                return

    # Loops

    def _body(self, segment: Segment, guide: Guide) -> None:
        sid = segment.id
        loop = self._started(sid, segment, guide) if sid in guide.starters else None
        if loop is None and sid == "CLM":
            self._enter("2300", segment, guide)
            self._misplaced(segment, f"stands in loop {self.area}, outside a subscriber or patient level.")
        elif loop is not None:
            self._enter(loop, segment, guide)
        elif sid in ("HL", "NM1", "LX"):
            self._misplaced(segment, _STARTS[sid].format(area=self.area))
            self.loop = _IGNORED
            return
        elif self.loop == _IGNORED and sid not in guide.holds[self.area]:
            return
        elif self.loop == _IGNORED or sid not in guide.holds[self.loop]:
            if sid not in guide.holds[self.area]:
                self._misplaced(segment, f"is not a segment of loop {self.loop} in the {guide.name}.")
                return
            if self.loop != _IGNORED:
                self._misplaced(segment, f"belongs to loop {self.area} and stands after loop {self.loop}.")
                self.loop = self.area
            elif sid in _OF_PROVIDER:
                return
        if self.builder is not None:
            self.builder.last = segment
        self._read(segment, sid)

    def _started(self, sid: str, segment: Segment, guide: Guide) -> str | None:
        """The loop that this segment starts where it stands."""
        qualifier = segment.element(1) if sid == "NM1" else segment.element(3) if sid == "HL" else ""
        return guide.starts.get((self.area, sid, qualifier.strip().upper()))

    def _read(self, segment: Segment, sid: str) -> None:
        assert self.rows is not None
        if sid in _WITHOUT_FIELDS:
            return
        qualifier = segment.element(1).strip() if sid in _QUALIFIED else ""
        rows = self.rows.get((self.loop, sid, qualifier))
        if rows is None:
            return
        scope = self._scope()
        if scope is not None:
            for row in rows:
                scope.take(row, segment, self.loop)

    def _scope(self) -> Scope | None:
        """The record that the current loop belongs to."""
        loop, builder = self.loop, self.builder
        if loop < "2300":
            level = {"A": self.billing, "B": self.subscriber, "C": self.patient}.get(loop[4:5])
            return level.scope if level is not None else None
        if builder is None:
            return None
        if loop >= "2400":
            return builder.lines[-1]
        return builder.payers[-1] if "2320" <= loop < "2400" else builder.scope

    def _enter(self, loop: str, segment: Segment, guide: Guide) -> None:
        if loop in ("2000A", "2000B", "2000C", "2300"):
            self.flush(segment.offset)
        if loop == "2000A":
            self.billing = Level(self.file, segment)
            self.subscriber = self.patient = None
        elif loop == "2000B":
            self._parent(segment, self.billing, "billing provider")
            self.subscriber, self.patient = Level(self.file, segment), None
        elif loop == "2000C":
            self._parent(segment, self.subscriber, "subscriber")
            self.patient = Level(self.file, segment)
        elif loop == "2300":
            assert self.st is not None
            self.builder = ClaimBuilder(self.file, guide, segment, self.st)
        elif loop == "2320" and self.builder is not None:
            self.builder.start_payer()
        elif loop == "2400" and self.builder is not None:
            self.builder.start_line(segment)
        self.loop = loop
        if loop in AREAS:
            self.area = loop

    def _parent(self, segment: Segment, parent: Level | None, what: str) -> None:
        if parent is not None and segment.element(2).strip() != parent.id:
            self.report(segment, 2, f"does not name the {what} level that stands before it; that level was used.")

    def _misplaced(self, segment: Segment, message: str) -> None:
        if self.builder is not None:
            self.builder.misplaced(segment, message)
        else:
            self.report(segment, 0, message)

    def flush(self, end: int) -> None:
        """The claim being gathered, if any, is complete."""
        if self.builder is not None:
            self.found.append(self.builder.build(self.claims, end, self.billing, self.subscriber, self.patient))
            self.claims += 1
            self.builder = None


_CUT = "The file may have been cut short."
_QUALIFIED = frozenset({"REF", "DTP", "AMT"})
"""Segments whose first element says which field they hold."""
_WITHOUT_FIELDS = frozenset({"N2", "N3", "PER", "BHT", "CAS", "OI", "MOA", "MIA", "K3"})
_OF_PROVIDER = frozenset({"N2", "N3", "N4", "PER", "PRV", "REF", "DMG"})
_STARTS = {
    "HL": "starts a hierarchical level that cannot stand after loop {area}.",
    "NM1": "names, in NM101, no party that can stand in loop {area}.",
    "LX": "starts a service line outside a claim, in loop {area}.",
}
_ENVELOPE = {
    "ISA": _Reader._isa, "GS": _Reader._gs, "ST": _Reader._st,
    "SE": _Reader._se, "GE": _Reader._ge, "IEA": _Reader._iea,
}  # fmt: skip
