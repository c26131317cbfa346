"""The score sheet as a flow sees it: who is at it, and what the page and the database have of one leaf."""

import time
from dataclasses import dataclass
from typing import Any

from tests.flows.test_worker import Rows


class Leaf:
    """One leaf of the open sheet, and what the database has of it."""

    def __init__(self, page: Any, rows: Rows, number: int) -> None:
        self.page, self.rows = page, rows
        self.place = page.locator("li.leaf:has(form.line)").nth(number)
        self.key = int(str(self.place.get_attribute("id")).removeprefix("leaf-"))
        self.dossier = int(page.locator("#journal").get_attribute("data-dossier"))

    @property
    def words(self) -> Any:
        """The explanation's field, once the leaf is open."""
        if not self.place.locator("details.more").evaluate("each => each.open"):
            self.place.locator("details.more summary").first.click()
        return self.place.locator("textarea[name=explanation]")

    @property
    def said(self) -> str:
        return str(self.page.locator(f"#m-{self.key}").inner_text())

    def type(self, text: str) -> None:
        self.words.press("Control+End")
        self.words.press_sequentially(text, delay=20)

    def version(self) -> int:
        """The version that the page shows."""
        return int(self.page.locator(f"#v-{self.key}").get_attribute("value"))

    def stored(self) -> tuple[str, int]:
        """Explanation and version in the database."""
        asked = "SELECT explanation, version FROM assessments_score WHERE assessment_id = {} AND criterion_id = {}"
        return self.rows.ask(asked.format(self.dossier, self.key)) or ("", 0)

    def events(self) -> int:
        """How many saves the audit trail has of it."""
        asked = """SELECT count(*) FROM units_auditevent e JOIN assessments_score s ON e.target_id = CAST(s.id AS text)
        WHERE e.action = 'assessment.scored' AND s.assessment_id = {} AND s.criterion_id = {}"""
        return int(self.rows.ask(asked.format(self.dossier, self.key))[0])


@dataclass(frozen=True)
class People:
    """Who signed in, each once for all flows: their cookies, and the address of the commune's only sheet."""

    cookies: dict[str, list[Any]]
    sheet: str

    def enter(self, context: Any, person: str) -> Any:
        """A page of the person at the sheet, whoever had the browser before; ready when the journal is."""
        context.clear_cookies()
        context.add_cookies(self.cookies[person])
        page = context.new_page()
        self.open(page)
        return page

    def open(self, page: Any) -> None:
        page.goto(self.sheet)
        page.locator("#journal[data-ready]").wait_for(state="attached")


def until(true: Any, what: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.1)
