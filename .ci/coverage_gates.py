"""Coverage gates: every branch of what decides about points, rights and rows; 95 % of everything.

Takes the data files of the runs on both databases: what only one of them can reach counts as reached.
"""

import sys
import tempfile
from fnmatch import fnmatch
from json import loads
from pathlib import Path
from typing import Any

from coverage import Coverage

ALL = 95
WHOLE = (
    # Pure modules.
    *(
        f"*/{name}.py"
        for name in (
            "scoring",
            "phases",
            "states",
            "aggregation",
            "index",
            "ranking",
            "naming",
            "proof",
            "grids",
            "packing",
        )
    ),
    *(f"*/{name}/*.py" for name in ("scoring", "phases", "tree", "bundle")),
    "*/bundle.py",
    # Writes, rights, files of rows.
    "*/services/*.py",
    "*/policies.py",
    "*/policies/*.py",
    "*/imports.py",
    "*/imports/*.py",
)


def report(files: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        merged = Coverage(data_file=str(Path(folder) / "merged"))
        merged.combine(files, keep=True)
        merged.save()
        target = Path(folder) / "report.json"
        merged.json_report(outfile=str(target))
        found: dict[str, Any] = loads(target.read_text(encoding="utf-8"))
        return found


def main(files: list[str]) -> int:
    measured = report(files)
    percents = {path: numbers["summary"]["percent_covered"] for path, numbers in measured["files"].items()}
    gaps = {path: percent for path, percent in percents.items() if percent < 100}
    for path, percent in sorted(gaps.items(), key=lambda pair: pair[1]):
        lines = measured["files"][path]["missing_lines"]
        branches = [f"{a}->{b}" for a, b in measured["files"][path].get("missing_branches", [])]
        print(f"{percent:6.1f} %  {path}  lines {lines}  branches {branches}"[:240])
    owed = [path for path in gaps if any(fnmatch(path, pattern) for pattern in WHOLE)]
    total = measured["totals"]["percent_covered"]
    print(f"\n{total:.2f} % of lines and branches in {len(percents)} files; at least {ALL} % wanted")
    for path in owed:
        print(f"must be covered whole: {path}")
    return 1 if owed or total < ALL else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
