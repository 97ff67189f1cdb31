"""The way in: text to typed IR, with every problem that was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from scrubber.core.types import Type
from scrubber.lang import ir
from scrubber.lang.check import Checker
from scrubber.lang.environment import Environment, Subject
from scrubber.lang.parse import parse
from scrubber.lang.problems import Edit, Problem
from scrubber.lang.scope import comparable, describe, type_of

MAX_VERIFIED = 10
"""Edits of one text that are tried before they are called safe; those after them are not called so."""


class Compiled(Struct, frozen=True):
    """A condition and its problems. ``condition`` is None where any problem is an error."""

    condition: ir.Condition | None
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is a condition to run; there may still be warnings."""
        return self.condition is not None


class CompiledValue(Struct, frozen=True):
    """A value and its problems."""

    value: ir.Value | None
    problems: tuple[Problem, ...] = ()


class CompiledSet(Struct, frozen=True):
    """A set and its problems."""

    codes: ir.Codes | ir.ListOf | None
    problems: tuple[Problem, ...] = ()


class CompiledTemplate(Struct, frozen=True):
    """A message: fixed text and values, in order. ``parts`` is empty where any problem is an error."""

    parts: tuple[str | ir.Value, ...]
    problems: tuple[Problem, ...] = ()


class CompiledKeys(Struct, frozen=True):
    """Join keys. ``problems`` pair the place in the list with what is wrong there."""

    keys: tuple[ir.Key, ...]
    problems: tuple[tuple[int, Problem], ...] = ()


def _sorted(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.start, p.end, p.code)))


def compile_condition(text: str, subject: Subject, environment: Environment) -> Compiled:
    """The typed condition that ``text`` means for a rule on ``subject``.

    Never raises for any text: what is wrong is in ``problems``, all of it where parts are wrong independently, or the
    first error where the text is not a condition at all.
    """
    condition, problems = _condition(text, subject, environment)
    safe = [p for p in problems if p.edit is not None and p.edit.safe]
    for problem in safe:
        verified = problem in safe[:MAX_VERIFIED] and _mends(problem, text, problems, subject, environment)
        if not verified:
            problems = [_unsafe(p) if p is problem else p for p in problems]
    return Compiled(condition, _sorted(problems))


def _condition(text: str, subject: Subject, environment: Environment) -> tuple[ir.Condition | None, list[Problem]]:
    tree = parse(text)
    if isinstance(tree, Problem):
        return None, [tree]
    checker = Checker(text, subject, environment)
    condition = checker.condition(tree)  # type: ignore[arg-type]
    return (None if _errors(checker.problems) else condition), checker.problems


def _errors(problems: Sequence[Problem]) -> int:
    return sum(problem.severity == "error" for problem in problems)


def _mends(problem: Problem, text: str, problems: list[Problem], subject: Subject, environment: Environment) -> bool:
    """Whether the edit of a problem, made, leaves fewer problems than there were."""
    edit = problem.edit
    if edit is None:
        return False
    after = _condition(text[: edit.start] + edit.text + text[edit.end :], subject, environment)[1]
    return _errors(after) <= max(_errors(problems) - 1, 0) and len(after) < len(problems)


def _unsafe(problem: Problem) -> Problem:
    edit = problem.edit
    return problem if edit is None else msgspec.structs.replace(problem, edit=Edit(edit.start, edit.end, edit.text))


def compile_value(text: str, subject: Subject, environment: Environment, wanted: Type | None = None) -> CompiledValue:
    """A value such as ``line.units - 1``; ``wanted`` types a bare literal and is held to."""
    tree = parse(text, "start_value")
    if isinstance(tree, Problem):
        return CompiledValue(None, (tree,))
    checker = Checker(text, subject, environment)
    value = checker.value(tree, wanted)  # type: ignore[arg-type]
    if value is not None:
        type_ = type_of(value)
        if type_.kind in ("row", "record") and not type_.many:
            value = checker.scalar(tree)  # type: ignore[arg-type]
        elif wanted is not None and (not comparable(type_, wanted) or type_.many != wanted.many):
            checker.problem("SCR301", tree.span, f"{describe(wanted).capitalize()} is needed here, and this is "
                            f"{describe(type_)}.", f"Give {describe(wanted)}.", describe(type_))  # fmt: skip
    if any(p.severity == "error" for p in checker.problems):
        value = None
    return CompiledValue(value, _sorted(checker.problems))


