"""A page a rule: what it says, why, on whose authority, an example with its real finding, its fixes, its versions.

Written by ``scrubber rules docs FOLDER``. The example is a golden case of the rule, run when the page is written; the
claims at the boundary are made by the machine then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from scrubber.docgen.markdown import code, page, table
from scrubber.docgen.read_back import described
from scrubber.engine.compile.program import CompiledRevision, CompiledRule, Program
from scrubber.findings.model import Finding
from scrubber.impact.meaning import denial_said, template_said, window_said
from scrubber.packs.model import Authority
from scrubber.packs.payer_map import PayerMap
from scrubber.testing.examples import Example, NotDecided, example_of
from scrubber.testing.golden import Suite, observed
from scrubber.testing.tell import claim_lines


def write_pages(
    program: Program, packs: Iterable[str], suites: Iterable[Suite], folder: Path, payers: PayerMap
) -> list[Path]:
    """Write ``PACK/RULE.md`` for each rule of the packs, ``PACK/index.md``, and ``index.md``; the paths written."""
    by_rule: dict[str, Suite] = {}
    for suite in suites:
        by_rule.setdefault(suite.rule.id, suite)
    written = []
    names = list(packs)
    for pack in (pack for pack in program.packs if pack.id in names):
        rules = [rule for rule in program.rules if rule.pack == pack.id]
        for rule in rules:
            text = rule_page(rule, by_rule.get(rule.id), example_of(program, rule, payers))
            written.append(_write(folder / pack.id / f"{rule.id}.md", text))
        rows = [(f"[{rule.id}]({rule.id}.md)", rule.title, rule.revisions[-1].severity, rule.status, rule.category)
                for rule in rules]  # fmt: skip
        listed = table(("Rule", "What it says", "Severity", "Status", "Category"), rows)
        written.append(
            _write(folder / pack.id / "index.md", page(pack.title, f"Pack `{pack.id}` {pack.version}.", [listed]))
        )
    links = "\n".join(f"- [{pack.title}]({pack.id}/index.md)" for pack in program.packs if pack.id in names)
    written.append(_write(folder / "index.md", page("Rules", "Every rule of these packs, one page each.", [links])))
    return written


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def rule_page(rule: CompiledRule, suite: Suite | None, made: Example | NotDecided) -> str:
    """The page of one rule. Without golden cases it has no example of a person's, and says so."""
    latest = rule.revisions[-1]
    parts = ["## What it says\n\n" + f"```text\n{described(rule).rstrip()}\n```"]
    if rule.why:
        parts.append(f"## Why\n\n{' '.join(rule.why.split())}")
    parts.append("## On whose authority\n\n" + ("\n".join(map(_authority, latest.authority)) or "Nobody is named."))
    if denial_said(latest.denial):
        parts.append(f"## The denial to expect\n\n{denial_said(latest.denial)}")
    parts.append("## Example\n\n" + "\n\n".join(_example(suite)))
    parts.append("## The boundary\n\n" + "\n\n".join(_boundary(made)))
    fixes = [f"- {_fix(fix.kind)} ({fix.target}){': ' + fix.because if fix.because else ''}" for fix in latest.fixes]
    if fixes:
        parts.append("## What can be done\n\n" + "\n".join(fixes))
    parts.append(
        "## Versions\n\n"
        + table(("Version", "In force", "Severity", "Message"), [_version(each) for each in rule.revisions])
    )
    facts = f"**Category** {rule.category} · **severity** {latest.severity} · **status** {rule.status}"
    return page(f"{rule.id}: {rule.title}", facts, parts)


def _version(revision: CompiledRevision) -> tuple[str, str, str, str]:
    return str(revision.number), window_said(revision.window), revision.severity, code(template_said(revision.message))


def _fix(kind: str) -> str:
    return kind.replace("_", " ").capitalize()


def _authority(authority: Authority) -> str:
    title = f"[{authority.title}]({authority.url})" if authority.url else authority.title
    rest = ", ".join(part for part in (authority.section, authority.edition, authority.evidence) if part)
    return f"- {title}{f' ({rest})' if rest else ''}"


def _example(suite: Suite | None) -> Iterator[str]:
    """The first case on which the rule fires, as it comes out now."""
    case = next((case for case in suite.cases if case.expect == "fires"), None) if suite is not None else None
    if suite is None or case is None:
        yield "No golden case shows it firing."
        return
    _, came = observed(suite, case)
    yield f"{case.name[:1].upper()}{case.name[1:]}:"
    yield "```text\n" + "\n".join(line.removeprefix("  ") for line in claim_lines(suite, case)) + "\n```"
    yield from _findings(finding for finding in came.get("fires", ()) if isinstance(finding, Finding))


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        at = f"Line {finding.line}" if finding.line is not None else "The claim"
        yield f"> **{finding.severity}** · {at}: {finding.message}"


def _boundary(made: Example | NotDecided) -> Iterator[str]:
    """The smallest claim that fires and the nearest that is clear, with the finding as it comes."""
    if isinstance(made, NotDecided):
        yield f"Not decided: {made.reason}."
        return
    assumed = f" It assumes made-up rows in place of {', '.join(map(code, made.tables))}." if made.tables else ""
    yield f"Made by the machine, and confirmed by both evaluators, for claims sent on {made.as_of}.{assumed}"
    yield f"```yaml\n{made.cases()}```"
    yield from _findings(made.findings)
    if made.clear is None:
        yield "Not decided: no claim near it was found to be clear, over the same table rows."
