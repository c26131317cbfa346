"""What may not stand in the code: years and places, floats, markers left over, traces of a machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

from tests.architecture import source

YEAR = re.compile(r"(?<![\d.])20[1-4]\d(?![\d.])")
# No rules: the number of a decree ("30/2020/NĐ-CP"), the example that a message or a template gives ("a date like
# 2022-12-31", "01/11/2026"), letters of a font.
EXAMPLES = re.compile(r"\d+/20\d\d/[A-ZĐ]+|like [\d:T+-]+|\d\d/\d\d/20\d\d|U\+[\dA-F-]+")
# A workbook's live formula is computed in binary by the spreadsheet: this module reckons with what it will show, and
# gives the file a day that never changes.
SPREADSHEET = {Path("results/documents/ranking.py")}
# Assembled, so that this file does not find itself.
MARKERS = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK", "W" + "IP"]) + r")\b")
# Absolute folders of people and workshops; the ones that every Debian machine has (/usr/bin, /tmp, /app) are no trace.
MACHINE = re.compile(r"(?<![\w.])/(work|home|root|Users)/\w")
REGISTRIES = re.compile("|".join(["py" + "pi\\.org", "pythonhosted" + "\\.org", "npm" + "js\\.", "deb" + "ian\\.org"]))
# The demonstration names its two seasons and their people; it is no part of a real installation.
DEMONSTRATION = {Path("parindex/practice.py"), Path("parindex/management/commands/demo.py")}
TEXT = {".py", ".html", ".css", ".js", ".toml", ".md", ".yml", ".csv", ".po", ".svg", ".txt", ".json", ""}


def text_files() -> Iterator[Path]:
    return (path for path in source.files() if path.suffix in TEXT)


def docstrings(path: Path) -> set[int]:
    """Ids of the constants that are documentation: a date in prose is no rule."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in source.nodes(path)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }


def literals(path: Path) -> Iterator[tuple[int, str]]:
    documentation = docstrings(path)
    for node in source.nodes(path):
        if isinstance(node, ast.Constant) and id(node) not in documentation and isinstance(node.value, str | int):
            yield node.lineno, str(node.value)


def test_no_year_in_code() -> None:
    """Everything of a year is data: the next cycle needs no programmer."""
    found = [
        f"{path}:{line} {value[:60]}"
        for path in source.code(*source.HOUSE)
        if path not in DEMONSTRATION | SPREADSHEET
        for line, value in literals(path)
        # "123/2020/NĐ-CP" names a decree; the layout of official papers follows one.
        if YEAR.search(EXAMPLES.sub("", value))
    ]

    assert found == []


def test_no_province_in_code() -> None:
    names = re.compile(r"Hà Tĩnh|Hương Sơn|Thái Nguyên|Hà Nội(?!\))")

    found = [
        f"{path}:{line} {value[:60]}"
        for path in source.code(*source.HOUSE)
        if path not in DEMONSTRATION
        for line, value in literals(path)
        if names.search(value)
    ]

    assert found == []


def test_no_column_holds_a_float() -> None:
    floats = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in source.HOUSE
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
    ]

    assert floats == []


def test_no_code_makes_a_float() -> None:
    """Points are exact to the last rounding; a float would round before it. Pictures may place their pixels by one."""
    found = [
        f"{path}:{node.lineno}"
        for path in source.code(*source.APPS)
        if path.stem != "charts" and path not in SPREADSHEET
        for node in source.nodes(path)
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]

    assert found == []


def test_no_work_is_left_marked() -> None:
    found = [
        f"{path}:{number} {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(source.text(path).splitlines(), 1)
        if MARKERS.search(line)
    ]

    assert found == []


def test_no_trace_of_a_machine_or_a_registry() -> None:
    found = [
        f"{path}:{number} {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(source.text(path).splitlines(), 1)
        if MACHINE.search(line) or REGISTRIES.search(line)
    ]

    assert found == []


def test_templates_obey_the_content_security_policy() -> None:
    """The browser drops inline scripts, styles and handlers in silence: they are refused here, aloud."""
    inline = re.compile(
        r"<style\b|\sstyle=|<script(?![^>]*\ssrc=)(?![^>]*application/json)|\son[a-z]+=\"", re.IGNORECASE
    )

    found = [
        f"{path}:{number} {line.strip()[:80]}"
        for path in source.files()
        # The pages of a paper are rendered by WeasyPrint, which has no such policy.
        if path.suffix == ".html" and "documents" not in path.parts and "pdf" not in path.stem
        for number, line in enumerate(source.text(path).splitlines(), 1)
        if inline.search(line)
    ]

    assert found == []
