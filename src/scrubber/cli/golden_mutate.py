"""``scrubber rules test --mutate``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrubber.core.diagnostics import UsageError

if TYPE_CHECKING:
    from scrubber.testing.programs import Programs
    from scrubber.testing.survivors import Survivors

SCHEMA = "scrubber-mutation/1"


def mutated(paths: Sequence[Path], programs: Programs, format_: str, output: str | None) -> int:
    """Run the mutants of the rules that the files test, and report what no case noticed.

    Raises:
        UsageError: the format is not one for this.
        RuleFileError: a file is wrong.
    """
    from scrubber.cli.golden_test import write
    from scrubber.testing.golden import load_suite
    from scrubber.testing.survivors import survivors_of

    if format_ not in ("text", "json"):
        raise UsageError(f"--mutate has no format {format_}: use text or json.")
    suites = [load_suite(path, programs) for path in dict.fromkeys(paths)]
    for suite in suites:
        wrong = [result for result in suite.run() if not result.passed]
        if wrong:
            raise UsageError(
                f"{suite.golden.path} has cases that do not hold as it is: run `scrubber rules test` first."
            )
    found = survivors_of(suites)
    report = as_json(found) if format_ == "json" else ("\n".join(as_text(found)) + "\n").encode()
    write(output, report, map(str, paths))
    return 0 if all(rule.passed for rule in found) else 1


def as_text(found: Sequence[Survivors]) -> Iterator[str]:
    """The survivors below their rules, then one line that sums up."""
    for rule in found:
        if rule.unexpected or rule.stale or rule.allowed:
            yield f"{rule.rule} ({rule.file})"
        yield from (f"  survives: {change}" for change in rule.unexpected)
        yield from (f"  noticed by now, take it out of `survivors`: {change}" for change in rule.stale)
        yield from (f"  allowed: {change} ({reason})" for change, reason in rule.allowed.items())
    lived = sum(len(rule.unexpected) for rule in found)
    allowed = sum(len(rule.allowed) for rule in found)
    yield (f"{sum(rule.mutants for rule in found)} changes of {len(found)} rules: {lived or 'no'} "
           f"{'survivor' if lived == 1 else 'survivors'} without a reason, {allowed} with one.")  # fmt: skip


def as_json(found: Sequence[Survivors]) -> bytes:
    """One JSON document (schema ``scrubber-mutation/1``)."""
    import msgspec

    document: dict[str, Any] = {
        "schema": SCHEMA, "rules": found,
        "summary": {
            "rules": len(found), "mutants": sum(rule.mutants for rule in found),
            "survivors": sum(len(rule.unexpected) for rule in found),
            "allowed": sum(len(rule.allowed) for rule in found),
            "stale": sum(len(rule.stale) for rule in found),
        },
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
