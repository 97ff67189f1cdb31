"""Building one function: blocks of statements, fresh names, and the constants that a plan binds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LOAD, _STORE = ast.Load(), ast.Store()
NONE, TRUE, FALSE = ast.Constant(None), ast.Constant(True), ast.Constant(False)


def name(text: str) -> ast.Name:
    """A name, read."""
    return ast.Name(text, _LOAD)


def attribute(owner: ast.expr, field: str) -> ast.expr:
    """``owner.field``."""
    return ast.Attribute(owner, field, _LOAD)


def call(function: ast.expr, *arguments: ast.expr) -> ast.expr:
    """``function(*arguments)``."""
    return ast.Call(function, list(arguments), [])


def compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.expr:
    """One comparison."""
    return ast.Compare(left, [op], [right])


def is_(left: ast.expr, right: ast.expr) -> ast.expr:
    """``left is right``."""
    return compare(left, ast.Is(), right)


def is_not(left: ast.expr, right: ast.expr) -> ast.expr:
    """``left is not right``."""
    return compare(left, ast.IsNot(), right)


def any_expr(tests: list[ast.expr]) -> ast.expr:
    """``a or b or c`` over plain two-valued tests."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)


def tuple_of(items: list[ast.expr]) -> ast.expr:
    """A tuple."""
    return ast.Tuple(items, _LOAD)


class Emitter:
    """Collects the statements of one function and the constants it closes over."""

    def __init__(self) -> None:
        self.blocks: list[list[ast.stmt]] = [[]]
        self.constants: list[Any] = []
        self.count = 0

    def fresh(self, stem: str = "t") -> str:
        """A name used nowhere else in the function."""
        self.count += 1
        return f"{stem}{self.count}"

    def constant(self, thing: Any) -> ast.expr:
        """A name, read, that holds ``thing``: passed to the factory, so that nothing need be spelled in code."""
        return name(self.constant_name(thing))

    def constant_name(self, thing: Any) -> str:
        """The name that holds ``thing``."""
        for index, known in enumerate(self.constants):
            if known is thing:
                return f"k{index}"
        self.constants.append(thing)
        return f"k{len(self.constants) - 1}"

    def add(self, statement: ast.stmt) -> None:
        """Append to the innermost block."""
        self.blocks[-1].append(statement)

    def assign(self, target: str, value: ast.expr) -> ast.Name:
        """``target = value``; gives the name back, to be read."""
        self.add(ast.Assign([ast.Name(target, _STORE)], value, lineno=0))
        return name(target)

    def keep(self, value: ast.expr) -> ast.expr:
        """The value under a name, so that it is evaluated once."""
        return value if isinstance(value, ast.Name | ast.Constant) else self.assign(self.fresh(), value)

    @contextmanager
    def block(self) -> Iterator[list[ast.stmt]]:
        """Statements emitted inside go to the list given."""
        inner: list[ast.stmt] = []
        self.blocks.append(inner)
        try:
            yield inner
        finally:
            self.blocks.pop()
            if not inner:
                inner.append(ast.Pass())

    def when(self, test: ast.expr, body: list[ast.stmt], otherwise: list[ast.stmt] | None = None) -> None:
        """``if test: body else: otherwise``."""
        self.add(ast.If(test, body, otherwise or []))

    def loop(self, variable: str, items: ast.expr, body: list[ast.stmt]) -> None:
        """``for variable in items: body``."""
        self.add(ast.For(ast.Name(variable, _STORE), items, body, [], lineno=0))

    def function(self, parameters: list[str], result: ast.expr) -> Any:
        """Compile: a function of ``parameters`` that returns ``result`` after the statements emitted."""

        def arguments(names: list[str]) -> ast.arguments:
            return ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, [])

        inner = ast.FunctionDef("rule", arguments(parameters), [*self.blocks[0], ast.Return(result)], [], lineno=0)
        inner.type_params = []  # type: ignore[attr-defined]  # asked for by Python 3.12 and later
        constants = [f"k{index}" for index in range(len(self.constants))]
        outer = ast.FunctionDef("make", arguments(constants), [inner, ast.Return(name("rule"))], [], lineno=0)
        outer.type_params = []  # type: ignore[attr-defined]
        module = ast.Module([outer], [])
        _locate(module)
        space: dict[str, Any] = {"__builtins__": {}}
        # The tree is built above from typed IR, node by node; no text of a rule is ever compiled.
        exec(compile(module, "<rule>", "exec"), space)
        return space["make"](*self.constants)


def _locate(tree: ast.AST) -> None:
    """Give every node the place that ``compile`` asks for, in a third of the time that the library's own way takes."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for value in node.__dict__.values():
            if isinstance(value, ast.AST):
                waiting.append(value)
            elif isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
        if isinstance(node, ast.expr | ast.stmt | ast.arg):
            node.lineno = node.end_lineno = 1
            node.col_offset = node.end_col_offset = 0
