"""A page about every bundled rule, from the loaded packs."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.docgen.markdown import code, page, table
from scrubber.docgen.packs import bundled, source_of, whom
from scrubber.impact.meaning import window_said
from scrubber.packs.model import Authority, Denial, Pack, Revision, Rule, Tree, ValueSet

MEMBERS = 20
"""So many members of a value set are shown."""

_INTRO = """\
Every rule that comes with the program, as the packs say it. *Primary* evidence: the publication itself was read;
*secondary*: someone's account of it. How severities and statuses work: [writing rules](writing-rules.md)."""


def text() -> str:
    """The page."""
    packs = bundled()
    rows = [
        (f"[{rule.id}](#{rule.id.lower()})", rule.title, rule.revisions[-1].severity, rule.status)
        for pack in packs
        for rule in pack.rules
    ]
    overview = table(("Rule", "What it says", "Severity", "Status"), rows)
    return page("Bundled rules", _INTRO, [overview, *(part for pack in packs for part in _pack(pack))])


def _pack(pack: Pack) -> Iterator[str]:
    said = [f"Pack `{pack.id}` {pack.version}, for {whom(pack.applies)}."]
    if pack.extends:
        said.append(f"It builds on {', '.join(code(name) for name in pack.extends)}.")
    yield f"## {pack.title}\n\n{' '.join(said)}"
    for override in pack.overrides:
        change = f" to {override.severity}" if override.severity else ""
        change = f" with {override.replacement}" if override.replacement else change
        yield f"It changes {override.rule}: {override.action}{change}. {override.reason}"
    if pack.definitions:
        names = [(code(item.name), code(" ".join(item.text.value.split()))) for item in pack.definitions]
        yield table(("Named condition", "Stands for"), names)
    if pack.value_sets:
        yield table(("Value set", "What it holds", "Members"), map(_value_set, pack.value_sets))
    for rule in pack.rules:
        yield "\n\n".join(_rule(rule))


def _value_set(value_set: ValueSet) -> tuple[str, str, str]:
    """A value set with its members of today, or how many there are of a long list."""
    written = [member.value for member in value_set.versions[-1].members] if value_set.versions else []
    if not written:
        members = "filled by the practice" if value_set.name.startswith("local/") else "none"
    else:
        members = ", ".join(written[:MEMBERS]) + (f" … ({len(written)} in all)" if len(written) > MEMBERS else "")
    return code(f"@{value_set.name}"), value_set.title, members.replace("*", "\\*")


def _rule(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}"
    yield f"{rule.title}."
    facts = [
        f"**Category** {rule.category} · **scope** {rule.scope.replace('_', ' ')} · **status** {rule.status}",
        f"**For** {whom(rule.applies)}",
        f"**Written in** `{source_of(rule.place.path)}`",
    ]
    if rule.rows:
        facts.append(f"**Over a list** of {len(rule.rows):,} rows")
    if rule.needs:
        facts.append(f"**Needs** {', '.join(rule.needs)}")
    if len(rule.revisions) == 1:
        facts += _facts(rule.revisions[0])
    yield "\n".join(f"- {fact}" for fact in facts)
    for revision in rule.revisions:
        if len(rule.revisions) > 1:
            yield "\n".join([f"Version {revision.number}:", "", *(f"- {fact}" for fact in _facts(revision))])
        if revision.when is not None:
            yield f"```condition\n{_tree(revision.when)}\n```"
        if revision.unless:
            yield "Not reported where\n\n" + "\n".join(f"- {_words(item.reason.value)}" for item in revision.unless)
    if rule.why:
        yield " ".join(rule.why.split())


def _facts(revision: Revision) -> Iterator[str]:
    yield f"**Severity** {revision.severity} · **in force** {window_said(revision.window)}"
    denial = _denial(revision.denial)
    if denial:
        yield f"**Denial to expect** {denial}"
    for authority in revision.authority:
        yield f"**Source** {_authority(authority)}"


def _tree(tree: Tree, depth: int = 0) -> str:
    """A condition as written; lists and trees with their word before them."""
    if tree.text is not None:
        return "\n".join("  " * depth + line.strip() for line in tree.text.value.strip().splitlines())
    parts = "\n".join(_tree(item, depth + 1) for item in tree.items)
    return f"{'  ' * depth}{tree.mode} of these:\n{parts}"


def _denial(denial: Denial) -> str:
    parts = [("CARC", denial.carc), ("RARC", denial.rarc), ("277CA", denial.claim_status)]
    return ", ".join(f"{name} {' '.join(values)}" for name, values in parts if values)


def _authority(authority: Authority) -> str:
    title = f"[{authority.title}]({authority.url})" if authority.url else authority.title
    edition = f"edition {authority.edition}" if authority.edition else ""
    return ", ".join(part for part in (title, authority.section, edition) if part) + (
        f" ({authority.evidence})" if authority.evidence else ""
    )


def _words(text: str) -> str:
    """A message: its values in braces are shown as code."""
    return " ".join(text.split()).replace("{", "`{").replace("}", "}`")
