"""What the tests of a module would miss: each small change to it that no test fails on.

    python -m pytest -p tests.benchmarks.mutants --mutate responses/consent/ledger.py tests/responses/consent

The tests run once, unchanged, while the lines each one reaches are noted. Then a process is forked for each
change (mutant), with the database already made: the changed code takes the place of the function's own, and
the tests that reach its line run, quickest first, until one fails. SQLite only, and without the tests
that have transactions of their own.
"""

import ast
import copy
import importlib
import inspect
import os
import resource
import shutil
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from django.db import connection

MAX_SECONDS = 90  # of the processor for the tests of one mutant: more is an endless loop
SWAPPED: dict[type, list[type]] = {
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.BitOr: [ast.BitAnd],
    ast.BitAnd: [ast.BitOr],
}
NARROWING = {"filter", "exclude", "order_by", "current", "waiting", "confirmed", "state", "claimable"}


@dataclass(frozen=True)
class Mutant:
    """One change: where, what, the function it is in ("" for a constant) and the changed module."""

    line: int
    what: str
    function: str
    tree: ast.Module


def changes(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """What may stand in the place of this node."""
    match node:
        case ast.Compare(ops=[op]):
            for other in SWAPPED.get(type(op), []):
                yield ast.Compare(node.left, [other()], node.comparators), "comparison"
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values), "and/or"
            for i in range(len(values)):
                rest = values[:i] + values[i + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest), "without an operand"
        case ast.BinOp(op=op):
            for other in SWAPPED.get(type(op), []):
                yield ast.BinOp(node.left, other(), node.right), "operator"
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield node.operand, "not"
        case ast.IfExp():
            yield node.body, "always the first"
            yield node.orelse, "always the second"
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value), "constant"
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1), "constant"
        case ast.Constant(value=str() as value):
            yield ast.Constant(f"X{value}X"), "constant"
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in NARROWING:
            yield node.func.value, f"without .{attr}()"
            yield from without_keywords(node)
        case ast.Call():
            yield from without_keywords(node)
        case ast.Subscript(slice=ast.Slice()):
            yield node.value, "not sliced"
        case ast.List(elts=parts, ctx=ast.Load()) | ast.Set(elts=parts) if parts:
            for i in range(len(parts)):
                rest = parts[:i] + parts[i + 1 :]
                without = (
                    ast.List(rest, ast.Load()) if isinstance(node, ast.List) or not rest else ast.Set(rest)
                )
                yield without, "without an element"
        case ast.comprehension(ifs=[*_, _]):
            yield ast.comprehension(node.target, node.iter, [], node.is_async), "without its if"
        case ast.If() | ast.While():
            for value in [False] if isinstance(node, ast.While) else [True, False]:
                yield type(node)(ast.Constant(value), node.body, node.orelse), f"if {value}"
        case ast.Return(value=ast.expr()) if not is_constant(node.value, None):
            yield ast.Return(ast.Constant(None)), "returns nothing"
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Return() | ast.Continue():
            yield ast.Pass(), "without the statement"
        case ast.Assign(targets=[ast.Attribute() | ast.Tuple()]):
            yield ast.Pass(), "without the statement"


def without_keywords(call: ast.Call) -> Iterator[tuple[ast.AST, str]]:
    for i, keyword in enumerate(call.keywords):
        rest = call.keywords[:i] + call.keywords[i + 1 :]
        yield ast.Call(call.func, call.args, rest), f"without {keyword.arg}="


