"""Many files of the operator are looked at by few child processes; each gets the verdict that it gets alone."""

from pathlib import Path

import pytest

from assessments.examiner.kinds import Refusal, RefusedFile
from assessments.services import examining
from tests.assessments import files


@pytest.fixture(name="papers")
def _papers(tmp_path: Path) -> list[Path]:
    contents = {"a.pdf": files.pdf(2), "b.pdf": b"no document", "c.png": files.image("PNG"), "d.pdf": files.pdf(1)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in contents]


def test_each_file_gets_its_own_verdict(papers: list[Path]) -> None:
    found = examining.inspect_all(papers)

    kinds = [each.content_type if isinstance(each, examining.Findings) else each.refusal for each in found.values()]
    assert list(found) == papers
    assert kinds == ["application/pdf", Refusal.UNKNOWN_TYPE, "image/png", "application/pdf"]


def test_no_files_start_no_child() -> None:
    assert examining.inspect_all([]) == {}


def test_files_that_a_child_did_not_reach_are_looked_at_alone(
    papers: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = examining.inspect_all(papers)
    ends = tmp_path / "ends.py"
    ends.write_text(
        f"import json, runpy, sys\n"
        f"if json.loads(sys.argv[1])['act'] != 'many':\n"
        f"    runpy.run_path({str(examining.CHILD)!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(examining, "CHILD", ends)

    alone = examining.inspect_all(papers)

    assert [repr(each) for each in alone.values()] == [repr(each) for each in together.values()]


def test_a_child_that_says_nonsense_of_a_file_refuses_it(
    papers: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    babbles = tmp_path / "babbles.py"
    babbles.write_text("for _ in range(4):\n    print('nonsense')\n")
    monkeypatch.setattr(examining, "CHILD", babbles)

    found = examining.inspect_all(papers)

    assert [each.refusal for each in found.values() if isinstance(each, RefusedFile)] == [Refusal.HEAVY] * 4
