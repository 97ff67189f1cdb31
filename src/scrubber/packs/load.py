"""Folders of YAML to packs: read, check everything, report everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as SequenceOf
from pathlib import Path
from typing import Any

from scrubber.core.diagnostics import Diagnostic, Label, RuleFileError, UsageError
from scrubber.core.files import read_ordinary
from scrubber.core.places import Place
from scrubber.packs import reading as read
from scrubber.packs.build_pack import check_engine, definitions_of, overrides_of, tables_of
from scrubber.packs.build_rule import build_rule
from scrubber.packs.bundled import bundled_folders, lacking
from scrubber.packs.cross_checks import check_sets_within, check_together
from scrubber.packs.csv_lists import rows_of
from scrubber.packs.digest import pack_digest, pack_files
from scrubber.packs.model import Applies, Pack, Row, Rule
from scrubber.packs.parameters import parameters_of
from scrubber.packs.rule_parts import columns_of
from scrubber.packs.schema import Located, check_pack_file, check_rule_file
from scrubber.packs.value_sets import Local, value_sets_of
from scrubber.packs.yaml_nodes import MAX_RULE_FILE_BYTES, Mapping, Scalar, Sequence, YamlFile, parse_yaml


def load_pack(folder: Path | str, *, local: Local | None = None) -> Pack:
    """The pack in ``folder``.

    ``local`` fills the pack's ``local/…`` value sets: codes by name, with or without ``local/``.

    Raises:
        UsageError: there is no such folder.
        RuleFileError: something in it is wrong; carries every error found. Warnings do not raise.
    """
    pack, problems = check_pack(folder, local=local)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or pack is None:
        raise RuleFileError(errors)
    return pack


def load_packs(folders: SequenceOf[Path | str], *, local: Local | None = None) -> tuple[Pack, ...]:
    """The packs in those folders, in that order, checked against each other.

    Raises:
        UsageError: one of the folders does not exist.
        RuleFileError: with every error of every pack and between them.
    """
    packs, problems = check_packs(folders, local=local)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise RuleFileError(errors)
    return packs


def check_packs(
    folders: SequenceOf[Path | str], *, local: Local | None = None
) -> tuple[tuple[Pack, ...], list[Diagnostic]]:
    """The packs that could be made out, and everything to say of them, warnings too.

    A pack that is extended and not among the folders is taken from the bundled ones; it stands before the others.

    Raises:
        UsageError: one of the folders does not exist.
    """
    results = [check_pack(folder, local=local) for folder in folders]
    while True:
        made = [pack for pack, _ in results if pack is not None]
        more = bundled_folders(lacking((pack.extends for pack in made), (pack.id for pack in made)))
        if not more:
            break
        results = [*(check_pack(folder, local=local) for folder in more), *results]
    problems = [problem for _, found in results for problem in found]
    packs = tuple(pack for pack, _ in results if pack is not None)
    if len(packs) == len(results):
        problems.extend(check_together(packs))
    return packs, problems


def check_pack(folder: Path | str, *, local: Local | None = None) -> tuple[Pack | None, list[Diagnostic]]:
    """The pack in ``folder`` and everything to say of it in file order; None in place of a pack with errors.

    Raises:
        UsageError: there is no such folder.
    """
    pack, problems = read_pack(folder, local=local)
    return (None if any(problem.severity == "error" for problem in problems) else pack), problems


def read_pack(
    folder: Path | str, *, local: Local | None = None, texts: MappingOf[Path, bytes] | None = None
) -> tuple[Pack | None, list[Diagnostic]]:
    """What could be made out of the pack in ``folder``, without its broken parts, and everything to say of it.

    ``texts`` stand in for files of the folder, to see what a change would do before it is written.

    Raises:
        UsageError: there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        says = "is a file; name the folder it is in" if folder.is_file() else "does not exist"
        raise UsageError(f"pack folder {folder} {says}")
    reader = _Reader(folder, local or {}, texts or {})
    try:
        pack = reader.read()
    except RuleFileError as error:
        reader.problems.extend(error.diagnostics)
        pack = None
    except OSError as error:
        name = Path(error.filename).name if error.filename else folder.name
        place = Place(Path(error.filename or folder).as_posix(), 1, 1, 1, 1)
        if place not in [told.place for told in reader.problems]:
            reader.problems.append(Diagnostic("SCR602", f"{name} cannot be read", place, help=error.strerror or ""))
        pack = None
    return pack, sorted(reader.problems, key=lambda d: (d.place.path, d.place.line, d.place.column, d.code))


