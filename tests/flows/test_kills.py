"""Web server, worker and line go in the middle of uploads, submissions and long work: nothing lost, nothing doubled."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.assessments import files
from tests.flows import departments
from tests.flows.at_work import HandingIn, handing_in, sending, window
from tests.flows.departments import HEAD, RECEIPT, SUBMIT, Departments, Proof, sha256
from tests.flows.held import SHORT, Point, held
from tests.flows.line import laid
from tests.flows.test_worker import kill, start_worker, until

# One house of their own for all of them: they stay together when the tests are spread over processes.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("kills")]
PIECE = 512 * 1024
SIDE = 1000
SLOW_LINE = 1_000_000
"""Bytes a second: a file of these tests needs three."""
PAGES = 5


@pytest.fixture(scope="module")
def house(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Departments]:
    with departments.running(tmp_path_factory.mktemp("kills"), 10, chromium) as running:
        yield running


@pytest.fixture(autouse=True)
def _serving(house: Departments) -> Iterator[None]:
    """A flow that failed leaves a web server behind for the next one."""
    yield
    if house.web.process is None:
        house.web.start()


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A picture that no packing makes smaller: some megabytes, other bytes each time."""
    made = tmp_path / "Ảnh chụp.png"
    Image.frombytes("RGB", (SIDE, SIDE), os.urandom(SIDE * SIDE * 3)).save(made)
    assert made.stat().st_size > 5 * PIECE
    return made


def once(paper: Path) -> Proof:
    return Proof(documents=1, citations=1, told=1, uploads=1, digest=sha256(paper), stored=sha256(paper))


# --- the worker, first: it finds no other work than theirs ------------------------------------------------------------


@contextmanager
def worker(house: Departments) -> Iterator[None]:
    """A worker that is killed in the end, with all it started."""
    started = start_worker(house.environment)
    try:
        yield
    finally:
        kill(started)


def kill_worker_at(house: Departments, point: Point) -> None:
    with held(house.rows, point) as holding, worker(house):
        until(holding.reached, f"the worker is at {point}")


def jobs_at_rest(house: Departments) -> bool:
    return bool(house.one("SELECT count(*) FROM units_job WHERE state NOT IN ('done', 'failed')") == 0)


def test_a_killed_worker_draws_every_page_once(chromium: Any, house: Departments, paper: Path, tmp_path: Path) -> None:
    """While there is no worker, a document is brought and the dossier handed in."""
    plan = tmp_path / "Kế hoạch.pdf"
    plan.write_bytes(files.pdf(PAGES))
    drawn = """SELECT count(*), count(DISTINCT p.number), max(p.number) FROM assessments_pageimage p
    JOIN assessments_evidence e ON e.id = p.evidence_id WHERE e.name = 'Kế hoạch.pdf'"""
    with sending(chromium, house, "D7") as officer:
        officer.choose(plan)
        officer.until_done()
    kill_worker_at(house, Point("INSERT", "assessments_pageimage", "NEW.number = 3"))
    half = house.rows.ask(drawn)
    with sending(chromium, house, "D8") as officer:
        officer.choose(paper)
        officer.until_done()
    with handing_in(chromium, house, "D7") as head:
        head.tabs[0].locator(SUBMIT).click()
        head.tabs[0].wait_for_url(RECEIPT)
    with worker(house):
        until(lambda: jobs_at_rest(house), "all jobs are finished")

    assert (half, house.rows.ask(drawn)) == ((2, 2, 2), (PAGES, PAGES, PAGES))
    assert house.rows.ask("SELECT count(*), max(attempts) FROM units_job WHERE title = 'Kế hoạch.pdf'") == (1, 2)
    assert house.one("SELECT count(*) FROM units_job WHERE state = 'failed'") == 0
    assert house.one("SELECT count(*) - count(DISTINCT key) FROM units_job") == 0
    assert house.handed_in("D7") == (1, 1)
    assert house.proof("D8") == once(paper)
    assert house.events("D7", "receipt.printed") == 1


def test_a_killed_worker_makes_one_archive(chromium: Any, house: Departments, paper: Path) -> None:
    """Killed while it packs, and once more when the file is stored and its row is not."""
    with sending(chromium, house, "D9") as officer:
        officer.choose(paper)
        officer.until_done()
        page = officer.page
        page.goto(house.sheet("D9") + "archive/")
        page.locator("form[action$='/archive/new/'] button[type=submit]").click()
        page.locator("#making progress").wait_for()
        kill_worker_at(house, Point("UPDATE", "units_job", "NEW.state = 'running' AND NEW.step LIKE '%.png'"))
        kill_worker_at(house, Point("UPDATE", "assessments_dossierarchive", "NEW.size > 0"))
        unfinished = house.rows.ask("SELECT count(*), max(size) FROM assessments_dossierarchive")
        with worker(house):
            link = page.locator("#making a[href$='.zip']")
            link.wait_for(timeout=60_000)
        with page.expect_download() as download:
            link.click()
        packed = Path(download.value.path())

        assert unfinished == (1, 0)
        assert house.rows.ask("SELECT count(*), max(sha256) FROM assessments_dossierarchive") == (1, sha256(packed))
        assert zipfile.ZipFile(packed).testzip() is None
    assert house.events("D9", "archive.made") == 1
    done = (
        "SELECT count(*), max(attempts) FROM units_job WHERE task = 'assessments.tasks.pack_dossier' AND state = 'done'"
    )
    assert house.rows.ask(done) == (1, 3)


