"""The project's own files, as the tests of this folder read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("units", "criteria", "assessments", "surveys", "councils", "results")
HOUSE = ("parindex", *APPS)


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, relative to the root; not what was installed, compiled or written by running it."""
    folders = [*HOUSE, "tests", "templates", "static", "fixtures", "locale", ".ci"]
    below = [path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    top = [path for path in ROOT.iterdir() if path.name not in {"uv.lock", ".env", ".coverage"}]
    return tuple(sorted(path.relative_to(ROOT) for path in [*top, *below] if path.is_file()))


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def code(*folders: str) -> Iterator[Path]:
    """The Python files below ``folders`` but for migrations."""
    return (path for path in files() if path.suffix == ".py" and path.parts[0] in folders and not is_migration(path))


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(tree(path))


def app_of(path: Path) -> str:
    return path.parts[0]


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, functions included: ``from a import b`` gives ``a`` and ``a.b``."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
