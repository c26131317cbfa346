"""Nothing typed is lost: the server, the line, the session, the page or the whole browser goes while somebody types."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from parindex.practice import PASSWORD
from tests.flows import steps
from tests.flows.conftest import OPTIONS, chromium_path
from tests.flows.house import House
from tests.flows.sheet import Leaf, People, until
from tests.flows.test_worker import Rows
from tests.flows.web import Web, serving

# One running house for all of them: they stay together when the tests are spread over processes.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
OFFICER, HEAD = "canbo.tayson", "truong.tayson"
STORED = "#foot [data-unsent].quiet"
FIVE_SECONDS = 5


@pytest.fixture(scope="module")
def web(flow_house: House) -> Iterator[Web]:
    with serving(flow_house.environment) as served:
        yield served


@pytest.fixture(scope="module")
def rows(flow_house: House) -> Rows:
    return Rows(flow_house.data, flow_house.environment.get("DATABASE_URL", ""))


@pytest.fixture(scope="module")
def people(chromium: Any, web: Web) -> People:
    cookies = {}
    for person in (OFFICER, HEAD):
        with steps.signed_in(chromium, web.address, person) as page:
            page.goto("/dossiers/")
            sheet = page.locator("main a.btn[href*='/dossiers/']").first.get_attribute("href")
            cookies[person] = page.context.cookies()
    return People(cookies, sheet)


@contextmanager
def at_the_sheet(chromium: Any, web: Web, people: People, person: str = OFFICER) -> Iterator[Any]:
    context = chromium.new_context(viewport=steps.WINDOW, locale="vi-VN", base_url=web.address)
    try:
        yield people.enter(context, person)
    finally:
        context.close()


@pytest.fixture
def page(chromium: Any, web: Web, people: People) -> Iterator[Any]:
    """The officer at the sheet."""
    with at_the_sheet(chromium, web, people) as opened:
        yield opened


def until_stored(page: Any, seconds: int = 40) -> None:
    page.locator(STORED).wait_for(timeout=seconds * 1000)


def test_what_is_typed_is_stored_within_five_seconds_while_typing_goes_on(page: Any, rows: Rows) -> None:
    leaf = Leaf(page, rows, 0)
    before, events = leaf.stored()[1], leaf.events()
    leaf.words.fill("")
    words, typed = leaf.words, [(time.monotonic(), "")]
    end = time.monotonic() + 2 * FIVE_SECONDS
    while time.monotonic() < end:
        words.press_sequentially(chr(ord("a") + len(typed) % 26))
        typed.append((time.monotonic(), words.input_value()))
        page.wait_for_timeout(80)
        stored, now = leaf.stored()[0], time.monotonic()
        old = [text for at, text in typed if at < now - FIVE_SECONDS]
        assert not old or stored.startswith(old[-1]), (stored, old[-1])
    until_stored(page)

    assert leaf.stored()[0] == typed[-1][1]
    assert 2 <= leaf.events() - events == leaf.stored()[1] - before < 8


def test_a_killed_web_server_loses_nothing_and_doubles_nothing(page: Any, web: Web, rows: Rows) -> None:
    leaf = Leaf(page, rows, 1)
    before, events = leaf.stored()[1], leaf.events()
    leaf.words.fill("")
    leaf.type("Trước khi máy chủ chết. ")
    web.kill()
    leaf.type("Sau khi máy chủ chết.")
    page.locator("#foot [data-unsent].field-error").wait_for()
    said = page.locator("#foot [data-unsent]").inner_text()
    web.start()
    page.locator("#foot [data-unsent] button").first.click()
    until_stored(page)

    assert "Mới chỉ có trên máy này" in said
    assert leaf.stored()[0] == "Trước khi máy chủ chết. Sau khi máy chủ chết."
    assert leaf.events() - events == leaf.stored()[1] - before
    assert "lưu lúc" in leaf.said


def test_an_answer_that_is_lost_is_no_second_save(page: Any, rows: Rows) -> None:
    """The server stores it and the line breaks before it can say so: sent again as it was, then what came after."""
    leaf = Leaf(page, rows, 2)
    leaf.words.fill("")
    until_stored(page)
    lost: list[int] = []
    before, events = leaf.stored()[1], leaf.events()

    def swallow(route: Any) -> None:
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/scores/*/", swallow)
    leaf.type("Đã gửi")
    until(lambda: (page.wait_for_timeout(50), lost)[1], "nothing was sent")
    leaf.type(" và gõ tiếp")
    until_stored(page)

    assert (lost, leaf.stored()[0]) == ([200], "Đã gửi và gõ tiếp")
    assert leaf.events() - events == leaf.stored()[1] - before == 2
    assert leaf.place.locator(".stale").count() == 0


def test_a_cut_line_is_told_and_mended(page: Any, rows: Rows) -> None:
    leaf = Leaf(page, rows, 3)
    leaf.words.fill("")
    until_stored(page)
    page.context.set_offline(True)
    leaf.type("Gõ khi mất mạng.")
    page.locator("#foot [data-unsent].field-error").wait_for()
    on_leaf = leaf.said
    with page.expect_download() as download:
        page.locator("#foot [data-unsent] button").last.click()
    kept = Path(download.value.path()).read_text(encoding="utf-8")
    page.context.set_offline(False)
    until_stored(page)

    assert "mất kết nối" in on_leaf
    assert "Gõ khi mất mạng." in kept
    assert leaf.stored()[0] == "Gõ khi mất mạng."


def test_a_closed_lid_loses_nothing(page: Any, rows: Rows) -> None:
    """The page stands still in the middle of typing, and the line with it."""
    with closing(_Tools(page)) as tools:
        leaf = Leaf(page, rows, 4)
        leaf.words.fill("Trước khi gập máy")
        page.context.set_offline(True)
        tools.send("Page.setWebLifecycleState", {"state": "frozen"})
        time.sleep(2)
        page.context.set_offline(False)
        tools.send("Page.setWebLifecycleState", {"state": "active"})
        until_stored(page)

        assert leaf.stored()[0] == "Trước khi gập máy"


class _Tools:
    """The browser's own tools for one page."""

    def __init__(self, page: Any) -> None:
        self.session = page.context.new_cdp_session(page)

    def send(self, method: str, parameters: dict[str, Any]) -> None:
        self.session.send(method, parameters)

    def close(self) -> None:
        self.session.detach()


