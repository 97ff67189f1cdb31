"""Packs to a program: every text compiled, every problem placed in the file it stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from scrubber.core.catalogue import RECORDS
from scrubber.core.diagnostics import Diagnostic, Label, Replacement, RuleFileError
from scrubber.core.places import Text
from scrubber.core.suggest import did_you_mean
from scrubber.core.types import CODE, DATE, Type, codes
from scrubber.engine.compile.members import members_of
from scrubber.engine.compile.names import PackNames, by_id, owners
from scrubber.engine.compile.own_tables import own_rows
from scrubber.engine.compile.parameter_values import parameter_value
from scrubber.engine.compile.program import (
    CompiledFix,
    CompiledRevision,
    CompiledRow,
    CompiledRule,
    CompiledSet,
    CompiledSetting,
    CompiledSetVersion,
    CompiledTable,
    CompiledUnless,
    Program,
    ProgramPack,
    Template,
)
from scrubber.engine.compile.reads import claim_fields_read, tables_read
from scrubber.engine.compile.row_constants import row_constants
from scrubber.engine.evaluate.world import SCOPE_VARIABLES
from scrubber.lang import compile as language
from scrubber.lang import ir
from scrubber.lang.environment import Subject
from scrubber.lang.functions import FUNCTIONS
from scrubber.lang.words import KEYWORDS
from scrubber.packs.model import Definition, FixText, Pack, Revision, Rule, TableSpec, Tree, ValueSet
from scrubber.packs.parameters import value_problem


class Compiler:
    """Compiles packs, collecting every diagnostic before it gives up."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = packs
        self.by_id = by_id(packs)
        self.problems: list[Diagnostic] = []

    def program(self) -> Program:
        """The compiled packs; ``problems`` holds what was wrong, and is not empty where the program is unusable."""
        names = {pack.id: PackNames(pack, self.by_id) for pack in self.packs}
        return Program(
            packs=tuple(self._pack(pack, names[pack.id]) for pack in self.packs),
            rules=tuple(self._rule(rule, pack, names[pack.id]) for pack in self.packs for rule in pack.rules),
            sets={f"{p.id}:{s.name}": self._set(s, p) for p in self.packs for s in p.value_sets},
            tables={f"{p.id}:{t.name}": self._table(t, p, names[p.id]) for p in self.packs for t in p.tables},
            parameters={f"{p.id}:{q.name}": q for p in self.packs for q in p.parameters},
        )

    def _pack(self, pack: Pack, names: PackNames) -> ProgramPack:
        for setting in pack.settings:
            found = names.parameters.get(setting.name)
            if found:
                self._parameter(setting.value, found[1].type, setting.place)
        for parameter in pack.parameters:
            self._parameter(parameter.default, parameter.type, parameter.place)
        for name, place in [*((d.name, d.place) for d in pack.definitions), *((t.name, t.place) for t in pack.tables)]:
            if name in KEYWORDS or name in FUNCTIONS:
                what = "a word" if name in KEYWORDS else "a function"
                self.problems.append(Diagnostic("SCR122", f"`{name}` is {what} of the language.", place, "not a name",
                                                "Choose another name: no condition could use this one."))  # fmt: skip
        for definition in pack.definitions:
            self._definition(definition, names)
        for text in pack.requires_tables:
            if text.value.strip() not in names.tables:
                self.problems.append(Diagnostic("SCR712", f"No table is named {text.value.strip()}.", text.place,
                                                help="Declare it under tables: in pack.yaml."))  # fmt: skip
        return ProgramPack(
            pack.id, pack.version, pack.title, pack.digest, pack.path, pack.applies, pack.extends, pack.overrides,
            pack.settings, owners(names.sets), owners(names.tables), owners(names.parameters),
        )  # fmt: skip

    def _definition(self, definition: Definition, names: PackNames) -> None:
        """Says what is wrong with a definition in every scope, used or not. One that fits some scope is told where it
        is used in another; the fields of a group and of a row are known there alone."""
        text = definition.text
        if re.search(r"\b(group|row)\.", text.value):
            return
        tried = (language.compile_condition(text.value, subject, names).problems for subject in SUBJECTS)
        wrong = [[problem for problem in found if problem.severity == "error"] for found in tried]
        if all(wrong):
            told = {problem.code for problem in self.problems}
            self.problems += [
                placed(problem, text)
                for problem in min(wrong, key=len)
                if problem.code != "SCR212" and not (problem.code == "SCR211" and "SCR211" in told)
            ]  # another definition that is wrong tells itself, and of a circle one tells

    def _parameter(self, written: tuple[str, ...], type_: Type, place: Any) -> None:
        if type_.kind == "code" or type_.many or value_problem(written, type_):
            return  # reading the pack has said it, at the value
        try:
            parameter_value(written, type_)
        except (ValueError, ArithmeticError) as error:
            self.problems.append(Diagnostic("SCR711", f"This parameter is a {type_}, and its value is not one.", place,
                                            help=str(error)))  # fmt: skip

    def _set(self, value_set: ValueSet, pack: Pack) -> CompiledSet:
        versions = tuple(
            CompiledSetVersion(version.window, members_of(written, value_set.type), written)
            for version in value_set.versions
            for written in [tuple(member.value.strip() for member in version.members)]
        )
        filled = not value_set.name.startswith("local/") or any(v.members for v in value_set.versions)
        return CompiledSet(value_set.name, pack.id, value_set.type, versions, filled)

    def _table(self, spec: TableSpec, pack: Pack, names: PackNames) -> CompiledTable:
        subject = Subject({"claim": "claim", "line": "line"}, "line", "line")
        settings = []
        for setting in spec.settings:
            condition = self._condition(setting.condition, subject, names)
            if condition is not None:
                settings.append(CompiledSetting(setting.name, condition))
        rows = own_rows(spec, pack, self.problems) if spec.source else None
        return CompiledTable(
            spec.name, pack.id, spec.view_of or spec.name, spec.keys, spec.columns, spec.absent, spec.match,
            spec.edition_policy, spec.published_at, tuple(settings), rows,
        )  # fmt: skip

    # ---- rules ----

    def _rule(self, rule: Rule, pack: Pack, names: PackNames) -> CompiledRule:
        group_by = self._keys(rule.group_by, names)
        subject = subject_of(rule, group_by, names)
        rows = tuple(CompiledRow(row.place, row_constants(row.values, rule.columns)) for row in rule.rows)
        pair_table = rule.pair.table if rule.pair else ""
        if rule.pair and pair_table and pair_table not in names.tables:
            self.problems.append(Diagnostic("SCR712", f"No table is named {pair_table}.", rule.place,
                                            help="Declare it under tables: in pack.yaml."))  # fmt: skip
        revisions = tuple(self._revision(revision, subject, names) for revision in rule.revisions)
        read = frozenset({pair_table}).union(*(tables_read(revision) for revision in revisions))
        claim_fields = frozenset().union(*(claim_fields_read(revision) for revision in revisions))
        waits_for = tuple(name for text in pack.requires_tables if (name := text.value.strip()) in read)
        return CompiledRule(
            rule.id, pack.id, rule.status, (rule.applies,), waits_for,
            rule.title, rule.category, rule.scope, rule.basis, rule.place, rule.why, rule.needs,
            revisions, self._pair_keys(rule.pair.same, names) if rule.pair else (), pair_table, group_by, rows,
            tuple(sorted(claim_fields)),
        )  # fmt: skip

    def _keys(self, texts: Iterable[Text], names: PackNames) -> tuple[ir.Key, ...]:
        keys = []
        for text in texts:
            word = text.value.strip()
            if word.startswith("policy."):
                known = names.parameter(word[7:])
                if known is None or known.kind != "fields":
                    self.problems.append(Diagnostic(
                        "SCR713", f"{word} is not a parameter that lists fields.", text.place,
                        help="Declare it under parameters: with type: fields."))  # fmt: skip
                    continue
                keys.append(ir.Key(parameter=word[7:]))
            elif word == "day" or word in RECORDS["line"]:
                keys.append(ir.Key(field=word))
            else:
                self.problems.append(Diagnostic("SCR714", f"A line has no field named {word}.", text.place,
                                                help="Use a field of line, such as date or procedure."))  # fmt: skip
        return tuple(keys)

    def _pair_keys(self, texts: Iterable[Text], names: PackNames) -> tuple[ir.Key, ...]:
        for text in texts:
            if text.value.strip() == "day":
                self.problems.append(Diagnostic(
                    "SCR714", "The lines of a pair are not joined by the days they cover.", text.place,
                    help="Write date, for the same first day; or scope line, with `any other line with same day`."
                ))  # fmt: skip
        return self._keys(texts, names)

    def _revision(self, revision: Revision, subject: Subject, names: PackNames) -> CompiledRevision:
        when = self._tree(revision.when, subject, names) if revision.when else None
        unless = []
        for item in revision.unless:
            condition = self._condition(item.condition, subject, names)
            reason = self._template(item.reason, subject, names)
            if condition is not None:
                unless.append(CompiledUnless(condition, reason, item.condition.value))
        return CompiledRevision(
            revision.number, revision.window, revision.severity, self._template(revision.message, subject, names), when,
            tuple(texts_of(revision.when)), tuple(unless), revision.denial, revision.bypassable,
            tuple(self._fix(fix, subject, names) for fix in revision.fixes), revision.authority,
        )  # fmt: skip

    def _tree(self, tree: Tree, subject: Subject, names: PackNames) -> ir.Condition | None:
        if tree.text is not None:
            return self._condition(tree.text, subject, names)
        items = tuple(item for part in tree.items if (item := self._tree(part, subject, names)) is not None)
        if not items:
            return None
        whole = items[0] if len(items) == 1 else ir.And(items=items) if tree.mode == "all" else ir.Or(items=items)
        return ir.Not(item=whole) if tree.mode == "none" else whole

    def _fix(self, fix: FixText, subject: Subject, names: PackNames) -> CompiledFix:
        system = codes("modifier") if "modifier" in fix.kind else CODE
        value = None
        choose: tuple[str, ...] = ()
        if fix.choose:
            self._checked(fix.choose, lambda t: language.compile_set(t, system, subject, names))
            choose = tuple(item.strip() for item in fix.choose.value.strip().strip("{}").split(",") if item.strip())
        if fix.value:
            text = fix.value
            value = self._checked(text, lambda t: language.compile_value(t, subject, names)).value
        condition = self._condition(fix.condition, subject, names) if fix.condition else None
        if fix.field:
            self._settable(fix, subject)
        return CompiledFix(fix.kind, fix.target, fix.field, fix.because, choose, value, condition)

    def _settable(self, fix: FixText, subject: Subject) -> None:
        """A fix names a field that the claim form carries: what is worked out cannot be set, and a typing error would
        be shown to a biller."""
        record = "claim" if fix.target == "claim" or {"line", "group"}.isdisjoint(subject.variables) else "line"
        owner, _, name = fix.field.rpartition(".")
        fields = [field.name for field in RECORDS[record].values() if not field.derived]
        if (name in fields and owner in ("", record)) or fix.place is None:
            return
        if name in RECORDS[record] and owner in ("", record):
            said, near = f"{fix.field} of a {record} is worked out and cannot be set.", ""
        else:
            said, near = f"A {record} has no field named {fix.field} that could be set.", did_you_mean(name, fields)
        help_ = near or f"Use a field of {record}, such as {fields[1]}, or the target whose field it is."
        self.problems.append(Diagnostic("SCR716", said, fix.place, help=help_))

    # ---- texts ----

    def _condition(self, text: Text, subject: Subject, names: PackNames) -> ir.Condition | None:
        found = self._checked(text, lambda t: language.compile_condition(t, subject, names))
        return found.condition  # type: ignore[no-any-return]

    def _template(self, text: Text, subject: Subject, names: PackNames) -> Template:
        found = self._checked(text, lambda t: language.compile_template(t, subject, names))
        return tuple(found.parts)

    def _checked(self, text: Text, compile_: Callable[[str], Any]) -> Any:
        found = compile_(text.value)
        self.problems += [placed(problem, text) for problem in found.problems]
        return found


