"""What can only be seen when packs stand side by side: names used twice, names that nobody declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.core.places import Place
from scrubber.core.types import Type
from scrubber.packs.bundled import bundled_having, bundled_ids
from scrubber.packs.model import Pack, ValueSet
from scrubber.packs.parameters import value_problem
from scrubber.packs.suggest import listed, nearest


def check_sets_within(pack: Pack) -> list[Diagnostic]:
    """References between the value sets of a pack: cycles, and names that it cannot have from elsewhere."""
    known = {item.name: item for item in pack.value_sets}
    problems = list(_cycles(known))
    if not pack.extends:
        problems.extend(_unknown_sets(pack, known, "SCR645"))
    return problems


def check_together(packs: Sequence[Pack]) -> list[Diagnostic]:
    """Everything wrong between packs that are loaded together, in the order of the packs."""
    problems: list[Diagnostic] = []
    problems.extend(_twice("SCR705", "pack id", ((p.id, p, Place(f"{p.path}/pack.yaml", 1, 1, 1, 1)) for p in packs)))
    problems.extend(_twice("SCR701", "rule id", ((r.id, p, r.place) for p in packs for r in p.rules)))
    problems.extend(_twice("SCR708", "parameter", ((x.name, p, x.place) for p in packs for x in p.parameters)))
    problems.extend(_twice("SCR708", "value set", (("@" + x.name, p, x.place) for p in packs for x in p.value_sets)))
    problems.extend(_twice("SCR708", "definition", ((x.name, p, x.text.place) for p in packs for x in p.definitions)))
    problems.extend(_twice("SCR708", "table", ((x.name, p, x.place) for p in packs for x in p.tables)))
    problems.extend(_extends(packs))
    problems.extend(_overrides(packs))
    problems.extend(_settings(packs))
    sets = {item.name: item for pack in packs for item in pack.value_sets}
    for pack in packs:
        if pack.extends:
            problems.extend(_unknown_sets(pack, sets, "SCR706"))
        problems.extend(_unknown_in_parameters(pack, sets))
    within = {d.place for pack in packs for d in _cycles({item.name: item for item in pack.value_sets})}
    problems.extend(problem for problem in _cycles(sets) if problem.place not in within)
    return problems


def references(value_set: ValueSet) -> Iterator[tuple[str, Place]]:
    """The other sets that a set names, each with its place."""
    for version in value_set.versions:
        for member in version.members:
            if member.value.startswith("@"):
                yield member.value[1:], member.place


def _unknown_sets(pack: Pack, known: dict[str, ValueSet], code: str) -> Iterator[Diagnostic]:
    named = (reference for item in pack.value_sets for reference in references(item))
    return _unknown(named, known, code)


def _unknown_in_parameters(pack: Pack, known: dict[str, ValueSet]) -> Iterator[Diagnostic]:
    values = [(item.default, item.place) for item in pack.parameters]
    values += [(item.value, item.place) for item in pack.settings]
    named = ((part[1:], place) for value, place in values for part in value if part.startswith("@"))
    return _unknown(named, known, "SCR706")


def _unknown(named: Iterable[tuple[str, Place]], known: dict[str, ValueSet], code: str) -> Iterator[Diagnostic]:
    for name, place in named:
        if name not in known:
            near = nearest(name, known)
            where = "this pack declares" if code == "SCR645" else "any loaded pack declares"
            yield Diagnostic(
                code,
                f"@{name} is not a value set that {where}",
                place,
                help=f"did you mean `@{near}`?"
                if near
                else "declare it under `valuesets:`, or extend the pack that does",
            )


def _cycles(sets: dict[str, ValueSet]) -> Iterator[Diagnostic]:
    """Each cycle once, at the reference that closes it. Written without recursion: chains may be long."""
    done: set[str] = set()
    for start in sets:
        if start in done:
            continue
        path: list[str] = [start]
        on_path = {start}
        walk = [references(sets[start])]
        while walk:
            step = next(walk[-1], None)
            if step is None:
                walk.pop()
                on_path.discard(path[-1])
                done.add(path.pop())
                continue
            name, place = step
            if name in on_path:
                around = " → ".join(f"@{part}" for part in [*path[path.index(name) :], name])
                yield Diagnostic(
                    "SCR646",
                    f"value sets contain each other: {around}",
                    place,
                    label="closes the circle",
                    help="remove one of these references",
                )
            elif name in sets and name not in done:
                path.append(name)
                on_path.add(name)
                walk.append(references(sets[name]))


def _twice(code: str, noun: str, items: Iterable[tuple[str, Pack, Place]]) -> Iterator[Diagnostic]:
    seen: dict[str, tuple[Pack, Place]] = {}
    for name, pack, place in items:
        if name not in seen:
            seen[name] = (pack, place)
        elif seen[name][0] is not pack:
            first, first_place = seen[name]
            help_ = "load one of the folders only" if code == "SCR705" else f"rename it in {pack.id} or in {first.id}"
            yield Diagnostic(
                code,
                f"{noun} {name} is in {first.path} and in {pack.path}",
                place,
                label="a second time",
                labels=(Label(first_place, "first here"),),
                help=help_,
            )


def _extends(packs: Sequence[Pack]) -> Iterator[Diagnostic]:
    known = {pack.id: pack for pack in packs}
    for pack in packs:
        for name, place in zip(pack.extends, pack.extends_at, strict=True):
            if name not in known:
                near = nearest(name, [*known, *bundled_ids()])
                yield Diagnostic(
                    "SCR702",
                    f"pack {pack.id} extends {name}, which is not loaded",
                    place,
                    help=f"did you mean `{near}`?" if near else f"load its folder as well; loaded are {listed(known)}",
                )
            elif pack.id in _reached(name, known):
                yield Diagnostic(
                    "SCR703",
                    f"packs {pack.id} and {name} extend each other",
                    place,
                    help="remove one of the two `extends:`",
                )


def _reached(start: str, known: dict[str, Pack]) -> set[str]:
    """Every pack that ``start`` extends, itself included."""
    found, todo = {start}, [start]
    while todo:
        for name in known[todo.pop()].extends:
            if name in known and name not in found:
                found.add(name)
                todo.append(name)
    return found


def _overrides(packs: Sequence[Pack]) -> Iterator[Diagnostic]:
    owners = {rule.id: pack for pack in packs for rule in pack.rules}
    for pack in packs:
        mine = {rule.id for rule in pack.rules}
        for override in pack.overrides:
            if override.rule in mine:
                yield Diagnostic(
                    "SCR704",
                    f"{override.rule} is a rule of this pack, so it cannot be overridden here",
                    override.place,
                    help="change the rule itself",
                )
            elif override.rule not in owners:
                near, bundled = nearest(override.rule, owners), bundled_having(override.rule)
                yield Diagnostic(
                    "SCR704",
                    f"no loaded pack has the rule {override.rule}",
                    override.place,
                    help=f"it is of the pack {bundled}: add {bundled} to `extends:`"
                    if bundled
                    else f"did you mean `{near}`?"
                    if near
                    else "load the pack that has it, or remove this",
                )
            if override.replacement and override.replacement not in mine:
                near = nearest(override.replacement, mine)
                yield Diagnostic(
                    "SCR704",
                    f"{override.replacement} is not a rule of this pack",
                    override.place,
                    help=f"did you mean `{near}`?"
                    if near
                    else "`replacement` names the rule of this pack that takes the other's place",
                )


def _settings(packs: Sequence[Pack]) -> Iterator[Diagnostic]:
    types: dict[str, Type] = {item.name: item.type for pack in packs for item in pack.parameters}
    for pack in packs:
        for setting in pack.settings:
            type_ = types.get(setting.name)
            if type_ is None:
                near = nearest(setting.name, types)
                yield Diagnostic(
                    "SCR707",
                    f"no loaded pack declares the parameter {setting.name}",
                    setting.place,
                    help=f"did you mean `{near}`?" if near else "load the pack that declares it",
                )
                continue
            problem = value_problem(setting.value, type_)
            if problem:
                yield Diagnostic(
                    "SCR709",
                    f"parameter {setting.name}: {problem}",
                    setting.place,
                    label=f"{type_} expected",
                    help="correct the value",
                )
