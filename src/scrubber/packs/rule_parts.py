"""The parts of a rule that its revisions share: conditions, exceptions, denials, fixes, columns."""

from __future__ import annotations

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.types import Type
from scrubber.packs import reading as read
from scrubber.packs.model import Denial, FixText, Tree, Unless
from scrubber.packs.type_names import type_named
from scrubber.packs.yaml_nodes import Mapping, Node, Scalar, Sequence

_NEEDS = {"add_modifier": ("choose", "value"), "set_field": ("field",), "advice": ("because",)}


def columns_of(node: Node | None) -> dict[str, Type]:
    """``{name: type}`` with the types made out."""
    found: dict[str, Type] = {}
    for key, value in read.entries(node):
        type_ = type_named(value.value) if isinstance(value, Scalar) else None
        if type_ is not None:
            found[key.value] = type_
    return found


def tree_of(node: Node) -> Tree:
    """``when:`` as a tree: text, a list (all hold), or a mapping of all, any or none."""
    if isinstance(node, Scalar):
        return Tree("text", node.text())
    if isinstance(node, Sequence):
        return Tree("all", items=tuple(tree_of(item) for item in node.items))
    key, value = node.entries[0]
    items = value.items if isinstance(value, Sequence) else ()
    return Tree(key.value, items=tuple(tree_of(item) for item in items))


def unless_of(node: Node | None) -> tuple[Unless, ...]:
    """The exceptions of a rule or a revision."""
    found = []
    for item in read.mappings(node):
        condition, reason = read.text(item, "if"), read.text(item, "reason")
        if condition is not None and reason is not None:
            found.append(Unless(condition, reason))
    return tuple(found)


def denial_of(node: Node | None) -> Denial:
    """The denial to expect, codes as text."""
    if not isinstance(node, Mapping):
        return Denial()
    return Denial(read.words(node.get("carc")), read.words(node.get("rarc")), read.words(node.get("claim_status")))


def fixes_of(node: Node | None, problems: list[Diagnostic]) -> tuple[FixText, ...]:
    """The fixes of a rule or a revision."""
    found = []
    for item in read.mappings(node):
        kind = read.word(item, "kind")
        needed = _NEEDS.get(kind, ())
        if needed and not any(item.get(name) for name in needed):
            problems.append(
                Diagnostic(
                    "SCR626",
                    f"a fix of kind `{kind}` needs `{needed[0]}`",
                    read.key_place(item, "kind"),
                    label=f"`{needed[0]}` is missing",
                    help=_fix_help(needed[0]),
                )
            )
        found.append(
            FixText(
                kind=kind,
                target=read.word(item, "target", "line"),
                field=read.word(item, "field"),
                choose=read.text(item, "choose"),
                value=read.text(item, "value"),
                condition=read.text(item, "if"),
                because=read.word(item, "because"),
                place=item.place,
            )
        )
    return tuple(found)


def _fix_help(name: str) -> str:
    return {
        "choose": 'add `choose: "{25, 57}"` or `choose: "@value-set"`, in quotes',
        "field": "add `field:` with the name of the field, for example place_of_service",
        "because": "add `because:` with what the biller should do",
    }[name]