def is_constant(node: ast.AST | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def mutants(source: str, only: str = "") -> list[Mutant]:
    """Every change to this module, or to the functions whose name begins with `only`."""
    tree = ast.parse(source)
    found = []
    for function, top in functions_and_constants(tree):
        if not function.startswith(only):
            continue
        for parent, name, i, node in places(top):
            for new, what in changes(node):
                ast.copy_location(new, node)
                before = ast.unparse(node).splitlines()[0]
                after = ast.unparse(ast.fix_missing_locations(new)).splitlines()[0]
                put(parent, name, i, new)
                changed = ast.fix_missing_locations(copy.deepcopy(tree))
                put(parent, name, i, node)
                found.append(Mutant(node_line(node, top), f"{what}: {before} -> {after}", function, changed))
    return found


def functions_and_constants(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        match node:
            case ast.FunctionDef():
                yield node.name, node
            case ast.ClassDef():
                for each in node.body:
                    if isinstance(each, ast.FunctionDef):
                        yield f"{node.name}.{each.name}", each
            case ast.Assign() | ast.AnnAssign():
                yield "", node


def places(top: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node below with its parent, but what is not behaviour: types, decorators, docstrings."""
    for name, value in ast.iter_fields(top):
        if name in {
            "annotation",
            "returns",
            "args",
            "decorator_list",
            "type",
            "targets",
            "format_spec",
        } and not (name == "args" and isinstance(top, ast.Call)):
            continue
        for i, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or is_docstring(node):
                continue
            yield top, name, i, node
            yield from places(node)


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def put(parent: ast.AST, name: str, i: int | None, node: ast.AST) -> None:
    if i is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[i] = node


def node_line(node: ast.AST, top: ast.stmt) -> int:
    inside = (getattr(each, "lineno", None) for each in ast.walk(node))
    return next((line for line in inside if line), top.lineno)


# --- in the place of the code ----------------------------------------------------------------


def apply(mutant: Mutant, module: ModuleType) -> None:
    """Lets the module behave as the mutant says, in this process, for whoever imported it already."""
    compiled = compile(mutant.tree, str(module.__file__), "exec")
    if not mutant.function:
        for node in mutant.tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= mutant.line <= (
                node.end_lineno or 0
            ):
                exec(compile(ast.Module([node], []), str(module.__file__), "exec"), module.__dict__)
        return
    owner: Any = module
    *path, name = mutant.function.split(".")
    for part in path:
        owner = getattr(owner, part)
    function = vars(owner)[name]
    function = inspect.unwrap(function.fget if isinstance(function, property) else function)
    function.__code__ = next(code for code in codes(compiled) if code.co_qualname == mutant.function)


def codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from codes(each)


# --- as a plugin of pytest -------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutate", help="the module to change, as a path")
    parser.addoption("--mutate-only", default="", help="only functions whose name begins so")
    parser.addoption("--mutate-lines", default="", help="only these lines")


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    path = session.config.getoption("--mutate")
    if not path:
        return None
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    session.items[:] = [item for item in session.items if not empties_the_database(item)]
    reached, seconds = run_unchanged(session, str(module.__file__))
    database = Path(connection.settings_dict["NAME"])
    pristine = database.with_suffix(".pristine")
    connection.close()
    if database.exists():
        shutil.copy(database, pristine)
    lines = {int(n) for n in session.config.getoption("--mutate-lines").split(",") if n}
    if failed := killer(session, module, None, session.items):
        raise pytest.UsageError(f"{failed.nodeid} fails in a forked process, unchanged")
    figures: Counter[str] = Counter()
    kills: Counter[tuple[str, str]] = Counter()
    for mutant in mutants(Path(path).read_text(), session.config.getoption("--mutate-only")):
        if lines and mutant.line not in lines:
            continue
        items = sorted(
            reaching(reached, mutant, module),
            key=lambda item: (-kills[item.nodeid, mutant.function], seconds[item.nodeid]),
        )
        if pristine.exists():
            shutil.copy(pristine, database)
        by = killer(session, module, mutant, items)
        if by:
            kills[by.nodeid, mutant.function] += 1
        figures["killed" if by else "survived"] += 1
        sys.stderr.write("." if by else "S")
        if not by:
            print(
                f"\n{path}:{mutant.line}: {mutant.function}: {mutant.what} ({len(items)} tests)", flush=True
            )
    print(f"\n{path}: {figures.total()} mutants, {figures['killed']} killed, {figures['survived']} survived")
    return True


def empties_the_database(item: pytest.Item) -> bool:
    """A test with transactions of its own leaves nothing for the others, not even what migrations wrote."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or "live_server" in item.fixturenames  # type: ignore[attr-defined]


def reaching(reached: dict[int, list[pytest.Item]], mutant: Mutant, module: ModuleType) -> list[pytest.Item]:
    """The tests that reach its line; else its function, since not every line of an expression is noted.

    Of a constant: those that reach a line where it is named.
    """
    if reached[mutant.line] and mutant.function:
        return reached[mutant.line]
    if mutant.function:
        compiled = compile(mutant.tree, str(module.__file__), "exec")
        code = next(code for code in codes(compiled) if code.co_qualname == mutant.function)
        lines = {line for _, _, line in code.co_lines() if line and line != code.co_firstlineno}
    else:
        bound = [n for n in mutant.tree.body if isinstance(n, ast.Assign | ast.AnnAssign)]
        here = next(n for n in bound if n.lineno <= mutant.line <= (n.end_lineno or 0))
        names = {n.id for n in ast.walk(here) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        lines = {n.lineno for n in ast.walk(mutant.tree) if isinstance(n, ast.Name) and n.id in names}
    return list({item.nodeid: item for line in lines for item in reached[line]}.values())


def run_unchanged(
    session: pytest.Session, file: str
) -> tuple[dict[int, list[pytest.Item]], dict[str, float]]:
    """Which tests reach each line, and how long each takes."""
    reached: dict[int, list[pytest.Item]] = defaultdict(list)
    seconds: dict[str, float] = {}
    lines: set[int] = set()

    def on_call(frame: FrameType, event: str, arg: object) -> Any:
        return on_line if frame.f_code.co_filename == file else None

    def on_line(frame: FrameType, event: str, arg: object) -> Any:
        lines.add(frame.f_lineno)
        return on_line

    for item, following in zip(session.items, [*session.items[1:], session.items[0]], strict=True):
        lines.clear()
        began = time.perf_counter()
        threading.settrace(on_call)
        sys.settrace(on_call)
        reports = runtestprotocol(item, log=False, nextitem=following)
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]
        if any(report.failed for report in reports):
            raise pytest.UsageError(f"{item.nodeid} fails unchanged")
        seconds[item.nodeid] = time.perf_counter() - began
        for line in lines:
            reached[line].append(item)
    session._setupstate.teardown_exact(session)  # type: ignore[arg-type]
    return reached, seconds


def killer(
    session: pytest.Session, module: ModuleType, mutant: Mutant | None, items: list[pytest.Item]
) -> pytest.Item | None:
    """The first test that fails on it. They run in a process of its own, which ends with it."""
    if not items:
        return None
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            begun = pipe.read().split()
        _, status = os.waitpid(child, 0)
        return items[int(begun[-1]) if begun else 0] if status else None
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    signal.alarm(5 * MAX_SECONDS)
    try:
        if mutant:
            apply(mutant, module)
        for i, item in enumerate(items):
            os.write(writing, f"{i} ".encode())
            following = items[min(i + 1, len(items) - 1)]
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                os._exit(1)
        os._exit(0)
    finally:
        os._exit(2)