def test_an_ended_session_waits_for_its_own_person(page: Any, rows: Rows) -> None:
    leaf = Leaf(page, rows, 5)
    leaf.words.fill("")
    until_stored(page)
    page.context.clear_cookies(name="sessionid")
    leaf.type("Gõ khi hết phiên.")
    page.locator("#foot [data-unsent] a").wait_for()
    ended = leaf.said
    second = page.context.new_page()
    sign_in(second, HEAD)
    page.locator("#foot [data-unsent] button").first.click()
    until(lambda: "người khác" in leaf.said, "the page does not say that another person signed in")
    foreign = leaf.stored()[0]
    page.context.clear_cookies(name="sessionid")
    sign_in(second, OFFICER)
    page.locator("#foot [data-unsent] button").first.click()
    until_stored(page)

    assert "phiên làm việc đã hết" in ended
    assert (foreign, leaf.stored()[0]) == ("", "Gõ khi hết phiên.")


def sign_in(page: Any, person: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", person)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^http://[^/]+/$"))


def test_a_closed_page_gives_back_what_was_typed_but_not_to_others(page: Any, people: People, rows: Rows) -> None:
    context, leaf = page.context, Leaf(page, rows, 6)
    leaf.words.fill("")
    until_stored(page)
    context.set_offline(True)
    leaf.type("Gõ rồi đóng trang.")
    page.wait_for_timeout(300)
    page.close()
    context.set_offline(False)
    other = people.enter(context, HEAD)
    seen = Leaf(other, rows, 6).words.input_value()
    notices = other.locator("#journal .notice").count()
    other.close()
    # The leaf's body is drawn before its words are saved again, and arrives only afterwards.
    held: list[Any] = []
    context.route(re.compile(r"/scores/\d+/leaf/"), lambda route: held.append((route, route.fetch())))
    again = people.enter(context, OFFICER)
    back = again.locator("#journal .notice").inner_text()
    until_stored(again)
    until(lambda: (again.wait_for_timeout(50), held)[1], "the leaf is not opened")
    for route, drawn in held:
        route.fulfill(response=drawn)
    until(lambda: Leaf(again, rows, 6).words.input_value() == "Gõ rồi đóng trang.", "the old words are shown")

    assert (seen, notices) == ("", 0)
    assert "trở lại các ô" in back
    assert leaf.stored()[0] == "Gõ rồi đóng trang."


