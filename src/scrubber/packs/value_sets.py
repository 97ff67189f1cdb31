"""Value sets: named codes, as lists, dated lists or CSV files, and what goes wrong in long lists of codes."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as SequenceOf
from pathlib import Path

from scrubber.core.code_systems import code_system, normalise_code
from scrubber.core.diagnostics import Diagnostic, Label, Replacement
from scrubber.core.places import Text
from scrubber.core.types import CODE, Type
from scrubber.packs import reading as read
from scrubber.packs.csv_lists import codes_of
from scrubber.packs.model import SetVersion, ValueSet, Window
from scrubber.packs.revisions import overlapping, spoken
from scrubber.packs.type_names import type_named
from scrubber.packs.yaml_nodes import Mapping, Node, Scalar, Sequence, shown

Local = MappingOf[str, SequenceOf[str]]
"""Codes that a practice puts into ``local/…`` sets, by name with or without ``local/``."""


def value_sets_of(
    node: Node | None, folder: Path, shown_folder: str, local: Local, problems: list[Diagnostic]
) -> tuple[ValueSet, ...]:
    """The sets under ``valuesets:``, whose shape is right."""
    return tuple(_value_set(name, value, folder, shown_folder, local, problems) for name, value in read.entries(node))


def _value_set(
    key: Scalar, node: Node, folder: Path, shown_folder: str, local: Local, problems: list[Diagnostic]
) -> ValueSet:
    name = key.value
    if isinstance(node, Sequence):
        return ValueSet(
            name, CODE, (SetVersion(Window(), _members(read.members(node), CODE, name, problems)),), key.place
        )
    assert isinstance(node, Mapping)
    type_ = (type_named(read.word(node, "type")) or CODE).one
    if type_.kind != "code":
        problems.append(
            Diagnostic(
                "SCR647",
                f"value set @{name} holds codes, so its type cannot be {type_}",
                read.key_place(node, "type"),
                help="name a code system: procedure, modifier, diagnosis, …",
            )
        )
        type_ = CODE
    given = [form for form in ("members", "file", "versions") if node.get(form) is not None]
    versions: tuple[SetVersion, ...] = ()
    if name.startswith("local/"):
        if given:
            problems.append(
                Diagnostic(
                    "SCR647",
                    f"@{name} is filled by the practice, so the pack cannot give its members",
                    read.key_place(node, given[0]),
                    help=f"remove `{given[0]}`, or rename the set without local/",
                )
            )
        filled = local.get(name, local.get(name.removeprefix("local/")))
        if filled:
            members = tuple(Text(code, key.place) for code in filled)
            versions = (SetVersion(Window(), _members(members, type_, name, problems)),)
    elif len(given) != 1:
        says = "has no members" if not given else f"has both `{given[0]}` and `{given[1]}`"
        problems.append(
            Diagnostic(
                "SCR647",
                f"value set @{name} {says}",
                key.place,
                help="give it one of `members`, `file` and `versions`; a set that a practice fills is named local/…",
            )
        )
    elif given[0] == "versions":
        versions = _versions(name, node, type_, folder, shown_folder, problems)
    else:
        versions = (SetVersion(Window(), _listed(name, node, type_, folder, shown_folder, problems)),)
    return ValueSet(name, type_, versions, key.place, read.authorities(node.get("authority")), read.word(node, "title"))


def _versions(
    name: str, node: Mapping, type_: Type, folder: Path, shown_folder: str, problems: list[Diagnostic]
) -> tuple[SetVersion, ...]:
    found, windows = [], []
    for part in read.mappings(node.get("versions")):
        given = [form for form in ("members", "file") if part.get(form) is not None]
        if len(given) != 1:
            problems.append(
                Diagnostic(
                    "SCR647",
                    f"a version of @{name} needs either `members` or `file`",
                    read.key_place(part, "effective"),
                    help="add `members: [ … ]`",
                )
            )
            continue
        window = read.window(part.get("effective"), problems)
        windows.append((window, read.key_place(part, "effective")))
        found.append(SetVersion(window, _listed(name, part, type_, folder, shown_folder, problems)))
    for (first, first_place), (second, place) in overlapping(windows):
        problems.append(
            Diagnostic(
                "SCR648",
                f"two versions of @{name} hold on the same days: {spoken(first)} and {spoken(second)}",
                place,
                label=spoken(second),
                labels=(Label(first_place, spoken(first)),),
                help="end the earlier one on the day before the later one starts",
            )
        )
    return tuple(found)


def _listed(
    name: str, node: Mapping, type_: Type, folder: Path, shown_folder: str, problems: list[Diagnostic]
) -> tuple[Text, ...]:
    file = node.get("file")
    if isinstance(file, Scalar):
        texts = codes_of(folder / file.value, f"{shown_folder}/{file.value}", file.place, problems)
    else:
        texts = read.members(node.get("members"))
    return _members(texts, type_, name, problems)


_MOST_COMPARISONS = 2_000_000
"""Beyond this, a list is not searched for codes that a pattern covers: that only warns."""
_RANGE = re.compile(r"([0-9A-Za-z.]+)\s*[-–]\s*([0-9A-Za-z.]+)")


def _members(texts: tuple[Text, ...], type_: Type, name: str, problems: list[Diagnostic]) -> tuple[Text, ...]:
    """The members as written, each looked at: shape, ranges, doubles, codes run together."""
    seen: dict[str, Text] = {}
    for text in texts:
        problem = member_problem(text, type_)
        if problem is not None:
            problems.append(problem)
            continue
        code = text.value if text.value.startswith("@") else normalise_code(text.value)
        first = seen.setdefault(code, text)
        if first is not text:
            problems.append(
                Diagnostic(
                    "SCR641",
                    f"{shown(text.value)} is in @{name} twice",
                    text.place,
                    label="a second time",
                    labels=(Label(first.place, "first here"),),
                    help="remove one",
                    severity="warning",
                )
            )
    _covered(seen, name, problems)
    return texts


def member_problem(text: Text, type_: Type) -> Diagnostic | None:
    """What is wrong with one member: a code, a range, a pattern or ``@set``."""
    value = text.value.strip()
    system = code_system(type_.of)
    if value.startswith("@"):
        if re.fullmatch(r"@(local/)?[a-z][a-z0-9]*([-_][a-z0-9]+)*", value):
            return None
        return Diagnostic(
            "SCR640",
            f"`{shown(value)}` is not the name of a value set",
            text.place,
            help="write @ and lower-case words joined by dashes",
        )
    pieces = _run_together(value, type_)
    if pieces:
        return Diagnostic(
            "SCR643",
            f"`{shown(value)}` looks like {len(pieces)} codes run together",
            text.place,
            label="a comma is missing",
            help=f"write {', '.join(pieces[:4])}",
            edit=Replacement(text.place, ", ".join(pieces)),
        )
    ends = _RANGE.fullmatch(value)
    if ends:
        return _range_problem(text, value, ends[1], ends[2], type_)
    if "*" in value or "?" in value:
        if re.fullmatch(r"[0-9A-Z.?*]+", value):
            return None
        return Diagnostic(
            "SCR640",
            f"`{shown(value)}` is not a pattern of codes",
            text.place,
            help="write upper-case letters and digits, * for any run and ? for one character",
        )
    code = normalise_code(value)
    if re.fullmatch(r"[0-9A-Z_]+", code) and (not type_.of or system.fits(code)):
        return None
    noun = str(type_) if type_.of else "code"
    return Diagnostic(
        "SCR640",
        f"`{shown(value)}` is not a {noun}",
        text.place,
        label=f"{system.says} expected" if type_.of else "",
        help=_shape_help(value, type_),
    )


def _shape_help(value: str, type_: Type) -> str:
    system = code_system(type_.of)
    if type_.of == "procedure" and re.fullmatch(r"[0-9]{3,4}", value):
        return f"a procedure code has five characters; is a zero missing in front, as in {value.zfill(5)}?"
    if type_.of == "place_of_service" and re.fullmatch(r"[0-9]", value):
        return f"write two digits: {value.zfill(2)}"
    if type_.of == "revenue_code" and re.fullmatch(r"[0-9]{1,3}", value):
        return f"write four digits: {value.zfill(4)}"
    if system.values:
        return "it may be " + ", ".join(system.values)
    return f"write a code such as {system.example}"


def _run_together(value: str, type_: Type) -> list[str]:
    """The codes that a missing comma joined: ``99213 99214`` or ``9921399214``; empty where it is one code."""
    system = code_system(type_.of)
    if " " in value and not re.search(r"\s[-–]\s", value):
        pieces = value.split()
        shapes = all(re.fullmatch(r"[0-9A-Z.*?@-]+", piece) for piece in pieces)
        return pieces if shapes else []
    code = normalise_code(value)
    if type_.of in ("procedure", "modifier", "") and re.fullmatch(r"[0-9A-Z]+", code) and not value.count("."):
        width = 2 if type_.of == "modifier" else 5
        if len(code) >= 2 * width and len(code) % width == 0 and len(code) <= 20 and len(code) != 7:
            pieces = [code[at : at + width] for at in range(0, len(code), width)]
            joined = type_.of or all(re.fullmatch(r"[0-9]{5}|[A-Z][0-9]{4}|[0-9]{4}[A-Z]", piece) for piece in pieces)
            if joined and (not type_.of or all(system.fits(piece) for piece in pieces)):
                return pieces
    return []


def _range_problem(text: Text, value: str, low: str, high: str, type_: Type) -> Diagnostic | None:
    first, last = normalise_code(low), normalise_code(high)
    if not re.fullmatch(r"[0-9A-Za-z.]+-[0-9A-Za-z.]+", value):
        return Diagnostic(
            "SCR644",
            f"the range `{shown(value)}` has blanks or a long dash in it",
            text.place,
            help=f"write {first}-{last}",
            edit=Replacement(text.place, f"{low}-{high}", safe=True),
        )
    system = code_system(type_.of)
    categories = type_.of in ("diagnosis", "") and first[0].isalpha() and last[0].isalpha()
    shape = [_shape(first), _shape(last)]
    if not categories and shape[0] != shape[1]:
        return Diagnostic(
            "SCR644",
            f"the ends of `{shown(value)}` are not of one shape",
            text.place,
            label="two shapes",
            help="letters and digits must stand in the same places at both ends",
        )
    if type_.of and not all(system.fits(end) for end in (first, last)):
        return Diagnostic(
            "SCR640",
            f"the ends of `{shown(value)}` are not {type_}s",
            text.place,
            label=f"{system.says} expected",
            help=f"write codes such as {system.example}",
        )
    if last < first and not last.startswith(first):
        return Diagnostic(
            "SCR644",
            f"the range `{shown(value)}` ends before it starts",
            text.place,
            help=f"write {last}-{first}",
            edit=Replacement(text.place, f"{high}-{low}"),
        )
    return None


def _shape(code: str) -> str:
    return re.sub(r"[A-Z]", "A", re.sub(r"[0-9]", "9", code))


def _covered(seen: dict[str, Text], name: str, problems: list[Diagnostic]) -> None:
    """Warn of codes that a range or a pattern of the same list already holds."""
    patterns = [(code, re.compile(fnmatch.translate(code))) for code in seen if "*" in code or "?" in code]
    ranges = [(code, *code.split("-", 1)) for code in seen if "-" in code and not code.startswith("@")]
    if len(seen) * (len(patterns) + len(ranges)) > _MOST_COMPARISONS:
        return
    for code, text in seen.items():
        if code.startswith("@") or "-" in code or "*" in code or "?" in code:
            continue
        by = next((pattern for pattern, matcher in patterns if matcher.fullmatch(code)), None)
        if by is None:
            by = next(
                (
                    r
                    for r, low, high in ranges
                    if len(low) == len(code) == len(high) and low <= code <= high and _shape(low) == _shape(code)
                ),
                None,
            )
        if by is not None:
            problems.append(
                Diagnostic(
                    "SCR642",
                    f"{shown(text.value)} is already covered by {shown(seen[by].value)}",
                    text.place,
                    help="remove it",
                    labels=(Label(seen[by].place, "covers it"),),
                    severity="warning",
                )
            )
