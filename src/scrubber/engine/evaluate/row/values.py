"""Operands as expressions: a value, None for unknown, ABSENT for a row that does not exist."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

from scrubber.core.catalogue import CODE_OF_RECORD
from scrubber.core.logic import ABSENT, Unknown
from scrubber.engine.evaluate.each_row import EMPTY_ROW
from scrubber.engine.evaluate.lists import code_of
from scrubber.engine.evaluate.operations import arithmetic, number
from scrubber.engine.evaluate.reference import lookup_day, lookup_variable
from scrubber.engine.evaluate.row.emitter import NONE, Emitter, any_expr, attribute, call, compare, is_, name, tuple_of
from scrubber.engine.evaluate.world import Bindings
from scrubber.lang import ir
from scrubber.lang.functions import FUNCTIONS


class Operand(NamedTuple):
    """An expression already under a name, and whether it can be None or ABSENT."""

    code: ast.expr
    optional: bool
    absent: bool


def known(code: ast.expr) -> Operand:
    """An operand that always has a value."""
    return Operand(code, False, False)


class ValueCompiler(Emitter):
    """Emits operands. Aggregates need loops over sources, which the condition compiler provides."""

    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self.bindings = bindings
        self.variables: dict[str, str] = {}

    def over_variables(self, variables: tuple[str, ...]) -> list[str]:
        """Know these variables; the names of their parameters."""
        parameters = [f"v_{variable}" for variable in variables]
        self.variables = dict(zip(variables, parameters, strict=True))
        self.variables["row"] = self.constant_name(EMPTY_ROW)
        return parameters

    @abstractmethod
    def aggregate(self, node: ir.Aggregate) -> Operand:
        """Emit an aggregate."""

    def value(self, node: ir.Value) -> Operand:
        """Emit an operand."""
        match node:
            case ir.CodeConst() | ir.TextConst():
                return known(ast.Constant(node.value))
            case ir.DateConst():
                return known(self.constant(node.value))
            case ir.NumberConst():
                return known(self.literal(number(node.text)))
            case ir.MoneyConst():
                return known(ast.Constant(node.cents))
            case ir.DurationConst():
                return known(self.constant((node.count, node.unit)))
            case ir.FieldOf():
                return Operand(self.read(self.variables[node.variable], node.name), True, False)
            case ir.Element():
                return known(name(self.variables[node.variable]))
            case ir.ParameterOf():
                return known(self.literal(self.bindings.parameter(node.name)))
            case ir.Arithmetic():
                return self.applied(arithmetic(node.op, node.type), [self.value(node.left), self.value(node.right)])
            case ir.Call():
                implementation = FUNCTIONS[node.function].implementation
                return self.applied(implementation, [self.value(item) for item in node.arguments])
            case ir.Lookup():
                raw = self.lookup(node)
                kind = attribute(raw, "__class__")
                code = ast.IfExp(is_(kind, self.constant(Unknown)), NONE, raw)
                return Operand(self.keep(code), True, True)
            case ir.Aggregate():
                return self.aggregate(node)

    def read(self, owner: str, field: str) -> ast.expr:
        """A field of what is under the name ``owner``."""
        return self.keep(attribute(name(owner), field))

    def literal(self, value: Any) -> ast.expr:
        """A value fixed when the plan is made."""
        return ast.Constant(value) if type(value) in (int, str, bool) else self.constant(value)

    def coded(self, operand: Operand, node: ir.Value) -> Operand:
        """The operand as it is compared: a record by its code."""
        if isinstance(node, ir.Element | ir.FieldOf) and node.type.kind == "record" and not node.type.many:
            code = attribute(operand.code, CODE_OF_RECORD[node.type.of])
            return Operand(self.keep(code), True, False)
        return operand

    def guarded(self, operands: list[Operand], code: Callable[[], ast.expr], absent: ast.expr) -> ast.expr:
        """``code`` where every operand has a value; ``absent`` where one is ABSENT, else None where one is unknown."""
        result = code()
        optional = [is_(operand.code, NONE) for operand in operands if operand.optional]
        if optional:
            result = ast.IfExp(any_expr(optional), NONE, result)
        gone = [is_(operand.code, self.constant(ABSENT)) for operand in operands if operand.absent]
        return ast.IfExp(any_expr(gone), absent, result) if gone else result

    def applied(self, function: Any, operands: list[Operand]) -> Operand:
        made = self.guarded(
            operands, lambda: call(self.constant(function), *(o.code for o in operands)), self.constant(ABSENT)
        )
        return Operand(self.keep(made), True, any(o.absent for o in operands))

    def lookup(self, node: ir.Lookup) -> ast.expr:
        """The raw result: a value, ABSENT or an Unknown with its reasons."""
        keys = [self.value(key) for key in node.keys]
        table = self.bindings.table(node.table)
        variable = lookup_variable(node)
        subject = name(self.variables[variable]) if variable in self.variables else NONE
        if node.at:
            day = self.value(node.at)
        else:
            day = known(self.keep(call(self.constant(lookup_day), subject, name("world"))))
        arguments = (
            tuple_of([key.code for key in keys]), ast.Constant(node.column), day.code, subject,
        )  # fmt: skip
        return self.keep(call(self.constant(TableReading(table)), name("world"), *arguments))

    def compared(self, op: ast.cmpop, left: Operand, right: Operand) -> ast.expr:
        """A comparison of two operands as True, False or None."""
        return self.guarded([left, right], lambda: compare(left.code, op, right.code), ast.Constant(False))


class TableReading:
    """A table look-up that passes an unknown or absent key through."""

    __slots__ = ("read",)

    def __init__(self, table: Any) -> None:
        self.read = table.value

    def __call__(self, world: Any, keys: tuple[Any, ...], column: str, day: Any, subject: Any) -> Any:
        if day is ABSENT:
            return ABSENT
        for key in keys:
            if key.__class__ is not str:  # nearly every key is a code
                if ABSENT in keys:
                    return ABSENT
                if None in keys:
                    return MISSING_KEY
                keys = tuple([code_of(each) for each in keys])
                break
        if day is None or day.__class__ is Unknown:
            return MISSING_KEY
        return self.read(world, keys, column, day, subject)


MISSING_KEY = Unknown()
