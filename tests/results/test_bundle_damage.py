"""Whatever stands in the files: a bundle, or a list of problems; never an accident."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from results.bundle.rows import Refused
from results.imports.folder import in_words, read_bundle
from results.services.bundle import load
from tests.factories.bundles import FILES, bundle

CSV_FILES = sorted(name for name in FILES if name.endswith(".csv"))
TEXT = st.text(max_size=40)
WORDS = (
    "0 -1 1e3 NaN ٣ 99999999999 0001-01-01 9999-12-31T23:59:59-12:00 1 1.1 2 P SXD tinh chair appraised =1+1 .. / %(c)s"
)
LIKELY = st.sampled_from(["", "a" * 700, "\x00", "\ufeff", *WORDS.split()])
CELL = st.one_of(LIKELY, TEXT)


def damaged(content: str, row: int, column: int, cell: str) -> str:
    records = list(csv.reader(io.StringIO(content)))
    record = records[row % len(records)]
    record[column % len(record)] = cell
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(records)
    return out.getvalue()


def outcome(folder: Path) -> list[str]:
    """Problems in words, as the command prints them."""
    try:
        read_bundle(folder)
    except Refused as refused:
        return [in_words(problem) for problem in refused.problems]
    return []


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(CSV_FILES), st.integers(0, 20), st.integers(0, 20), CELL)
def test_any_cell_is_read_or_refused(name: str, row: int, column: int, cell: str) -> None:
    with TemporaryDirectory() as made:
        folder = bundle(Path(made))
        text = damaged(FILES[name], row, column, cell)
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))

        outcome(folder)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 3000), st.binary(max_size=6))
def test_any_bytes_are_read_or_refused(name: str, at: int, put: bytes) -> None:
    with TemporaryDirectory() as made:
        folder = bundle(Path(made))
        content = FILES[name].encode()
        at %= len(content)
        (folder / name).write_bytes(content[:at] + put + content[at + len(put) :])

        outcome(folder)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(CSV_FILES), st.integers(1, 20), st.integers(0, 20), CELL)
def test_what_is_read_is_loaded_or_refused(name: str, row: int, column: int, cell: str) -> None:
    with TemporaryDirectory() as made:
        folder = bundle(Path(made))
        text = damaged(FILES[name], row, column, cell)
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            read = read_bundle(folder)
        except Refused:
            return
        with transaction.atomic():
            loaded = load(bundle=read, by=None)
            transaction.set_rollback(True)

    assert loaded.changed
