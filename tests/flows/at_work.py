"""People at the departments' pages: an officer whose file goes up, a head who hands the dossier in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.flows import departments, steps
from tests.flows.departments import HEAD, OFFICER, RECEIPT, SUBMIT, Departments
from tests.flows.test_worker import until

# What the page sends of a file and what the server says it has, in their order.
LISTENING = """(() => {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    if (body instanceof FormData && body.has("offset")) console.debug(`sent ${body.get("offset")}`);
    this.addEventListener("load", () => {
      const found = /"received": (\\d+)/.exec(this.responseText);
      if (found) console.debug(`stored ${found[1]}`);
    });
    return send.call(this, body);
  };
})()"""
NO_LINE = "Mất kết nối"


@contextmanager
def window(chromium: Any, house: Departments, person: str, address: str = "") -> Iterator[Any]:
    context = chromium.new_context(viewport=steps.WINDOW, locale="vi-VN", base_url=address or house.web.address)
    context.add_cookies(house.cookies[person])
    try:
        yield context
    finally:
        context.close()


class Sending:
    """The officer's window while a file goes up: what the pages sent and what the server confirmed."""

    def __init__(self, context: Any, house: Departments, code: str) -> None:
        self.context, self.house, self.code = context, house, code
        self.heard: list[tuple[str, int]] = []
        self.tools: Any = None
        context.add_init_script(LISTENING)
        context.on("console", self._hear)
        self.page = self.open()

    def _hear(self, message: Any) -> None:
        if found := re.fullmatch(r"(sent|stored) (\d+)", message.text):
            self.heard.append((found[1], int(found[2])))

    def open(self) -> Any:
        self.page, self.tools = self.context.new_page(), None
        self.page.goto(self.house.sheet(self.code))
        self.page.locator("#journal[data-ready]").wait_for(state="attached")
        return self.page

    def line(self, speed: int = -1, *, is_cut: bool = False) -> None:
        """From now on the page's line has ``speed`` upwards, or is cut."""
        if self.tools is None:
            self.tools = self.context.new_cdp_session(self.page)
        said = {"offline": is_cut, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed}
        self.tools.send("Network.emulateNetworkConditions", said)

    def choose(self, paper: Path) -> None:
        leaf = self.page.locator(steps.LEAF).first
        leaf.locator("details.more > summary").first.click()
        leaf.locator("form.attach input[type=file][multiple]").set_input_files(paper)

    def until_in_the_middle(self, more_than: int = 0) -> None:
        until(lambda: self.house.received(self.code) > more_than, "some pieces are there", 30)
        assert not self.page.locator("#tray .upload-done").count()

    def until_waiting(self) -> None:
        self.page.locator("#tray .upload-said", has_text=NO_LINE).wait_for()

    def until_done(self) -> None:
        self.page.locator("#tray .upload-done").wait_for(timeout=60_000)

    def sent_again(self) -> list[int]:
        """Where pieces began of which the page knew that the server has them."""
        assert self.heard, "the page has not told what it sent"
        known, again = 0, []
        for word, offset in self.heard:
            known = max(known, offset) if word == "stored" else known
            again += [offset] if word == "sent" and offset < known else []
        return again


@contextmanager
def sending(chromium: Any, house: Departments, code: str) -> Iterator[Sending]:
    with window(chromium, house, OFFICER) as context:
        yield Sending(context, house, code)


class HandingIn:
    """The head with the check open in two tabs."""

    def __init__(self, context: Any, house: Departments, code: str) -> None:
        self.house, self.code = house, code
        self.tabs = [context.new_page(), context.new_page()]
        for tab in self.tabs:
            tab.goto(house.sheet(code) + "check/")

    def press(self) -> None:
        """Without waiting for the answer, which will not come."""
        self.tabs[0].locator(SUBMIT).click(no_wait_after=True)

    def until_broken(self) -> None:
        """The browser shows its own page of what went wrong."""
        tab = self.tabs[0]
        until(lambda: (tab.wait_for_timeout(50), tab.url.startswith("chrome-error:"))[1], "the browser says it broke")

    def again(self) -> list[tuple[str, str]]:
        """The same sent again from the broken page, and pressed in the other tab: address and digest of what comes."""
        self.tabs[0].reload()
        self.tabs[1].locator(SUBMIT).click()
        return [self._receipt(tab) for tab in self.tabs]

    def _receipt(self, tab: Any) -> tuple[str, str]:
        tab.wait_for_url(RECEIPT)
        assert "Phiếu tiếp nhận lần 1:" in tab.locator("h1").inner_text()
        found = re.search(r"\b[0-9a-f]{64}\b", tab.locator("dl.facts").inner_text())
        assert found
        return tab.url, found[0]

    def is_the_receipt(self, shown: list[tuple[str, str]]) -> bool:
        asked = "SELECT r.digest FROM assessments_receipt r " + departments.DOSSIER
        return {digest for _url, digest in shown} == {self.house.one(asked, "r.assessment_id", self.code)}


@contextmanager
def handing_in(chromium: Any, house: Departments, code: str) -> Iterator[HandingIn]:
    with window(chromium, house, HEAD) as context:
        yield HandingIn(context, house, code)
