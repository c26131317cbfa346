"""Nothing is too long to be read in one go."""

import ast

from tests.architecture import source

FUNCTION = 60
FILE = 400
VIEW = 25


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the last one, decorators apart."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_over_sixty_lines() -> None:
    long = [
        f"{path}:{node.lineno} {node.name} has {lines_of(node)} lines"
        for path in source.code(*source.HOUSE, "tests")
        for node in source.nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > FUNCTION
    ]

    assert long == []


def test_no_view_is_over_twenty_five_lines() -> None:
    """Policy, form, service, render. What a view calls in its own module is under the limit of every function."""
    long = [
        f"{path}:{node.lineno} {node.name} has {lines_of(node)} lines"
        for path in source.code(*source.HOUSE)
        if "views" in (path.stem, *path.parts)
        for node in source.nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > VIEW
        if not node.name.startswith("_")
    ]

    assert long == []


def test_no_file_is_over_four_hundred_lines() -> None:
    counted = {str(path): len(source.text(path).splitlines()) for path in source.code(*source.HOUSE, "tests")}

    assert {path: lines for path, lines in counted.items() if lines > FILE} == {}
