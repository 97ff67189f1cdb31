"""pydantic's errors as diagnostics: at the node's own place, in words an author can act on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from scrubber.core.diagnostics import Diagnostic, Replacement
from scrubber.packs import schema_pack, schema_rule
from scrubber.packs.schema_paths import annotation_at, literals, model_at
from scrubber.packs.schema_words import EXAMPLES, FORMS, KINDS, noun_of
from scrubber.packs.suggest import listed, nearest
from scrubber.packs.type_names import iso_date
from scrubber.packs.yaml_nodes import Mapping, Node, Scalar, shown
from scrubber.packs.yaml_nodes import Sequence as ListNode


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
    noun = noun_of(model_at(model, location[:-1]))
    parent = trail.parent
    place = parent.place
    title = ""
    if isinstance(parent, Mapping) and parent.entries:
        place = parent.entries[0][0].place
        named = parent.get("id")
        title = f" {shown(named.value)}" if isinstance(named, Scalar) and noun == "a rule" else ""
    choices = literals(annotation_at(model, location))
    example = EXAMPLES.get(name, f"{name}: …")
    if name == "id" and noun != "a rule":
        example = "id: lakeside"
    help_ = f"add `{example}`" + (f"; it may be {listed(choices)}" if choices else "")
    headline = f"rule{title} has no `{name}`" if title else f"{noun} needs `{name}`"
    return Diagnostic("SCR611", headline, place, label=f"`{name}` is missing here", help=help_)


def _extra(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    name = str(location[-1])
    owner = model_at(model, location[:-1])
    known = [field.alias or key for key, field in owner.model_fields.items()] if owner is not None else []
    near = nearest(name, known)
    place = trail.key.place if trail.key is not None else trail.at.place
    if owner is schema_rule.Tree and " " in name and isinstance(trail.parent, Mapping) and not trail.parent.flow:
        return _colon_in_text(trail.parent)
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
        "SCR610", f"{noun_of(owner)} has no key `{shown(name)}`", place, label="not a key here", help=text, edit=edit
    )


def _literal(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    choices = literals(annotation_at(model, location))
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
    return _wrong_kind(" or ".join(KINDS[tag] for tag in expected), trail)


def _wanted(what: str) -> Callable[[Any, tuple[Any, ...], type[BaseModel], _Trail], Diagnostic]:
    def handler(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
        return _wrong_kind(what, trail)

    return handler


def _wrong_kind(wanted: str, trail: _Trail) -> Diagnostic:
    """A list where text was wanted, and so on: most often braces or brackets that were meant as text."""
    node = trail.at
    name = f"`{trail.name}`" if trail.name else "this file"
    if isinstance(node, Scalar) and not node.value and (not node.style or wanted == "text"):
        return _empty(None, (), BaseModel, trail)
    if isinstance(node, Mapping) and "text" in wanted and not node.written.startswith("{") and len(node.entries) == 1:
        return _colon_in_text(node)
    if wanted == "a list" and isinstance(node, Scalar) and not node.style and re.match(r"-[^\s\d]", node.value):
        return Diagnostic(
            "SCR527",
            f"{name} is read by YAML as text, because a dash needs a blank after it",
            node.place,
            label="blank missing after the dash",
            help="write `- ` in front of each item of a list",
        )
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
    help_, edit = helps.get(wanted, f"write {wanted}"), None
    shape = _SHAPES.get(name.strip("`"))
    if shape is not None and wanted.startswith("keys and values") and isinstance(node, Scalar):
        text = f'"{node.value}"' if re.search(r"[^\w .-]", node.value) else node.value
        whole = shape.replace("…", text)
        help_, edit = f"write {whole}", None if "\n" in node.value else Replacement(node.place, whole)
    elif name.strip("`") in _ITEMS and isinstance(node, Scalar):
        item = _ITEMS[name.strip("`")]
        help_ = f"write each on a line of its own: - {item}" if wanted == "a list" else f"write - {item}"
    return Diagnostic(
        "SCR613", f"{name} must be {wanted}, not {has}", node.place, label=f"this is {has}", help=help_, edit=edit
    )


_SHAPES = {
    **dict.fromkeys(("payer", "payer_class", "product", "state", "claim_type"), "{any_of: […]}"),
    "effective": "{from: …}", "authority": "{title: …}", "pair": "{same: […]}",
}  # fmt: skip
"""What a key whose value is written in braces is often given alone, and how it is written then."""


_ITEMS = {
    "unless": '{if: "a condition", reason: "why it is no finding then"}',
    "fix": '{kind: advice, because: "what to do"}',
}
"""The items of lists that are often given as one text, and how one is written."""


def _colon_in_text(node: Mapping) -> Diagnostic:
    """``- line.units: 1``: text that a colon made a key."""
    key = node.entries[0][0]
    return Diagnostic(
        "SCR524",
        "a colon followed by a blank makes this a key, where text was meant",
        key.place,
        label="YAML reads a key here",
        help="put the whole value in double quotes, or take the colon out",
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
    says, help_ = FORMS.get(name, ("is not a name here", "write lower-case letters, digits and _"))
    code = "SCR617" if name == "version" else "SCR614"
    edit = None
    if name == "version" and re.fullmatch(r"v?\d+(\.\d+)?", value):
        numbers = value.lstrip("v")
        edit = Replacement(node.place, numbers + ".0" * (2 - numbers.count(".")))
    elif name in ("rule_id", "state", "payer", "product"):
        guess = re.sub(r"[^A-Z0-9]+", "-" if name == "rule_id" else "_", value.upper()).strip("-_")
        if guess and guess != value and guess[0].isalpha() and (name != "state" or len(guess) == 2):
            edit = Replacement(node.place, guess)
    elif name in _DENIAL_CODES:
        guess = re.sub(r"[^A-Z0-9]", "", re.sub(r"^(CO|PR|OA|PI|CR)\W*", "", value.upper())).lstrip("0")
        edit = Replacement(node.place, guess) if re.fullmatch(_DENIAL_CODES[name], guess) else None
    elif location[-1] == "[key]" and name in _JOINED:
        guess = re.sub(r"[^a-z0-9/]+", _JOINED[name], value.lower()).strip("-_")
        edit = Replacement(node.place, guess) if guess[:1].isalpha() and guess != value else None
    return Diagnostic(code, f"`{value}` {says}", node.place, label="", help=help_, edit=edit)


_JOINED = {"valuesets": "-", "definitions": "_", "parameters": "_", "tables": "_"}
"""How the words of a name are joined, by the section that declares it."""


_DENIAL_CODES = {"carc": schema_rule.CARC, "rarc": schema_rule.RARC}
"""Codes that are often copied with their group (CO-97) or a dash, and the form they then must have."""


def _own(item: Any, location: tuple[Any, ...], model: type[BaseModel], trail: _Trail) -> Diagnostic:
    node = trail.at
    value = shown(node.value) if isinstance(node, Scalar) else ""
    code = str(item["type"])
    if code == "SCR615":
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return Diagnostic(code, f"`{value}` is no day of the calendar", node.place, help="check month and day")
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
    """The day that is meant by a date in another form; none where that would be no day of the calendar."""
    text = node.value if isinstance(node, Scalar) else ""
    ordered = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if american:
        month, day, year = american.groups()
    elif ordered:
        year, month, day = ordered.groups()
    else:
        return None
    meant = f"{year}-{int(month):02}-{int(day):02}"
    return Replacement(node.place, meant) if iso_date(meant) else None


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
