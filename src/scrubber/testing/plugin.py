"""pytest plugin: collects golden test files, one test a case.

A golden file is a YAML file somewhere under a folder named ``golden`` that has ``rule:`` or ``cases:`` at its top.
Nothing of the engine is imported before the first such file is collected.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from scrubber.testing.golden import Suite
    from scrubber.testing.programs import Programs
    from scrubber.testing.read import GoldenCase

_PROGRAMS: pytest.StashKey[Programs] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden`` and ``--golden-pack``."""
    group = parser.getgroup("golden")
    group.addoption(
        "--update-golden", action="store_true", default=False,
        help="rewrite what golden cases expect to what their rules do now; refused in CI",
    )  # fmt: skip
    group.addoption(
        "--golden-pack", action="append", default=[], metavar="DIR",
        help="a pack that golden files test, beside the bundled ones; its rules in force must all have one; repeatable",
    )  # fmt: skip
    parser.addini("golden_packs", "the same as --golden-pack, a folder a line", type="linelist", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Refuse ``--update-golden`` in CI.

    Raises:
        UsageError: CI is set.
    """
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("--update-golden does not run in CI (CI is set): there it would make every test pass.")


def programs_of(config: pytest.Config) -> Programs:
    """The packs of the run, compiled once.

    Raises:
        UsageError: there is no pack in a folder that was named.
    """
    from scrubber.core.diagnostics import UsageError
    from scrubber.packs.bundled import pack_folders
    from scrubber.testing.programs import Programs

    if _PROGRAMS not in config.stash:
        named = [*config.getini("golden_packs"), *config.getoption("--golden-pack")]
        folders = [config.rootpath / name if not Path(name).exists() else Path(name) for name in named]
        try:
            config.stash[_PROGRAMS] = Programs([Path(folder) for folder in pack_folders(folders)])
        except UsageError as error:
            raise pytest.UsageError(f"--golden-pack: {error}") from None
    return config.stash[_PROGRAMS]


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add a failing test for each rule in force of the named packs that no collected golden file tests.

    Where single tests were asked for (``FILE::CASE``) nothing is said of what was not asked for.
    """
    named = [*config.getini("golden_packs"), *config.getoption("--golden-pack")]
    if not named or any("::" in argument for argument in config.args):
        return
    from scrubber.testing.runner import untested_rules

    tested = {item.suite.rule.id for item in items if isinstance(item, BothSides)}
    for rule, _ in untested_rules(programs_of(config), tested):
        items.append(Untested.from_parent(session, name=f"{rule} has a golden file", rule=rule))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the golden files under a ``golden`` folder."""
    from scrubber.testing.files import is_golden

    if "golden" not in file_path.parts[:-1] or not is_golden(file_path):
        return None
    return GoldenFile.from_parent(parent, path=file_path)


class GoldenFile(pytest.File):
    """One golden file; its tests are its cases, and one that a rule in force is tested on both sides."""

    def collect(self) -> Iterator[pytest.Item]:
        """The cases, in file order.

        Raises:
            CollectError: the file is wrong; says where and what to do.
        """
        from scrubber.core.diagnostics import RuleFileError, UsageError
        from scrubber.testing.golden import Suite
        from scrubber.testing.read import read_golden

        programs = programs_of(self.config)
        try:
            suite = Suite(read_golden(self.path), programs)
            if self.config.getoption("--update-golden"):
                from scrubber.testing.update import updated

                self.path.write_bytes(updated(suite).encode("utf-8"))
                suite = Suite(read_golden(self.path), programs)
        except RuleFileError as error:
            raise self.CollectError(rendered(error)) from None
        except UsageError as error:
            raise self.CollectError(str(error)) from None
        for case in suite.cases:
            yield GoldenItem.from_parent(self, name=case.id, suite=suite, case=case)
        yield BothSides.from_parent(self, name="fires and is clear", suite=suite)


class GoldenItem(pytest.Item):
    """One case."""

    def __init__(self, *, suite: Suite, case: GoldenCase, **more: Any) -> None:
        super().__init__(**more)
        self.suite, self.case = suite, case

    def runtest(self) -> None:
        """Run the case; raises GoldenFailure where the rule does something else."""
        from scrubber.core.diagnostics import RuleFileError
        from scrubber.testing.golden import run_case

        try:
            result = run_case(self.suite, self.case)
        except RuleFileError as error:
            raise GoldenFailure(rendered(error)) from None
        if not result.passed:
            raise GoldenFailure(result.message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What differed, without the traceback of the runner."""
        return str(excinfo.value) if isinstance(excinfo.value, GoldenFailure) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the line of the case (from 0) and its name."""
        return self.path, self.case.place.line - 1, self.name


class BothSides(pytest.Item):
    """A rule in force is tested by a case on which it fires and one on which it is clear."""

    def __init__(self, *, suite: Suite, **more: Any) -> None:
        super().__init__(**more)
        self.suite = suite

    def runtest(self) -> None:
        """Raises GoldenFailure where a side is missing."""
        missing = self.suite.missing_sides()
        if missing:
            rule = self.suite.rule
            raise GoldenFailure(f"{self.path}: {rule.id} is {rule.status} and has no case with expect: "
                                f"{' and none with expect: '.join(missing)}")  # fmt: skip

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is missing, without a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, GoldenFailure) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file and the name of the test."""
        return self.path, 0, self.name


class Untested(pytest.Item):
    """A rule in force that no golden file of the run tests."""

    def __init__(self, *, rule: str, **more: Any) -> None:
        super().__init__(**more)
        self.rule = rule

    def runtest(self) -> None:
        """Raises GoldenFailure: there is nothing to run."""
        raise GoldenFailure(f"{self.rule} is in force and no golden file of this run tests it")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is missing, without a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, GoldenFailure) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The rule; it is of no file of the run."""
        return self.path, 0, self.name


class GoldenFailure(Exception):  # noqa: N818 - a failed expectation, not an error of ours
    """A case did not go as expected; the text is what to show."""


def rendered(error: Any) -> str:
    """The diagnostics of a wrong file as people read them, with the lines they are about."""
    from scrubber.report.diagnostics import render

    texts: dict[str, str] = {}
    for diagnostic in error.diagnostics:
        path = diagnostic.place.path
        if path not in texts and Path(path).is_file():
            texts[path] = Path(path).read_text(encoding="utf-8", errors="replace")
    return "\n".join(render(diagnostic, texts.get(diagnostic.place.path)) for diagnostic in error.diagnostics)
