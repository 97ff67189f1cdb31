"""What reading a file has given so far: claims, and problems of the file that are not of a claim."""

from __future__ import annotations

from scrubber.claims.inputs import InputClaim
from scrubber.claims.x12.scope import MOST_PROBLEMS, problem_at
from scrubber.claims.x12.segments import Segment
from scrubber.core.diagnostics import InputProblem


class Found:
    """Claims and problems in the order found. ``items`` is emptied by whoever hands them on."""

    __slots__ = ("claims", "file", "items", "reported")

    def __init__(self, file: str) -> None:
        self.file = file
        self.items: list[InputClaim | InputProblem] = []
        self.claims = 0
        self.reported = 0

    def claim(self, claim: InputClaim) -> None:
        """Add the next claim of the file."""
        self.items.append(claim)
        self.claims += 1

    def report(self, segment: Segment, element: int, message: str, help: str = "") -> None:
        """A problem of the file, not of a claim. After :data:`MOST_PROBLEMS` the rest are not listed."""
        self.reported += 1
        if self.reported < MOST_PROBLEMS:
            self.items.append(problem_at(self.file, segment, element, 0, message, None, help))
        elif self.reported == MOST_PROBLEMS:
            self.items.append(problem_at(self.file, segment, 0, 0, "is one of more problems than are listed."))
