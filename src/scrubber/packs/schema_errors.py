"""pydantic's errors as diagnostics: at the node's own place, in words an author can act on."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from scrubber.core.diagnostics import Diagnostic, Replacement
from scrubber.packs import schema_pack, schema_parts, schema_rule
from scrubber.packs.suggest import listed, nearest
from scrubber.packs.yaml_nodes import Mapping, Node, Scalar, shown
from scrubber.packs.yaml_nodes import Sequence as ListNode

_NOUNS: dict[type[BaseModel], str] = {
    schema_rule.RuleFile: "a rule file",
    schema_rule.Rule: "a rule",
    schema_rule.Revision: "a revision",
    schema_rule.Unless: "an exception",
    schema_rule.Fix: "a fix",
    schema_rule.Pair: "`pair`",
    schema_rule.Denial: "`denial`",
    schema_rule.Tree: "a tree of conditions",
    schema_parts.Authority: "an authority",
    schema_parts.Effective: "`effective`",
    schema_parts.Applies: "`applies`",
    schema_parts.NameChoice: "a choice",
    schema_parts.PayerClassChoice: "a choice",
    schema_parts.ClaimTypeChoice: "a choice",
    schema_parts.StateChoice: "a choice",
    schema_pack.PackFile: "pack.yaml",
    schema_pack.ValueSet: "a value set",
    schema_pack.SetVersion: "a version of a value set",
    schema_pack.Parameter: "a parameter",
    schema_pack.Table: "a table",
    schema_pack.TableSetting: "a setting of a table",
    schema_pack.Override: "an override",
}
_FORMS: dict[str, tuple[str, str]] = {
    "rule_id": ("is not a rule id", "write upper-case words and digits joined by dashes, for example NCCI-PTP-01"),
    "id": ("is not a pack id", "write lower-case words joined by dashes, for example medicare-part-b"),
    "version": ("is not a version", "write three numbers, for example 1.0.0"),
    "requires": ("is not a range of versions", "write for example `>=0.1,<2`"),
    "for_each_row": ("is not a CSV file of this pack", "write its name relative to this file, for example limits.csv"),
    "file": ("is not a CSV file of this pack", "write its name relative to this file, for example codes.csv"),
    "source": ("is not a CSV file of this pack", "write its name relative to this file, for example limits.csv"),
    "url": ("is not a web address", "write it whole, starting with https://"),
    "payer": ("is not the name of a payer", "write upper-case letters, digits and _, as the payer map does"),
    "product": ("is not the name of a product", "write upper-case letters, digits and _, as the payer map does"),
    "state": ("is not a state", "write two upper-case letters, for example TX"),
    "same": ("is not a key", "write a field such as date or rendering_npi, or policy.name"),
    "group_by": ("is not a key", "write a field such as day or procedure, or policy.name"),
    "valuesets": ("is not a name for a value set", "write lower-case words joined by dashes, without @"),
}
_EXAMPLES = {
    "id": "id: NCCI-PTP-01", "title": "title: what it says in one line", "category": "category: modifier",
    "version": "version: 1.0.0", "reason": "reason: why", "if": "if: a condition",
    "effective": "effective: {from: 2025-01-01}",
    "rules": "rules:", "same": "same: [date, policy.same_provider]", "kind": "kind: add_modifier",
    "type": "type: procedure", "keys": "keys: {procedure: procedure}", "absent": "absent: none",
    "authority": "authority: {title: the publication}", "setting": "setting: its name", "rule": "rule: its id",
    "action": "action: disable",
}  # fmt: skip
_KINDS = {"<text>": "text", "<list>": "a list", "<mapping>": "keys and values"}


def diagnostics_of(
    error: ValidationError, model: type[BaseModel], root: Node, prefix: Sequence[Any] = ()
) -> list[tuple[tuple[Any, ...], Diagnostic]]:
    """Each error with its location in the plain data (for knowing what may still be used)."""
    found: list[tuple[tuple[Any, ...], Diagnostic]] = []
    for item in error.errors(include_url=False, include_context=True, include_input=False):
        location = tuple(item["loc"])
        clean = tuple(part for part in location if not (isinstance(part, str) and part.startswith("<")))
        trail = _Trail(root, clean)
        if _text_in_braces(item, location, model, trail):
            clean = clean[:-1]
            if any(path == (*prefix, *clean) for path, _ in found):
                continue
            found.append(((*prefix, *clean), _wrong_kind("text", _Trail(root, clean))))
            continue
        found.append(((*prefix, *clean), _one(item, location, model, trail)))
    return found


def _text_in_braces(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> bool:
    """``when: {25, 57}``: braces where a tree may stand, but with none of a tree's keys."""
    return (
        item["type"] == "extra_forbidden"
        and model_at(model, location[:-1]) is schema_rule.Tree
        and isinstance(trail.parent, Mapping)
        and trail.parent.flow
        and not any(trail.parent.get(key) for key in ("all", "any", "none"))
    )