def compile_set(text: str, element_type: Type, subject: Subject, environment: Environment) -> CompiledSet:
    """A set such as ``{25, 57}``, ``@ptp-modifiers`` or ``policy.x``, whose members are of ``element_type``."""
    tree = parse(text, "start_set")
    if isinstance(tree, Problem):
        return CompiledSet(None, (tree,))
    checker = Checker(text, subject, environment)
    codes = checker.code_set(tree, element_type.one)  # type: ignore[arg-type]
    if any(p.severity == "error" for p in checker.problems):
        codes = None
    return CompiledSet(codes, _sorted(checker.problems))


_HOLE = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]")


def compile_template(text: str, subject: Subject, environment: Environment) -> CompiledTemplate:
    """A message such as ``{line.procedure} is bundled``; ``{{`` and ``}}`` stand for the braces themselves."""
    parts: list[str | ir.Value] = []
    problems: list[Problem] = []
    plain, end = "", 0
    for match in _HOLE.finditer(text):
        plain += text[end : match.start()]
        end = match.end()
        hole = match[0]
        if hole in ("{{", "}}"):
            plain += hole[0]
        elif len(hole) == 1:
            what = "is not closed" if hole == "{" else "closes nothing"
            problems.append(Problem("SCR124", f"A brace in the message {what}.", match.start(), match.end(), what,
                                    f"Write `{hole * 2}` for the brace itself, or `{{line.procedure}}` for a value.",
                                    edit=Edit(match.start(), match.end(), hole * 2)))  # fmt: skip
        else:
            value, wrong = _hole(hole[1:-1], match.start() + 1, subject, environment)
            problems.extend(wrong)
            if value is not None:
                parts += [plain, value] if plain else [value]
                plain = ""
    plain += text[end:]
    if plain:
        parts.append(plain)
    if any(p.severity == "error" for p in problems):
        parts = []
    return CompiledTemplate(tuple(parts), _sorted(problems))


def _hole(
    text: str, offset: int, subject: Subject, environment: Environment
) -> tuple[ir.Value | None, tuple[Problem, ...]]:
    if not text.strip():
        return None, (Problem("SCR124", "The braces in the message are empty.", offset - 1, offset + len(text) + 1,
                              "no value", "Name a value, as in `{line.procedure}`."),)  # fmt: skip
    compiled = compile_value(text, subject, environment)
    return compiled.value, tuple(_moved(p, offset) for p in compiled.problems)


def _moved(problem: Problem, by: int) -> Problem:
    edit = problem.edit
    return Problem(
        problem.code, problem.headline, problem.start + by, problem.end + by, problem.label, problem.help,
        tuple((a + by, b + by, text) for a, b, text in problem.labels),
        None if edit is None else Edit(edit.start + by, edit.end + by, edit.text, edit.safe), problem.severity,
    )  # fmt: skip


def compile_keys(
    texts: Sequence[str], subject: Subject, environment: Environment, record: str = "line"
) -> CompiledKeys:
    """Join keys such as ``date``, ``day``, ``procedure`` or ``policy.same_provider``: fields of ``record``."""
    keys: list[ir.Key] = []
    problems: list[tuple[int, Problem]] = []
    for place, text in enumerate(texts):
        tree = parse(text, "start_key")
        if isinstance(tree, Problem):
            problems.append((place, tree))
            continue
        checker = Checker(text, subject, environment)
        fields = checker.fields_of(record)
        key = checker.single_key(tree, fields)  # type: ignore[arg-type]
        problems.extend((place, p) for p in checker.problems)
        if key is not None:
            keys.append(key)
    return CompiledKeys(tuple(dict.fromkeys(keys)), tuple(problems))
