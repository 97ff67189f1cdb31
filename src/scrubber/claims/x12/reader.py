"""Claims from an 837: envelopes, and the levels and claims between them, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.claims.inputs import InputClaim
from scrubber.claims.origin import Origin
from scrubber.claims.x12.blocks import Block, Cut, Cutter
from scrubber.claims.x12.builder import claim_of, told
from scrubber.claims.x12.found import Found
from scrubber.claims.x12.guides import OTHERS, Guide, guide_for
from scrubber.claims.x12.levels import Level
from scrubber.claims.x12.loops import Loops
from scrubber.claims.x12.plain import NotPlainError, PlainReader
from scrubber.claims.x12.scope import rank
from scrubber.claims.x12.segments import Buffer, Place, Segment, split, start
from scrubber.core.diagnostics import InputError, InputProblem

_VERSION = r"[0-9]{6}(?:X[0-9]{3}(?:[A-Z][0-9])?)?"
_READABLE = "Only 005010 claims can be read: 837P (005010X222), 837I (005010X223) and 837D (005010X224)."


def read_x12(data: Buffer, file: str, careful: bool = False) -> Iterator[InputClaim | InputProblem]:
    """The claims of an 837, in order, and what could not be read.

    ``careful``: read every block segment by segment; the claims are the same.
    """
    reader = _Reader(data, file)
    found = reader.found
    try:
        place, cutter = start(data, file), Cutter(data)
        while place.at < len(data):
            block = cutter.cut(place)
            if careful or not (block.closed and reader.take(place, block)):
                for segment in split(data, file, place, block.end):
                    reader.feed(segment)
            if found.items:
                yield from found.items
                found.items.clear()
    except InputError as error:
        reader.flush(len(data))
        found.items.append(error.problem)
        reader.cut = True
    reader.close(len(data))
    yield from found.items


class _Reader:
    def __init__(self, data: Buffer, file: str) -> None:
        self.data = data
        self.found = Found(file)
        self.cut = False
        self.isa: Segment | None = None
        self.gs: Segment | None = None
        self.st: Segment | None = None
        self.groups = self.sets = self.segments = 0
        self.group_refused = False
        self.refused = False
        """Whether this interchange has a group that cannot be read: that is said, and its envelopes are not checked."""
        self.loops: Loops | None = None
        self._plain: dict[Guide, PlainReader] = {}

    def feed(self, segment: Segment) -> None:
        """Take the next segment of the file."""
        if not segment.raw:
            return
        handler = _ENVELOPE.get(segment.id)
        if handler is not None:
            handler(self, segment)
            return
        self.segments += 1
        if self.st is None:
            if not self.group_refused:
                self.found.report(segment, 0, "stands outside a transaction set (ST to SE).")
        elif self.loops is not None:
            self.loops.feed(segment)

    # Blocks that are read at once

    def take(self, place: Place, block: Cut) -> bool:
        """Take a whole level or claim; False, and nothing taken, where it has to be read segment by segment."""
        loops = self.loops
        if not block.kind or self.st is None or loops is None:
            return False
        plain = self._plain.get(loops.guide)
        if plain is None or plain.separators is not place.separators:
            plain = self._plain[loops.guide] = PlainReader(loops.guide, place.separators)
        try:
            count = (self._claim if block.kind == "CLM" else self._level)(place, block, loops, plain)
        except NotPlainError:
            return False
        self.segments += count
        place.at = block.end
        place.index += count
        return True

    def _claim(self, place: Place, block: Cut, loops: Loops, plain: PlainReader) -> int:
        if (loops.area, "CLM", "") not in loops.guide.starts:
            raise NotPlainError
        raw = bytes(self.data[block.start : block.end])
        read = plain.claim(raw)
        loops.flush(block.start)
        form, above, diagnoses = loops.guide.form, loops.levels.together(), read.diagnoses
        if form == "INSTITUTIONAL" and len(diagnoses) > 1:
            diagnoses.sort(key=lambda diagnosis: rank(diagnosis.qualifier or ""))
        claim = claim_of(
            form, above.values, read.values, tuple(diagnoses), read.lines, read.payers, read.decided,
            tuple(sorted(read.icd_procedures, key=lambda procedure: (procedure.qualifier or "")[-1:] != "R")),
        )  # fmt: skip
        name = claim.patient_control_number
        self.found.claim(
            InputClaim(
                claim,
                self.found.file,
                self.found.claims,
                Origin(
                    loops.guide.name,
                    above.blocks,
                    Block(raw, block.start, place.index + 1, place.separators),
                    loops.transaction,
                ),
                told(above.problems, name[:38] if name else None) if above.problems else (),
                tuple(dict.fromkeys(above.deviations)) if above.deviations else (),
            )
        )
        loops.area, loops.loop = read.state.area, read.state.loop
        return read.segments

    def _level(self, place: Place, block: Cut, loops: Loops, plain: PlainReader) -> int:
        pieces = plain.pieces(bytes(self.data[block.start : block.end]))
        elements = pieces[0].split(place.separators.element_text, 4)
        loop = loops.guide.starts.get((loops.area, "HL", elements[3].strip())) if len(elements) > 3 else None
        if loop is None:
            raise NotPlainError
        above = loops.levels.above(loop[4])
        if above is not None and elements[2].strip() != above.id:
            raise NotPlainError
        values, state = plain.level(loop, pieces[1:])
        loops.flush(block.start)
        at = Block(b"", block.start, place.index + 1, place.separators)
        level = Level(self.found.file, loop, elements[1].strip(), at)
        level.extra = {"_last": values.pop("_last", ""), "_first": values.pop("_first", "")}
        level.values = values
        loops.levels.enter(level)
        loops.area, loops.loop = state.area, state.loop
        return len(pieces)

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
            self.found.report(self.st, 0, "starts a transaction set that has no SE segment.", _CUT)
        elif self.gs is not None and segment.id in ("ISA", "GS", "IEA"):
            self.found.report(self.gs, 0, "starts a functional group that has no GE segment.", _CUT)
        elif self.isa is not None and segment.id == "ISA":
            self.found.report(self.isa, 0, "starts an interchange that has no IEA segment.", _CUT)
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
            self.found.report(self.st, 0, "starts a transaction set that has no SE segment.", _CUT)
        self.st, self.segments = segment, 1
        self.sets += 1
        guide = self._guide(segment)
        self.loops = Loops(self.data, guide, segment, self.found) if guide is not None else None

    def _guide(self, segment: Segment) -> Guide | None:
        """The guide of a transaction set; None, said once a group, where it is not one that can be read."""
        kind = segment.element(1).strip()
        group = self.gs.element(8).strip() if self.gs is not None else ""
        version = segment.element(3).strip() or group
        guide = guide_for(version) if kind == "837" else None
        if guide is None and not self.group_refused:
            self.group_refused = self.refused = True
            shown = version if re.fullmatch(_VERSION, version) else ""
            if kind != "837":
                what = f"transaction set {kind}" if kind.isdigit() and len(kind) == 3 else "another transaction set"
                self.found.report(segment, 1, f"says that this is {what}, not an 837 claim.", _READABLE)
            elif version[:10] in OTHERS:
                self.found.report(segment, 3, f"says that this is version {shown}: {OTHERS[version[:10]]}.", _READABLE)
            elif shown:
                self.found.report(
                    segment, 3 if segment.element(3) else 0, f"is of version {shown}, which cannot be read.",
                    f"{_READABLE} Ask the sender for a 5010 file.",
                )  # fmt: skip
            else:
                self.found.report(
                    segment, 0, "does not say which version of the 837 this is (ST03 or GS08).", _READABLE
                )
        return guide

    def _se(self, segment: Segment) -> None:
        self.flush(segment.offset)
        if self.st is None:
            if not self.group_refused:
                self.found.report(segment, 0, "ends a transaction set that no ST segment started.")
            return
        if self.loops is not None:
            self._count(segment, self.segments + 1, "segments of its transaction set, ST and SE included")
            self._same(segment, 2, self.st, 2, "ST02")
        self.st = None

    def _ge(self, segment: Segment) -> None:
        self._unclosed(segment)
        if self.gs is None:
            self.found.report(segment, 0, "ends a functional group that no GS segment started.")
            return
        if not self.group_refused:
            self._count(segment, self.sets, "transaction sets of its group")
            self._same(segment, 2, self.gs, 6, "GS06")
        self.gs = None
        self.group_refused = False

    def _iea(self, segment: Segment) -> None:
        self._unclosed(segment)
        if self.isa is None:
            self.found.report(segment, 0, "ends an interchange that no ISA segment started.")
            return
        if not self.refused:
            self._count(segment, self.groups, "groups of its interchange")
            self._same(segment, 2, self.isa, 13, "ISA13")
        self.isa = self.gs = None

    def _count(self, segment: Segment, expected: int, what: str) -> None:
        text = segment.element(1).strip()
        if not (text.isascii() and text.isdigit() and int(text[:12]) == expected):
            self.found.report(segment, 1, f"does not match the number of {what}, which is {expected}.")

    def _same(self, segment: Segment, at: int, opening: Segment, opening_at: int, name: str) -> None:
        if segment.element(at).strip() != opening.element(opening_at).strip():
            self.found.report(segment, at, f"is not the same control number as {name}.")

    def close(self, end: int) -> None:
        """The file has ended."""
        self.flush(end)
        if self.cut or self.refused:
            return
        for opening, closing in ((self.st, "SE"), (self.gs, "GE"), (self.isa, "IEA")):
            if opening is not None:
                self.found.report(opening, 0, f"has no matching {closing} segment before the file ends.", _CUT)
                return

    def flush(self, end: int) -> None:
        """What is being gathered, if anything, is complete."""
        if self.loops is not None:
            self.loops.flush(end)


_CUT = "The file may have been cut short."
_ENVELOPE = {
    "ISA": _Reader._isa, "GS": _Reader._gs, "ST": _Reader._st,
    "SE": _Reader._se, "GE": _Reader._ge, "IEA": _Reader._iea,
}  # fmt: skip
