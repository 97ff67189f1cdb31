"""Parameters: what policy leaves open. A pack declares one, or sets one that another pack declares."""

from __future__ import annotations

import re

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place
from scrubber.core.types import TEXT, Type
from scrubber.packs import reading as read
from scrubber.packs.model import Parameter, ParameterValue
from scrubber.packs.type_names import FLAGS, problem_with, type_named
from scrubber.packs.yaml_nodes import Mapping, Node, shown


def parameters_of(
    node: Node | None, problems: list[Diagnostic]
) -> tuple[tuple[Parameter, ...], tuple[ParameterValue, ...]]:
    """Declarations and settings under ``parameters:``, whose shape is right."""
    declared: list[Parameter] = []
    settings: list[ParameterValue] = []
    for key, value in read.entries(node):
        if not isinstance(value, Mapping):
            continue
        if value.get("set") is not None:
            setting = _setting(key.value, value, key.place, problems)
            if setting is not None:
                settings.append(setting)
        else:
            parameter = _declaration(key.value, value, key.place, problems)
            if parameter is not None:
                declared.append(parameter)
    return tuple(declared), tuple(settings)


def _setting(name: str, node: Mapping, place: Place, problems: list[Diagnostic]) -> ParameterValue | None:
    mixed = [key for key in ("type", "default", "meaning") if node.get(key) is not None]
    if mixed:
        problems.append(
            Diagnostic(
                "SCR647",
                f"parameter {name} is both declared (`{mixed[0]}`) and set (`set`)",
                read.key_place(node, mixed[0]),
                help="the pack that declares it gives type, default and meaning; another sets it",
            )
        )
        return None
    for key in ("reason", "authority"):
        if node.get(key) is None:
            problems.append(
                Diagnostic(
                    "SCR670",
                    f"setting parameter {name} needs `{key}`",
                    place,
                    label=f"`{key}` is missing",
                    help=f"add `{'reason: why' if key == 'reason' else 'authority: {title: the publication}'}`",
                )
            )
    value = tuple(normal_value(item) for item in read.words(node.get("set")))
    where = node.get("set")
    return ParameterValue(
        name,
        value,
        where.place if where is not None else place,
        read.word(node, "reason"),
        read.authorities(node.get("authority")),
    )


def _declaration(name: str, node: Mapping, place: Place, problems: list[Diagnostic]) -> Parameter | None:
    absent = [key for key in ("type", "default", "meaning") if node.get(key) is None]
    for key in absent:
        problems.append(
            Diagnostic(
                "SCR611",
                f"parameter {name} has no `{key}`",
                place,
                label=f"`{key}` is missing",
                help="a parameter is declared as {type: …, default: …, meaning: …}; to set one that another pack "
                "declares, write {set: …, reason: …, authority: …}",
            )
        )
    if absent:
        return None
    type_ = type_named(read.word(node, "type")) or TEXT
    default = tuple(normal_value(item) for item in read.words(node.get("default")))
    where = node.get("default")
    assert where is not None
    problem = value_problem(default, type_)
    if problem:
        problems.append(
            Diagnostic(
                "SCR631",
                f"the default of parameter {name}: {problem}",
                where.place,
                label=f"{type_} expected",
                help=_instead(default, type_),
            )
        )
    return Parameter(name, type_, default, read.word(node, "meaning"), place)


def _instead(default: tuple[str, ...], type_: Type) -> str:
    """What to type where a default is not of its type."""
    if type_.kind == "duration" and len(default) == 1 and default[0].isdigit():
        return f"write `{default[0]} days`, or months or years"
    example = {"number": "3", "money": "150.00", "date": "2025-01-31", "flag": "true", "duration": "95 days"}
    shown = example.get(type_.kind)
    return f"write a value such as `{shown}`, or correct `type:`" if shown else f"write a {type_}, or correct `type:`"


def normal_value(text: str) -> str:
    """Flags as ``true`` or ``false``; everything else as written."""
    return FLAGS.get(text.lower(), text.strip())


def value_problem(value: tuple[str, ...], type_: Type) -> str | None:
    """Why the value does not fit the type; None where it does. Lists of codes may hold ranges, patterns and @sets."""
    several = type_.many or type_.kind == "fields"
    if type_.kind == "fields" and not value:
        return "at least one field is wanted"
    if not several and len(value) != 1:
        return f"one value is wanted, not {len(value)}"
    for item in value:
        if type_.many and type_.kind == "code":
            if item.startswith("@") or re.fullmatch(r"[0-9A-Z.]*[*?][0-9A-Z.*?]*", item):
                continue
            ends = item.split("-") if re.fullmatch(r"[0-9A-Z.]+-[0-9A-Z.]+", item) else [item]
        else:
            ends = [item]
        for end in ends:
            problem = problem_with(end, type_.one)
            if problem:
                return f"`{shown(end)}` {problem}"
    return None
