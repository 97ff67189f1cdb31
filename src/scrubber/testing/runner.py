"""Golden files run without pytest: every file of a run, with all that went wrong, ready for a report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from scrubber.core.diagnostics import Diagnostic, RuleFileError, UsageError
from scrubber.core.files import refuse_no_name, refuse_no_text
from scrubber.core.places import Place
from scrubber.testing.golden import CaseResult, Suite, golden_files, run_case
from scrubber.testing.programs import Programs
from scrubber.testing.read import read_golden

USUAL = ("tests/golden", "golden")
"""Where golden files are looked for when no path is named."""


class FileResult(Struct, frozen=True):
    """How one golden file went. ``problems`` are what is wrong with the file itself; ``missing`` the untested sides."""

    file: str
    rule: str
    results: tuple[CaseResult, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    missing: tuple[str, ...] = ()
    status: str = ""
    seconds: float = 0.0

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that went otherwise than expected."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> bool:
        """Whether the file can be read, every case holds, and the rule is tested on both sides."""
        return not (self.failed or self.problems or self.missing)

    @property
    def lacking(self) -> str:
        """What the rule has no case for, as a sentence; empty where it is tested on both sides."""
        if not self.missing:
            return ""
        return (
            f"{self.rule} is {self.status} and has no case with expect: {' and none with expect: '.join(self.missing)}"
        )


class TestRun(Struct, frozen=True):
    """All files of a run. ``untested_places`` are the rules in force of the named packs that no file tests, each with
    where it stands."""

    files: tuple[FileResult, ...]
    untested_places: tuple[tuple[str, Place], ...] = ()

    @property
    def untested(self) -> tuple[str, ...]:
        """The ids of the rules that no file tests."""
        return tuple(rule for rule, _ in self.untested_places)

    @property
    def passed(self) -> bool:
        """Whether there is nothing to put right."""
        return not self.untested and all(file.passed for file in self.files)

    @property
    def cases(self) -> int:
        """How many cases were run."""
        return sum(len(file.results) for file in self.files)


def found_files(given: Sequence[str]) -> list[tuple[Path, str]]:
    """The golden files that ``given`` names, each with the case asked for (empty: all of them).

    A folder stands for the golden files below it; ``FILE::CASE`` for one case, by the name a report shows.

    Raises:
        UsageError: a path is not there, cannot be read, has a name that is not UTF-8, or holds no golden file.
    """
    paths = list(given) or [path for path in USUAL if Path(path).is_dir()][:1]
    if not paths:
        raise UsageError(f"There is no folder {' or '.join(USUAL)} here: name the files or folders to test.")
    found: dict[tuple[Path, str], None] = {}
    for text in paths:
        name, _, case = text.partition("::")
        refuse_no_name(name, "A golden file or folder")
        refuse_no_text(name)
        path = Path(name)
        if path.is_file():
            found[path, case] = None
        elif path.is_dir():
            below = golden_files(path)
            if not below:
                raise UsageError(f"{name} holds no golden file: a YAML file with `rule:` at its top.")
            found.update({(file, case): None for file in below})
        else:
            raise UsageError(f"{name} is neither a file nor a folder.")
    return list(found)


def run_files(files: Iterable[tuple[Path, str]], programs: Programs, word: str = "") -> tuple[FileResult, ...]:
    """Run the cases of the files; of those only the ones whose name holds ``word``, where it is given.

    Raises:
        UsageError: a case that was asked for by name is not in its file, or no name holds the word.
    """
    found = tuple(_run(path, case, word, programs) for path, case in files)
    if word and not any(file.results or file.problems for file in found):
        raise UsageError(f"No case of these files has {word!r} in its name, so nothing was tested.")
    return found


def _run(path: Path, wanted: str, word: str, programs: Programs) -> FileResult:
    started = time.perf_counter()
    try:
        suite = Suite(read_golden(path), programs)
    except RuleFileError as error:
        return FileResult(path.as_posix(), "", problems=tuple(error.diagnostics))
    cases = [case for case in suite.cases if wanted in ("", case.id, case.name) and word.lower() in case.id.lower()]
    if wanted and not cases:
        names = ", ".join(repr(case.id) for case in suite.cases[:6])
        raise UsageError(f"{path} has no case {wanted!r}. It has {names}.")
    results: list[CaseResult] = []
    problems: list[Diagnostic] = []
    for case in cases:
        try:
            results.append(run_case(suite, case))
        except RuleFileError as error:
            problems += error.diagnostics
    whole = len(cases) == len(suite.cases)
    return FileResult(path.as_posix(), suite.rule.id, tuple(results), tuple(problems),
                      tuple(suite.missing_sides()) if whole else (), suite.rule.status,
                      time.perf_counter() - started)  # fmt: skip


def untested(programs: Programs, files: Iterable[FileResult]) -> tuple[tuple[str, Place], ...]:
    """The rules in force of the packs of the run that none of the files tests, each with where it stands."""
    return untested_rules(programs, {file.rule for file in files})


def untested_rules(programs: Programs, tested: set[str]) -> tuple[tuple[str, Place], ...]:
    """The rules in force of the packs of the run that are not among those tested, each with where it stands."""
    if not programs.packs:
        return ()
    from scrubber.packs.bundled import bundled_packs

    program = programs.made_of([*bundled_packs(), *programs.packs]).program
    ours = {pack.id for pack in program.packs if Path(pack.path).resolve() in programs.packs}
    return tuple(
        (rule.id, rule.place) for rule in program.rules
        if rule.pack in ours and rule.status in ("active", "shadow") and rule.id not in tested
    )  # fmt: skip