def test_words_that_will_never_be_taken_are_given_up_by_the_person(page: Any, rows: Rows) -> None:
    """The criterion is not asked any more: nothing is tried again, and a button names what it discards."""
    leaf = Leaf(page, rows, 6)
    leaf.words.fill("Đã lưu.")
    until_stored(page)
    page.route("**/scores/*/", lambda route: route.fulfill(status=404))
    leaf.type(" Không ai nhận.")
    code = leaf.place.locator(".c-code").inner_text()
    button = page.locator("#foot [data-unsent] button", has_text=f"Bỏ nội dung đã gõ ở {code}")
    button.wait_for()
    on_leaf = leaf.said
    page.unroute("**/scores/*/")
    page.evaluate("delete document.getElementById('journal').dataset.ready")
    button.click()
    page.locator("#journal[data-ready]").wait_for(state="attached")
    until_stored(page)
    notices = page.locator("#journal .notice").count()

    assert f"Bỏ nội dung đã gõ ở {code}" in on_leaf
    assert (leaf.words.input_value(), leaf.stored()[0], notices) == ("Đã lưu.", "Đã lưu.", 0)


def test_a_killed_browser_gives_back_what_was_typed(
    chromium: Any, web: Web, people: People, rows: Rows, tmp_path: Path
) -> None:
    """As when the plug is pulled: the whole browser at once, with the line down before."""
    started = {"executable_path": chromium_path(), "args": OPTIONS, "base_url": web.address, "locale": "vi-VN"}
    context = chromium.browser_type.launch_persistent_context(tmp_path, **started)
    page = people.enter(context, OFFICER)
    leaf = Leaf(page, rows, 7)
    leaf.words.fill("")
    until_stored(page)
    context.set_offline(True)
    leaf.type("Gõ rồi rút điện")
    page.wait_for_timeout(500)
    kill_browser(tmp_path)
    context = chromium.browser_type.launch_persistent_context(tmp_path, **started)
    page = people.enter(context, OFFICER)
    until_stored(page)

    assert Leaf(page, rows, 7).stored()[0] == "Gõ rồi rút điện"
    context.close()


def kill_browser(folder: Path) -> None:
    """Every process of the browser that works in the folder."""
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if f"--user-data-dir={folder}" in (each / "cmdline").read_text().split("\0"):
                os.kill(int(each.name), signal.SIGKILL)
        except OSError:
            continue
    (folder / "SingletonLock").unlink(missing_ok=True)


def test_two_people_on_one_leaf_see_each_other_and_both_values(
    chromium: Any, page: Any, web: Web, people: People, rows: Rows
) -> None:
    with at_the_sheet(chromium, web, people, HEAD) as two:
        mine, other = Leaf(page, rows, 8), Leaf(two, rows, 8)
        elsewhere, seen = Leaf(page, rows, 9), Leaf(two, rows, 9)
        other.words.fill("Lời của lãnh đạo")
        two.context.set_offline(True)
        mine.words.fill("Lời của cán bộ")
        elsewhere.words.fill("Tiêu chí khác")
        until_stored(page)
        two.context.set_offline(False)
        other.type(".")
        two.locator(f"#m-{other.key} .stale").wait_for(timeout=40_000)
        shown, stored = other.said, mine.stored()[0]
        # The button is pressed out of the field: leaving it must not draw the two values anew under the pointer.
        two.locator(f"#m-{other.key} .stale .btn-primary").click()
        until_stored(two)
        look_again(two)
        two.locator("#present").wait_for()

        assert "Lời của cán bộ" in shown
        assert "Lời của lãnh đạo." in shown
        assert (stored, mine.stored()[0]) == ("Lời của cán bộ", "Lời của lãnh đạo.")
        assert "Cũng đang mở phiếu này" in two.locator("#present").inner_text()
        # The leaf that only the other one worked at is drawn anew by itself.
        until(lambda: (two.wait_for_timeout(200), seen.version() == elsewhere.stored()[1])[1], "not drawn anew", 25)
        assert seen.words.input_value() == "Tiêu chí khác"


def look_again(page: Any) -> None:
    """As when somebody comes back to the window: the page asks at once who is there and what has changed."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_pages_that_lost_the_server_do_not_come_back_all_at_once(page: Any) -> None:
    """2,000 pages that save every 30 seconds; the server is away for 20. Counted by the page's own clock of retries."""
    found = page.evaluate(HERD)

    assert found["last"] <= 30
    assert found["peak"] <= 3 * found["steady"], found


HERD = """() => {
  const line = window.JournalLine({ person: "0" });
  const [pages, every, away, after] = [2000, 30, 20, 40];
  const arrived = new Array(away + after + 60).fill(0);
  let last = 0;
  for (let page = 0; page < pages; page += 1) {
    let due = Math.random() * every;
    let tries = 0;
    while (due < away + after) {
      if (due < away) {
    due += line.delay(tries) / 1000;
    tries += 1;
      } else {
    arrived[Math.floor(due)] += 1;
    if (tries) last = Math.max(last, due - away);
    tries = 0;
    due += every * (0.5 + Math.random());
      }
    }
  }
  return { steady: pages / every, peak: Math.max(...arrived), last };
}"""