class _Reader:
    """One reading of one folder."""

    __slots__ = ("folder", "local", "problems", "shown", "texts")

    def __init__(self, folder: Path, local: Local, texts: MappingOf[Path, bytes]) -> None:
        self.folder = folder
        self.local = local
        self.texts = texts
        self.shown = folder.as_posix()
        self.problems: list[Diagnostic] = []

    def read(self) -> Pack | None:
        main = self.folder / "pack.yaml"
        if not main.is_file():
            self.problems.append(
                Diagnostic(
                    "SCR601",
                    f"{self.shown} has no pack.yaml",
                    Place(f"{self.shown}/pack.yaml", 1, 1, 1, 1),
                    help="add one with `id:`, `version:` and `title:`",
                )
            )
            return None
        files = {path: self._parse(path) for path in self._yaml_files(main)}
        head = files.pop(main)
        if head is None:
            for path, file in files.items():
                self._rules(path, file, "", None)
            return None
        root, broken = head.root, self._located(check_pack_file(head.root))
        check_engine(root, self.problems)
        pack_id = read.word(root, "id")
        applies = read.applies(root.get("applies")) if "applies" not in broken else None
        rules = tuple(rule for path, file in files.items() for rule in self._rules(path, file, pack_id, applies))
        self._same_ids(rules)
        good = {name: None if name in broken else root.get(name) for name in _SECTIONS}
        declared, settings = parameters_of(good["parameters"], self.problems)
        extends = read.texts(good["extends"])
        pack = Pack(
            id=pack_id,
            version=read.word(root, "version"),
            title=read.word(root, "title"),
            path=self.shown,
            digest=pack_digest(self.folder),
            applies=applies or Applies(),
            extends=tuple(text.value for text in extends),
            overrides=overrides_of(good["overrides"], self.problems),
            parameters=declared,
            settings=settings,
            value_sets=value_sets_of(good["valuesets"], self.folder, self.shown, self.local, self.problems),
            definitions=definitions_of(good["definitions"], self.problems),
            tables=tables_of(good["tables"], self.folder, self.problems),
            rules=rules,
            extends_at=tuple(text.place for text in extends),
            requires_tables=tuple(read.texts(good["requires_tables"])),
        )
        if "valuesets" not in broken and "extends" not in broken:
            self.problems.extend(check_sets_within(pack))
        return pack

    def _yaml_files(self, main: Path) -> list[Path]:
        """pack.yaml, then rule files in order of name; ``tables`` holds data, not rules."""
        rest = []
        for path in map(Path, pack_files(self.folder)):
            parts = path.relative_to(self.folder).parts
            if path == main or parts[0] == "tables" or path.suffix.lower() == ".csv":
                continue
            if path.suffix.lower() == ".yml":
                self.problems.append(
                    Diagnostic(
                        "SCR602",
                        f"{path.name} is not read, because its name ends in .yml",
                        Place(path.as_posix(), 1, 1, 1, 1),
                        help="rename it to .yaml",
                        severity="warning",
                    )
                )
                continue
            rest.append(path)
        return [main, *rest]

    def _parse(self, path: Path) -> YamlFile | None:
        try:
            data = self.texts[path] if path in self.texts else read_ordinary(path, MAX_RULE_FILE_BYTES + 1)
            return parse_yaml(data, path.as_posix())
        except RuleFileError as error:
            self.problems.extend(error.diagnostics)
        except OSError as error:
            self.problems.append(
                Diagnostic(
                    "SCR602",
                    f"{path.name} cannot be read",
                    Place(path.as_posix(), 1, 1, 1, 1),
                    help=error.strerror or "check the file's permissions",
                )
            )
        return None

    def _located(self, found: list[Located]) -> set[Any]:
        """Keep the diagnostics; the first steps of their paths are what cannot be used."""
        self.problems.extend(diagnostic for _, diagnostic in found)
        return {path[0] for path, _ in found if path}

    def _rules(self, path: Path, file: YamlFile | None, pack: str, applies: Applies | None) -> list[Rule]:
        """The rules of a file. Without the pack's ``applies`` they are only checked for shape."""
        if file is None:
            return []
        found = check_rule_file(file.root)
        self.problems.extend(diagnostic for _, diagnostic in found)
        if applies is None:
            return []
        broken = {location[1] for location, _ in found if len(location) > 1 and location[0] == "rules"}
        node = file.root.get("rules")
        rules = []
        for number, item in enumerate(node.items if isinstance(node, Sequence) else ()):
            if number in broken or not isinstance(item, Mapping):
                continue
            rule = build_rule(item, pack, applies, self._rows(path, item), self.problems)
            if rule is not None:
                rules.append(rule)
        return rules

    def _rows(self, path: Path, rule: Mapping) -> tuple[Row, ...]:
        file = rule.get("for_each_row")
        if not isinstance(file, Scalar):
            return ()
        target = path.parent / file.value
        return rows_of(target, target.as_posix(), file.place, columns_of(rule.get("columns")), self.problems)

    def _same_ids(self, rules: tuple[Rule, ...]) -> None:
        seen: dict[str, Rule] = {}
        for rule in rules:
            first = seen.setdefault(rule.id, rule)
            if first is not rule:
                self.problems.append(
                    Diagnostic(
                        "SCR627",
                        f"rule id {rule.id} is used twice",
                        rule.place,
                        label="a second time",
                        labels=(Label(first.place, "first here"),),
                        help="give each rule an id of its own",
                    )
                )


_SECTIONS = ("extends", "requires_tables", "overrides", "parameters", "valuesets", "definitions", "tables")