class _Trail:
    """The node at a location, its parent and its key."""

    __slots__ = ("key", "name", "node", "owner", "parent")

    def __init__(self, root: Node, location: tuple[Any, ...]) -> None:
        self.node: Node | None = root
        self.parent: Node = root
        self.key: Scalar | None = None
        self.owner = ""
        names = [part for part in location if isinstance(part, str) and part != "[key]"]
        self.name = names[-1] if names else ""
        for part in location:
            if part == "[key]":
                self.node = self.key
                self.owner = names[-2] if len(names) > 1 else ""
                break
            self.parent = self.node if self.node is not None else self.parent
            if isinstance(part, int) and isinstance(self.node, ListNode):
                self.node = self.node.items[part] if part < len(self.node.items) else None
            elif isinstance(self.node, Mapping):
                self.key = self.node.key(str(part))
                self.node = self.node.get(str(part))
            else:
                self.node = None

    @property
    def at(self) -> Node:
        return self.node if self.node is not None else self.parent


def _one(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    kind = str(item["type"])
    handler = _HANDLERS.get(kind)
    if handler is not None:
        return handler(item, location, model, trail)
    if kind.startswith("SCR"):
        return _own(item, location, model, trail)
    return Diagnostic("SCR614", f"`{trail.name}` cannot be read", trail.at.place, help=str(item.get("msg", "")))


def _missing(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    name = str(location[-1])
    noun = _noun(model_at(model, location[:-1]))
    parent = trail.parent
    place = parent.place
    title = ""
    if isinstance(parent, Mapping) and parent.entries:
        place = parent.entries[0][0].place
        named = parent.get("id")
        title = f" {shown(named.value)}" if isinstance(named, Scalar) and noun == "a rule" else ""
    choices = _literals(annotation_at(model, location))
    example = _EXAMPLES.get(name, f"{name}: …")
    help_ = f"add `{example}`" + (f"; it may be {listed(choices)}" if choices else "")
    headline = f"rule{title} has no `{name}`" if title else f"{noun} needs `{name}`"
    return Diagnostic("SCR611", headline, place, label=f"`{name}` is missing here", help=help_)


def _extra(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    name = str(location[-1])
    owner = model_at(model, location[:-1])
    known = [field.alias or key for key, field in owner.model_fields.items()] if owner is not None else []
    near = nearest(name, known)
    place = trail.key.place if trail.key is not None else trail.at.place
    text, edit = f"the keys here are {listed(known, 40)}", None
    if near is not None:
        text, edit = f"did you mean `{near}`?", Replacement(place, near)
    elif owner is schema_rule.RuleFile and name in schema_pack.PackFile.model_fields:
        text = f"`{name}` belongs in pack.yaml"
    elif owner is schema_pack.PackFile and name == "rules":
        text = "rules stand in files of their own, beside pack.yaml"
    elif trail.node is not None and isinstance(trail.parent, Mapping) and trail.parent.flow:
        comma = isinstance(trail.node, Scalar) and not trail.node.value
        text = "a comma inside { } starts a new key: put the text in front of it in double quotes" if comma else text
    return Diagnostic(
        "SCR610", f"{_noun(owner)} has no key `{shown(name)}`", place, label="not a key here", help=text, edit=edit
    )


def _literal(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    choices = _literals(annotation_at(model, location))
    value = trail.node.value if isinstance(trail.node, Scalar) else ""
    if not isinstance(trail.node, Scalar) or not value:
        return _wrong_kind("text", trail)
    near = nearest(value, choices)
    help_ = f"it may be {listed(choices, 60)}"
    if near is not None:
        help_ = f"did you mean `{near}`?" + ("" if len(choices) > 14 else f" {help_[0].upper()}{help_[1:]}")
    edit = Replacement(trail.node.place, near) if near is not None else None
    return Diagnostic(
        "SCR612",
        f"`{shown(value)}` is not a value of `{trail.name}`",
        trail.node.place,
        label="not one of those allowed",
        help=help_,
        edit=edit,
    )


def _union(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    expected = re.findall(r"<\w+>", str(item["ctx"]["expected_tags"]))
    return _wrong_kind(" or ".join(_KINDS[tag] for tag in expected), trail)


def _wanted(what: str) -> Callable[[Any, tuple[Any, ...], type[BaseModel], _Trail], Diagnostic]:
    def handler(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
        return _wrong_kind(what, trail)

    return handler


def _wrong_kind(wanted: str, trail: _Trail) -> Diagnostic:
    """A list where text was wanted, and so on: most often braces or brackets that were meant as text."""
    node = trail.at
    name = f"`{trail.name}`" if trail.name else "this file"
    if isinstance(node, Scalar) and not node.value and not node.style:
        return _empty(None, (), BaseModel, trail)
    if isinstance(node, (Mapping, ListNode)) and node.flow and "text" in wanted:
        braces = isinstance(node, Mapping)
        edit = None
        if "\n" not in node.written:
            quoted = "'" + node.written.replace("'", "''") + "'" if '"' in node.written else f'"{node.written}"'
            edit = Replacement(node.place, quoted)
        return Diagnostic(
            "SCR520" if braces else "SCR522",
            f"{name} is read by YAML as {'keys and values' if braces else 'a list'}, because it starts with "
            f"`{'{' if braces else '['}`",
            node.place,
            label=f"{wanted} was expected",
            help="put the whole value in double quotes",
            edit=edit,
        )
    has = "text" if isinstance(node, Scalar) else "a list" if isinstance(node, ListNode) else "keys and values"
    helps = {
        "a list": "put `- ` in front of each item, or write it in brackets: [A, B]",
        "keys and values": "write `key: value` lines, indented by two spaces",
    }
    return Diagnostic(
        "SCR613",
        f"{name} must be {wanted}, not {has}",
        node.place,
        label=f"this is {has}",
        help=helps.get(wanted, f"write {wanted}"),
    )


def _empty(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    node = trail.at
    if isinstance(node, ListNode):
        return Diagnostic(
            "SCR529",
            f"`{trail.name}` is an empty list",
            node.place,
            label="nothing in it",
            help="give it at least one item, or remove the key",
        )
    if trail.key is None or isinstance(trail.parent, ListNode):
        return Diagnostic(
            "SCR529",
            f"an item of `{trail.name}` is empty",
            node.place,
            label="nothing here",
            help="write the item after the dash, or remove the dash",
        )
    return Diagnostic(
        "SCR529",
        f"`{trail.name}` has no value",
        trail.key.place,
        label="nothing follows",
        help="write the value on this line; one on the lines below must be indented, after `>` or in quotes",
    )


def _form(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    node = trail.at
    value = shown(node.value) if isinstance(node, Scalar) else ""
    if not value:
        return _empty(item, location, model, trail)
    name = trail.name if location[-1] != "[key]" else trail.owner
    if (trail.name in ("id", "rule", "replacement") and model is not schema_pack.PackFile) or trail.name in (
        "rule",
        "replacement",
    ):
        name = "rule_id"
    elif trail.name in ("any_of", "none_of"):
        names = [part for part in location if isinstance(part, str)]
        name = names[-2] if len(names) > 1 else name
    says, help_ = _FORMS.get(name, ("is not a name here", "write lower-case letters, digits and _"))
    code = "SCR617" if name == "version" else "SCR614"
    edit = None
    if name == "version" and re.fullmatch(r"v?\d+(\.\d+)?", value):
        numbers = value.lstrip("v")
        edit = Replacement(node.place, numbers + ".0" * (2 - numbers.count(".")))
    elif name in ("rule_id", "state", "payer", "product"):
        guess = re.sub(r"[^A-Z0-9]+", "-" if name == "rule_id" else "_", value.upper()).strip("-_")
        if guess and guess != value and guess[0].isalpha() and (name != "state" or len(guess) == 2):
            edit = Replacement(node.place, guess)
    return Diagnostic(code, f"`{value}` {says}", node.place, label="", help=help_, edit=edit)


def _own(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    node = trail.at
    value = shown(node.value) if isinstance(node, Scalar) else ""
    code = str(item["type"])
    if code == "SCR615":
        return Diagnostic(
            code, f"`{value}` is not a date", node.place, help="write year-month-day: 2025-01-31", edit=_date_edit(node)
        )
    if code == "SCR630":
        known = item["ctx"]["known"]
        near = nearest(value.removeprefix("list of "), known)
        help_ = f"did you mean `{near}`?" if near else f"a type is {listed(known, 60)}; or `list of` one of these"
        return Diagnostic(code, f"`{value}` is not a type", node.place, help=help_)
    place = node.entries[0][0].place if isinstance(node, Mapping) and node.entries else node.place
    return Diagnostic(
        code, f"`{trail.name}` {item['msg']}", place, help="write one of them, and nest the others below it"
    )


def _date_edit(node: Node) -> Replacement | None:
    if isinstance(node, Scalar):
        american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", node.value)
        if american:
            month, day, year = (int(part) for part in american.groups())
            return Replacement(node.place, f"{year:04}-{month:02}-{day:02}")
        compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", node.value)
        if compact:
            return Replacement(node.place, "-".join(compact.groups()))
    return None


_HANDLERS: dict[str, Callable[[Any, tuple[Any, ...], type[BaseModel], _Trail], Diagnostic]] = {
    "missing": _missing,
    "extra_forbidden": _extra,
    "literal_error": _literal,
    "union_tag_invalid": _union,
    "string_type": _wanted("text"),
    "list_type": _wanted("a list"),
    "dict_type": _wanted("keys and values"),
    "model_type": _wanted("keys and values"),
    "model_attributes_type": _wanted("keys and values"),
    "string_too_short": _empty,
    "too_short": _empty,
    "string_pattern_mismatch": _form,
}


def _noun(model: type[BaseModel] | None) -> str:
    return _NOUNS.get(model, "this") if model is not None else "this"


def model_at(model: type[BaseModel], location: Sequence[Any]) -> type[BaseModel] | None:
    """The model whose keys stand at ``location`` (which still has its union tags)."""
    found = annotation_at(model, location)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def annotation_at(model: type[BaseModel], location: Sequence[Any]) -> Any:
    """The annotation at ``location``, without Annotated."""
    current: Any = model
    for part in location:
        if isinstance(part, str) and part.startswith("<"):
            current = _branch(current, part)
        elif isinstance(part, int):
            arguments = typing.get_args(_bare(current))
            current = arguments[0] if arguments else None
        elif isinstance(current, type) and issubclass(current, BaseModel):
            field = next((f for key, f in current.model_fields.items() if (f.alias or key) == part), None)
            current = field.annotation if field is not None else None
        else:
            arguments = typing.get_args(_bare(current))
            current = arguments[1] if len(arguments) > 1 else None
        current = _bare(current)
    return _bare(current)


def _bare(annotation: Any) -> Any:
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    return annotation


def _branch(annotation: Any, tag: str) -> Any:
    """The branch of a union that carries ``tag``."""
    for branch in typing.get_args(_bare(annotation)):
        marks = typing.get_args(branch)[1:] if typing.get_origin(branch) is typing.Annotated else ()
        if any(getattr(mark, "tag", None) == tag for mark in marks):
            return branch
    return None


def _literals(annotation: Any) -> list[str]:
    if typing.get_origin(annotation) is typing.Literal:
        return [str(value) for value in typing.get_args(annotation)]
    return []
