"""What changed in meaning between two versions of packs. Layout, comments and the place in a file are no change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, structs

from scrubber.core.places import Place
from scrubber.core.types import Type
from scrubber.engine.compile.program import CompiledRevision, CompiledRule, CompiledSet, Program, ProgramPack
from scrubber.lang import ir
from scrubber.lang.unparse import unparse, unparse_key, unparse_set, unparse_value
from scrubber.packs.model import Applies, Authority, Denial, Parameter, Window

_NOWHERE = Place("", 0, 0, 0, 0)
SHOWN = 12
"""So many members of a value set are named; of more, the number is given."""


class Change(Struct, frozen=True):
    """One difference. ``kind``: pack, rule, set, table or parameter; ``name`` which; ``part`` what of it (empty: it was
    added or removed as a whole); ``before`` and ``after`` in words, empty where there is none."""

    kind: str
    name: str
    part: str
    before: str
    after: str


def changes(old: Program, new: Program) -> tuple[Change, ...]:
    """Every difference in meaning: packs, rules, value sets, tables and parameters, each by name."""
    return (
        *_named("pack", {pack.id: pack for pack in old.packs}, {pack.id: pack for pack in new.packs}, _pack),
        *_named("rule", {rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules}, _rule),
        *_named("set", old.sets, new.sets, _set),
        *_named("table", old.tables, new.tables, _table),
        *_named("parameter", old.parameters, new.parameters, _parameter),
    )  # fmt: skip


def bare(node: Any) -> Any:
    """Compiled data without the places it was read from, so that equal means the same."""
    if isinstance(node, tuple):
        return tuple(bare(item) for item in node)
    if isinstance(node, dict):
        return {name: bare(value) for name, value in node.items()}
    if isinstance(node, Place):
        return _NOWHERE
    if isinstance(node, Struct) and not isinstance(node, Type):
        fields = {name: bare(getattr(node, name)) for name in node.__struct_fields__}
        if isinstance(node, ir.Node):
            fields["span"] = (0, 0)
        return structs.replace(node, **fields)
    return node


def _named(kind: str, old: Mapping[str, Any], new: Mapping[str, Any], parts: Any) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        if name not in new:
            yield Change(kind, name, "", _said(old[name]), "")
        elif name not in old:
            yield Change(kind, name, "", "", _said(new[name]))
        else:
            before, after = parts(old[name]), parts(new[name])
            for part in dict.fromkeys((*before, *after)):
                if before.get(part, "") != after.get(part, ""):
                    yield Change(kind, name, part, before.get(part, ""), after.get(part, ""))
            if isinstance(old[name], CompiledSet):
                yield from _members(kind, name, old[name], new[name])


def _said(value: Any) -> str:
    title = getattr(value, "title", "") or getattr(value, "meaning", "")
    status = f" ({value.status})" if isinstance(value, CompiledRule) else ""
    return f"{title or getattr(value, 'name', '')}{status}"


def _pack(pack: ProgramPack) -> dict[str, str]:
    parts = {"version": pack.version, "applies": applies_said((pack.applies,)), "extends": ", ".join(pack.extends)}
    parts |= {f"override of {each.rule}": " ".join(filter(None, (each.action, each.severity, each.replacement)))
              for each in pack.overrides}  # fmt: skip
    return parts | {f"sets policy.{each.name}": ", ".join(each.value) for each in pack.settings}


def _rule(rule: CompiledRule) -> dict[str, str]:
    parts = {
        "status": rule.status, "title": rule.title, "category": rule.category, "scope": rule.scope, "basis": rule.basis,
        "applies": applies_said(rule.applies), "needs": ", ".join(rule.needs),
        "pair": " ".join([*map(unparse_key, rule.same), rule.pair_table]).strip(),
        "group by": ", ".join(map(unparse_key, rule.group_by)),
        "rows": "; ".join(sorted(_row(row.values) for row in rule.rows)),
    }  # fmt: skip
    for revision in rule.revisions:
        number = f"revision {revision.number} " if len(rule.revisions) > 1 or revision.number > 1 else ""
        parts |= {number + name: text for name, text in _revision(revision).items()}
    return parts


def _row(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value_said(value)}" for name, value in sorted(values.items()))


def _revision(revision: CompiledRevision) -> dict[str, str]:
    parts = {
        "window": window_said(revision.window), "severity": revision.severity,
        "message": template_said(revision.message),
        "when": "" if revision.when is None else unparse(revision.when), "denial": denial_said(revision.denial),
        "bypassable": revision.bypassable or "", "authority": "; ".join(map(authority_said, revision.authority)),
    }  # fmt: skip
    for item in revision.unless:
        text = unparse(item.condition)
        parts[f"unless {text}"] = template_said(item.reason)
    parts["fixes"] = "; ".join(
        " ".join(filter(None, (
            fix.kind, fix.target, fix.field, "of " + " ".join(fix.choose) if fix.choose else "",
            "to " + unparse_value(fix.value) if fix.value is not None else "",
            "if " + unparse(fix.condition) if fix.condition is not None else "",
        ))) for fix in revision.fixes
    )  # fmt: skip
    return parts


def _set(found: CompiledSet) -> dict[str, str]:
    return {"type": str(found.type), "filled": "yes" if found.filled else "no"}


def _members(kind: str, name: str, old: CompiledSet, new: CompiledSet) -> Iterator[Change]:
    """The members that came and went, window by window."""
    before = {window_said(version.window): _listed(version.codes) for version in old.versions}
    after = {window_said(version.window): _listed(version.codes) for version in new.versions}
    for window in dict.fromkeys((*before, *after)):
        gone, come = before.get(window, set()) - after.get(window, set()), after.get(window, set()) - before.get(
            window, set())  # fmt: skip
        if gone or come:
            yield Change(kind, name, f"members, {window}", _few(gone), _few(come))
        elif (window in before) != (window in after):
            yield Change(kind, name, "window", window if window in before else "", window if window in after else "")


def _listed(codes: ir.Codes) -> set[str]:
    """Each member as it is typed."""
    return {member.strip() for member in unparse_set(codes).strip("{}").split(",") if member.strip()}


def _few(members: set[str]) -> str:
    shown = sorted(members)[:SHOWN]
    return ", ".join(shown) + (f" and {len(members) - SHOWN} more" if len(members) > SHOWN else "")


def _table(table: Any) -> dict[str, str]:
    settings = "; ".join(f"{each.name} where {unparse(each.condition)}" for each in table.settings)
    rows = "" if table.rows is None else str(len(table.rows))
    digest = "" if table.rows is None else str(sorted(str(row) for row in table.rows))
    return {
        "stored": table.stored, "keys": ", ".join(table.keys), "columns": ", ".join(table.columns),
        "absent": table.absent, "match": table.match, "edition policy": table.edition_policy, "settings": settings,
        "number of rows": rows, "rows": digest,
    }  # fmt: skip


def _parameter(parameter: Parameter) -> dict[str, str]:
    return {"type": str(parameter.type), "default": ", ".join(parameter.default)}


# ---- in words


def window_said(window: Window) -> str:
    """A window: ``always``, ``since 2024-01-01``, ``until 2024-12-31``, ``2024-01-01 to 2024-12-31``."""
    if window.first is None and window.last is None:
        return "always"
    if window.last is None:
        return f"since {window.first}"
    return f"until {window.last}" if window.first is None else f"{window.first} to {window.last}"


def template_said(template: tuple[Any, ...]) -> str:
    """A message as its author wrote it."""
    return "".join(part if isinstance(part, str) else f"{{{unparse_value(part)}}}" for part in template)


def value_said(value: Any) -> str:
    """A constant of a row."""
    return unparse_set(value) if isinstance(value, ir.Codes) else unparse_value(value)


def denial_said(denial: Denial) -> str:
    """The codes of a denial."""
    parts = (("CARC", denial.carc), ("RARC", denial.rarc), ("277CA", denial.claim_status))
    return ", ".join(f"{name} {' '.join(values)}" for name, values in parts if values)


def authority_said(authority: Authority) -> str:
    """A source: title, section, edition, evidence."""
    return ", ".join(filter(None, (authority.title, authority.section, authority.edition, authority.evidence)))


def applies_said(criteria: tuple[Applies, ...]) -> str:
    """Whom a rule is about: ``payer_class MEDICARE; claim_type PROFESSIONAL``."""
    parts = []
    for each in criteria:
        for name in each.__struct_fields__:
            choice = getattr(each, name)
            parts += [f"{name} {' or '.join(choice.any_of)}"] if choice.any_of else []
            parts += [f"{name} not {' or '.join(choice.none_of)}"] if choice.none_of else []
    return "; ".join(dict.fromkeys(parts))