def placed(problem: Any, text: Text) -> Diagnostic:
    """A problem of the language as a diagnostic of the file its text stands in."""
    edit = problem.edit
    return Diagnostic(
        problem.code, problem.headline, text.at(problem.start, problem.end), problem.label, problem.help,
        tuple(Label(text.at(start, end), note) for start, end, note in problem.labels),
        Replacement(text.cut(edit.start, edit.end), edit.text, edit.safe) if edit else None,
        problem.severity,
    )  # fmt: skip


def texts_of(tree: Tree | None) -> list[str]:
    """The conditions of ``when`` as written, in order."""
    if tree is None:
        return []
    return [tree.text.value] if tree.text else [text for item in tree.items for text in texts_of(item)]


SUBJECTS = tuple(
    Subject({"claim": "claim", **variables}, line, line or "claim")
    for variables, line in (
        ({"line": "line"}, "line"), ({"line": "line", "other": "line"}, "line"), ({"diagnosis": "diagnosis"}, ""),
        ({"diagnosis": "diagnosis", "other": "diagnosis"}, ""), ({}, ""),
    )
)  # fmt: skip
"""What conditions start with, by scope; without groups, whose fields differ from rule to rule."""


def subject_of(rule: Rule, group_by: tuple[ir.Key, ...], names: PackNames) -> Subject:
    """The variables a rule's conditions start with."""
    names_of_scope = SCOPE_VARIABLES[rule.scope]
    variables = dict.fromkeys(names_of_scope, next(iter(names_of_scope), "claim"))
    group: Mapping[str, Type] = {}
    if rule.scope == "group":
        group = {key.field: DATE if key.field == "day" else RECORDS["line"][key.field].type
                 for key in group_by if key.field}  # fmt: skip
    line = {"line": "line", "pair": "line", "group": "group"}.get(rule.scope, "")
    anchor = {"line": "line", "pair": "line", "group": "group"}.get(rule.scope, "claim")
    if rule.rows:
        variables["row"] = "row"
    return Subject({"claim": "claim", **variables}, line, anchor, group, rule.columns)


def compile_packs(packs: Sequence[Pack]) -> tuple[Program, list[Diagnostic]]:
    """The program and every diagnostic, warnings included, in file order.

    Raises:
        RuleFileError: a pack has an error.
    """
    compiler = Compiler(packs)
    program = compiler.program()
    errors = [problem for problem in compiler.problems if problem.severity == "error"]
    if errors:
        raise RuleFileError(errors)
    return program, compiler.problems
