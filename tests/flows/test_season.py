"""The main job, steps 1 to 7, through the real web server and worker: what it leaves is what an oracle computes."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.flows.house import House
from tests.flows.oracle import Oracle
from tests.flows.season import KINDS, PROVINCE, Season

# One running house for all of them: they stay together when the tests are spread over processes.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


def table(page: Any) -> dict[str, tuple[int, str]]:
    """Rank and index by unit, as a page's ranking tables show them."""
    found: dict[str, tuple[int, str]] = {}
    for row in page.locator("table.ranking tbody tr").all():
        name = row.locator("th").inner_text().strip().splitlines()[0]
        found[name] = (int(row.locator("td").first.inner_text()), row.locator("td strong").inner_text().strip())
    return found


def expected(oracle: Oracle) -> dict[str, tuple[int, str]]:
    return {name: row for kind in KINDS for name, row in oracle.ranking(kind, PROVINCE).items()}


def test_public_ranking_is_what_the_oracle_computes(
    flow_house: House, chromium: Any, oracle: Oracle, season: Season
) -> None:
    with chromium.new_context(base_url=flow_house.address) as outside:
        page = outside.new_page()
        page.goto(season.public)

        assert table(page) == expected(oracle)


def test_decision_prints_what_the_oracle_computes(oracle: Oracle, season: Season) -> None:
    document = pypdfium2.PdfDocument(season.paper)
    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)

    for name, (rank, index) in expected(oracle).items():
        found = re.search(re.escape(name) + r" [\d,]+ " + re.escape(index) + rf" {rank} ", text)
        assert found, f"{rank} {name} {index}: {text[:3000]}"


def test_command_line_computes_the_same(flow_house: House, oracle: Oracle, season: Season, tmp_path: Path) -> None:
    flow_house.manage("compute", "ha-tinh-2022", "--tier", "tinh", "--json", str(tmp_path / "out.json"))
    computed = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))

    exact = {row["name"]: Fraction(row["exact"]) for row in computed["tiers"][0]["units"]}

    assert exact == {
        name: oracle.index(code, kind) for kind in KINDS for code, name in oracle.units(kind, PROVINCE).items()
    }


def test_trail_is_whole_after_the_season(flow_house: House, season: Season) -> None:
    told = flow_house.manage("verify_audit")

    assert re.search(r"\b[0-9a-f]{64}\b", told), f"after {season.run}: {told}"
