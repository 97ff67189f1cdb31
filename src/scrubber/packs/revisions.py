"""The effective-dated versions of a rule: what each takes from the rule, and that no two hold on one day."""

from __future__ import annotations

from datetime import date

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.core.places import Place, Text
from scrubber.packs import reading as read
from scrubber.packs.model import Applies, Authority, Revision, Window
from scrubber.packs.rule_parts import denial_of, fixes_of, tree_of, unless_of
from scrubber.packs.yaml_nodes import Mapping, Node


def overlapping(windows: list[tuple[Window, Place]]) -> list[tuple[tuple[Window, Place], tuple[Window, Place]]]:
    """Pairs of neighbours, in date order, that share a day."""
    ordered = sorted(windows, key=lambda item: (item[0].first or date.min, item[0].last or date.max))
    found = []
    furthest = None
    for item in ordered:
        if furthest is not None and (item[0].first or date.min) <= (furthest[0].last or date.max):
            found.append((furthest, item))
        if furthest is None or (item[0].last or date.max) > (furthest[0].last or date.max):
            furthest = item
    return found


def spoken(window: Window) -> str:
    """A window in words: ``2024-01-01 to 2024-12-31``, ``until 2024-12-31``, ``from 2025-01-01``, ``always``."""
    if window.first and window.last:
        return f"{window.first} to {window.last}"
    if window.first:
        return f"from {window.first}"
    return f"until {window.last}" if window.last else "always"


def revisions_of(
    node: Mapping, rule_id: str, status: str, applies: Applies, problems: list[Diagnostic]
) -> tuple[Revision, ...]:
    """The revisions of a rule, numbered from 1 in date order; one where the rule has no ``revisions:``."""
    parts = read.mappings(node.get("revisions"))
    if parts and node.get("effective") is not None:
        problems.append(
            Diagnostic(
                "SCR624",
                f"rule {rule_id} has dates of its own and in its revisions",
                read.key_place(node, "effective"),
                help="remove `effective:` here; each revision has its own",
            )
        )
    windows = [(read.window(part.get("effective"), problems), read.key_place(part, "effective")) for part in parts]
    for (first, first_place), (second, second_place) in overlapping(windows):
        problems.append(
            Diagnostic(
                "SCR623",
                f"two revisions of rule {rule_id} hold on the same days: {spoken(first)} and {spoken(second)}",
                second_place,
                label=spoken(second),
                labels=(Label(first_place, spoken(first)),),
                help="end the earlier one on the day before the later one starts",
            )
        )
    if not parts:
        window = read.window(node.get("effective"), problems)
        return (_revision(node, None, 1, window, rule_id, status, applies, problems),)
    order = sorted(range(len(parts)), key=lambda index: windows[index][0].first or date.min)
    return tuple(
        _revision(node, parts[index], number, windows[index][0], rule_id, status, applies, problems)
        for number, index in enumerate(order, 1)
    )


def _revision(
    rule: Mapping, part: Mapping | None, number: int, window: Window, rule_id: str, status: str, applies: Applies,
    problems: list[Diagnostic],
) -> Revision:  # fmt: skip
    def pick(key: str) -> Node | None:
        given = part.get(key) if part is not None else None
        return given if given is not None else rule.get(key)

    place = read.key_place(part if part is not None else rule, "id", "effective")
    what = f"rule {rule_id}" + (f", revision {number}," if part is not None else "")
    message, severity, when = read.texts(pick("message")), read.words(pick("severity")), pick("when")
    for name, value, example in (
        ("message", message, "message: what the biller reads"),
        ("severity", severity, "severity: deny (or reject, review, info)"),
    ):
        if not value and (number == 1 or part is not None):
            problems.append(
                Diagnostic(
                    "SCR611",
                    f"{what} has no `{name}`",
                    place,
                    label=f"`{name}` is missing here",
                    help=f"add `{example}`",
                )
            )
    if when is None:
        _check_open(what, place, severity[0] if severity else "", applies, problems)
    cited = read.authorities(pick("authority"))
    # Revisions share the fixes of their rule: what is wrong with those is said once.
    wrong_fixes: list[Diagnostic] = []
    fixes = fixes_of(pick("fix"), wrong_fixes)
    problems.extend(problem for problem in wrong_fixes if problem not in problems)
    _check_evidence(what, place, status, cited, pick("authority"), problems)
    return Revision(
        number=number,
        window=window,
        severity=severity[0] if severity else "",
        message=message[0] if message else Text("", place),
        when=tree_of(when) if when is not None else None,
        unless=unless_of(pick("unless")),
        denial=denial_of(pick("denial")),
        bypassable=(read.words(pick("bypassable")) or (None,))[0],
        fixes=fixes,
        authority=cited,
    )


def _check_open(what: str, place: Place, severity: str, applies: Applies, problems: list[Diagnostic]) -> None:
    """A rule without ``when`` fires on everything: only for a named payer, and only to say "look"."""
    if not applies.payer.any_of:
        problems.append(
            Diagnostic(
                "SCR620",
                f"{what} has no `when`, so it would fire on every claim",
                place,
                label="`when` is missing here",
                help="add `when:` with a condition; it may be left out only where `applies:` names a payer",
            )
        )
    elif severity in ("reject", "deny"):
        problems.append(
            Diagnostic(
                "SCR620",
                f"{what} has no `when`, so its severity cannot be {severity}",
                place,
                label="`when` is missing here",
                help="add `when:`, or write `severity: review`",
            )
        )


def _check_evidence(
    what: str, place: Place, status: str, cited: tuple[Authority, ...], node: Node | None, problems: list[Diagnostic]
) -> None:
    """An active rule rests on a publication that somebody read; a shadow one cites at least an account of it."""
    if status not in ("active", "shadow"):
        return
    if not cited:
        problems.append(
            Diagnostic(
                "SCR622",
                f"{what} cites no authority",
                place,
                label="`authority` is missing here",
                help="add `authority: {title: …, section: …, url: …, evidence: primary}`, or `status: draft`",
            )
        )
    elif status == "active" and not any(item.evidence == "primary" for item in cited):
        problems.append(
            Diagnostic(
                "SCR621",
                f"{what} is active, but nobody has read its publication",
                node.place if node is not None else place,
                label="no `evidence: primary`",
                help="write `status: draft` until the publication itself was read, then `evidence: primary`",
            )
        )
