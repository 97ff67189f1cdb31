"""Three kinds of trouble that are never mixed: a rule file is wrong, an input file is wrong, or we are."""

from __future__ import annotations

from msgspec import Struct

from scrubber.core.places import Place


class Label(Struct, frozen=True):
    """A further place that explains a diagnostic, with what is to be seen there."""

    place: Place
    text: str


class Replacement(Struct, frozen=True):
    """A suggested edit of a rule file: put ``text`` where ``place`` is. ``safe`` edits keep the meaning."""

    place: Place
    text: str
    safe: bool = False


class Diagnostic(Struct, frozen=True):
    """Something wrong with a rule file.

    ``code`` is ``SCRnnn`` and never reused; ``headline`` says what is wrong in one sentence; ``label`` stands at the
    caret; ``help`` says what to do, in words the author can type.
    """

    code: str
    headline: str
    place: Place
    label: str = ""
    help: str = ""
    labels: tuple[Label, ...] = ()
    edit: Replacement | None = None
    severity: str = "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.code} {self.headline}"


class RuleFileError(Exception):
    """One or more diagnostics stop a pack from being used. ``diagnostics`` is in file order and never empty."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = sorted(diagnostics, key=lambda d: (d.place.path, d.place.line, d.place.column, d.code))
        super().__init__("\n".join(str(d) for d in self.diagnostics))


class InputProblem(Struct, frozen=True, omit_defaults=False):
    """Something in an input file (a claim file, a table file) that could not be read. It never quotes the data.

    ``offset`` is in bytes from the start of the file; ``segment`` counts from 1 and ``element`` is a name such as
    ``CLM02`` in an 837, or a JSON pointer in a JSON file. ``claim`` is the patient control number where it is known.
    """

    file: str
    message: str
    offset: int | None = None
    segment: int | None = None
    element: str | None = None
    claim: str | None = None
    line: int | None = None
    help: str = ""

    def __str__(self) -> str:
        where = [self.file]
        if self.segment is not None:
            where.append(f"segment {self.segment}")
        if self.element:
            where.append(self.element)
        if self.offset is not None:
            where.append(f"byte {self.offset}")
        return f"{', '.join(where)}: {self.message}" + (f" {self.help}" if self.help else "")


class InputError(Exception):
    """A file cannot be used at all: a claim file of an unknown kind, a damaged table. Carries what to tell."""

    def __init__(self, problem: InputProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class UsageError(Exception):
    """The caller asked for something that does not exist or does not fit: an option, a rule id, a folder."""
