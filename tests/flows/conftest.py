"""One running house and one browser for all flows."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows import house
from tests.flows import season as seasons
from tests.flows.house import House
from tests.flows.oracle import Oracle

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def flow_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration, freshly prepared, with its web server and its worker."""
    data = tmp_path_factory.mktemp("house")
    with (
        house.own_database(os.environ.get("DATABASE_URL", ""), f"parindex_flow_{os.getpid()}") as database,
        house.running(data, database) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Debian's Chromium; it is not downloaded."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="no browser tests without playwright")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=OPTIONS)
        yield browser
        browser.close()


def chromium_path() -> str:
    return next(str(path) for path in (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser")) if path.exists())


@pytest.fixture(scope="session")
def oracle(flow_house: House) -> Oracle:
    return Oracle(flow_house.data / "demo" / "ha_tinh_2022")


@pytest.fixture(scope="session")
def season(
    flow_house: House, chromium: object, oracle: Oracle, tmp_path_factory: pytest.TempPathFactory
) -> seasons.Season:
    """Walked once for all tests, which look at what it left."""
    return seasons.walk(chromium, flow_house.address, oracle, tmp_path_factory.mktemp("papers"))