# --- uploads ----------------------------------------------------------------------------------------------------------


def test_an_upload_goes_on_after_the_web_server_was_killed(chromium: Any, house: Departments, paper: Path) -> None:
    """Killed between a piece and its row, and once more between the document and its citation."""
    with sending(chromium, house, "D0") as officer:
        with held(house.rows, Point("UPDATE", "assessments_intake", f"NEW.received > {2 * PIECE}")) as holding:
            officer.choose(paper)
            until(holding.reached, "a piece lies in the store and its row is not written")
            house.web.kill()
        confirmed = house.received("D0")
        officer.until_waiting()
        with held(house.rows, Point("INSERT", "assessments_citation")) as holding:
            house.web.start()
            until(holding.reached, "the document is written and its citation is not")
            house.web.kill()
        nothing = house.proof("D0")
        officer.until_waiting()
        house.web.start()
        officer.until_done()

        assert confirmed == 2 * PIECE
        assert nothing == Proof(0, 0, 0, 0, None, "")
        assert officer.sent_again() == []
    assert house.proof("D0") == once(paper)


def test_an_upload_whose_last_answer_is_lost_is_there_once(chromium: Any, house: Departments, paper: Path) -> None:
    lost: list[int] = []

    def swallow(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        house.web.kill()
        route.abort("connectionreset")

    with sending(chromium, house, "D1") as officer:
        officer.page.route("**/finish/", swallow)
        officer.choose(paper)
        officer.until_waiting()
        house.web.start()
        officer.until_done()
        shown = officer.page.locator("ul.files > li", has_text=paper.name)
        shown.first.wait_for()

        assert (lost, shown.count(), officer.sent_again()) == ([200], 1, [])
    assert house.proof("D1") == once(paper)


def test_an_upload_goes_on_after_the_line_was_cut(chromium: Any, house: Departments, paper: Path) -> None:
    with sending(chromium, house, "D2") as officer:
        officer.line(SLOW_LINE)
        officer.choose(paper)
        officer.until_in_the_middle()
        officer.line(is_cut=True)
        officer.until_waiting()
        confirmed = house.received("D2")
        officer.line()
        officer.until_done()

        assert 0 < confirmed < paper.stat().st_size
        assert officer.sent_again() == []
    assert house.proof("D2") == once(paper)


def test_an_upload_goes_on_after_its_page_was_drawn_anew_and_closed(
    chromium: Any, house: Departments, paper: Path
) -> None:
    """Nobody chooses the file again."""
    with sending(chromium, house, "D3") as officer:
        officer.line(SLOW_LINE)
        officer.choose(paper)
        officer.until_in_the_middle()
        officer.page.reload()
        officer.until_in_the_middle(house.received("D3"))
        officer.page.close()
        confirmed = house.received("D3")
        officer.open()
        officer.until_done()

        assert 0 < confirmed < paper.stat().st_size
        assert officer.sent_again() == []
    assert house.proof("D3") == once(paper)


# --- handing in -------------------------------------------------------------------------------------------------------


RECEIPT_ROW = Point("INSERT", "assessments_receipt")


def test_a_web_server_killed_before_the_receipt_is_written(chromium: Any, house: Departments) -> None:
    with handing_in(chromium, house, "D4") as head:
        with held(house.rows, RECEIPT_ROW) as holding:
            head.press()
            until(holding.reached, "the receipt is about to be written")
            house.web.kill()
        nothing = house.handed_in("D4")
        head.until_broken()
        house.web.start()
        shown = head.again()

        assert nothing == (0, 0)
        assert len(set(shown)) == 1
        assert head.is_the_receipt(shown)
    assert house.handed_in("D4") == (1, 1)


def test_a_web_server_killed_before_it_answers(chromium: Any, house: Departments) -> None:
    lost: list[int] = []

    def swallow(route: Any) -> None:
        lost.append(route.fetch(max_redirects=0).status)
        house.web.kill()
        route.abort("connectionreset")

    with handing_in(chromium, house, "D5") as head:
        head.tabs[0].route("**/submit/", swallow, times=1)
        head.press()
        head.until_broken()
        written = house.handed_in("D5")
        house.web.start()
        shown = head.again()

        assert (lost, written) == ([302], (1, 1))
        assert len(set(shown)) == 1
        assert head.is_the_receipt(shown)
    assert house.handed_in("D5") == (1, 1)


def test_a_line_cut_before_the_receipt_is_written(chromium: Any, house: Departments) -> None:
    """The server goes on without anybody who waits for it."""
    with laid(house.web.port) as line, window(chromium, house, HEAD, line.address) as context:
        head = HandingIn(context, house, "D6")
        with held(house.rows, RECEIPT_ROW, SHORT) as holding:
            head.press()
            until(holding.reached, "the receipt is about to be written")
            line.cut()
            nothing = house.handed_in("D6")
            head.until_broken()
        until(lambda: house.handed_in("D6") == (1, 1), "the dossier is handed in")
        line.mend()
        shown = head.again()

        assert nothing == (0, 0)
        assert len(set(shown)) == 1
        assert head.is_the_receipt(shown)
    assert house.handed_in("D6") == (1, 1)
