"""A rule's nodes to a rule, and what can be wrong with a rule whose shape is right."""

from __future__ import annotations

from scrubber.core.diagnostics import Diagnostic
from scrubber.packs import reading as read
from scrubber.packs.cut_text import cut_by_comment
from scrubber.packs.model import Applies, LintOff, PairSpec, Row, Rule
from scrubber.packs.revisions import revisions_of
from scrubber.packs.rule_parts import columns_of
from scrubber.packs.yaml_nodes import Mapping, Node, Scalar, Sequence


def build_rule(
    node: Mapping, pack: str, defaults: Applies, rows: tuple[Row, ...], problems: list[Diagnostic]
) -> Rule | None:
    """The rule at ``node``, whose shape is right; problems found on the way are appended."""
    before = len(problems)
    scope = read.word(node, "scope", "line")
    status = read.word(node, "status", "active")
    rule_id = read.word(node, "id")
    _check_scope(node, rule_id, scope, problems)
    applies = read.applies(node.get("applies"), defaults)
    revisions = revisions_of(node, rule_id, status, applies, problems)
    _check_text(node, problems)
    columns = columns_of(node.get("columns"))
    if bool(columns) != (node.get("for_each_row") is not None):
        given, other = ("columns", "for_each_row") if columns else ("for_each_row", "columns")
        problems.append(
            Diagnostic(
                "SCR655",
                f"rule {rule_id} has `{given}` without `{other}`",
                read.key_place(node, given),
                help=f"add `{other}:`; the rule then holds once for each row of the file",
            )
        )
    if any(problem.severity == "error" for problem in problems[before:]):
        return None
    pair = node.get("pair")
    return Rule(
        id=rule_id,
        pack=pack,
        title=read.word(node, "title"),
        category=read.word(node, "category"),
        status=status,
        scope=scope,
        revisions=revisions,
        place=node.place,
        applies=applies,
        basis=read.word(node, "basis", "from"),
        needs=read.words(node.get("needs")),
        pair=PairSpec(read.texts(pair.get("same")), read.word(pair, "table")) if isinstance(pair, Mapping) else None,
        group_by=read.texts(node.get("group_by")),
        columns=columns,
        rows=rows,
        why=read.word(node, "why"),
        lint_off=tuple(
            LintOff(read.word(item, "code"), read.word(item, "reason"), item.place)
            for item in read.mappings(node.get("lint_off"))
        ),
    )


def _check_scope(node: Mapping, rule_id: str, scope: str, problems: list[Diagnostic]) -> None:
    """``pair`` belongs to scope pair, ``group_by`` to scope group, and each scope needs its own."""
    for key, owner, example in (
        ("pair", "pair", "pair: {same: [date, policy.same_provider]}"),
        ("group_by", "group", "group_by: [day, procedure, policy.same_provider]"),
    ):
        if node.get(key) is not None and scope != owner:
            problems.append(
                Diagnostic(
                    "SCR625",
                    f"`{key}` is for scope {owner}; rule {rule_id} has scope {scope}",
                    read.key_place(node, key),
                    label=f"scope is {scope}",
                    help=f"write `scope: {owner}`, or remove `{key}`",
                )
            )
        if node.get(key) is None and scope == owner:
            problems.append(
                Diagnostic(
                    "SCR625",
                    f"rule {rule_id} has scope {owner} but no `{key}`",
                    read.key_place(node, "scope"),
                    label=f"`{key}` is missing",
                    help=f"add `{example}`",
                )
            )


_CONDITIONS = frozenset(
    {"when", "if", "message", "reason", "because", "choose", "value", "title", "all", "any", "none"}
)


def _check_text(node: Node, problems: list[Diagnostic], key: str = "") -> None:
    """Warn of text that a comment cuts short, wherever the rule has text."""
    if isinstance(node, Scalar):
        warning = cut_by_comment(node) if key in _CONDITIONS else None
        if warning is not None:
            problems.append(warning)
    elif isinstance(node, Sequence):
        for item in node.items:
            _check_text(item, problems, key)
    else:
        for name, value in node.entries:
            _check_text(value, problems, name.value)
