"""A criteria set drafted by keyboard alone: rows added, typed, moved, indented, undone, searched; a rule tried out."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.flows import steps
from tests.flows.house import House

# One running house for all of them: they stay together when the tests are spread over processes.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
SEEN = """() => {
    const place = document.querySelector('.cell-says').getBoundingClientRect();
    return document.elementFromPoint(place.left + 9, place.bottom - 4).className.startsWith('cell-says')
        && place.bottom < innerHeight;
}"""
NAMES = "#grid tbody tr:not([hidden]) > :nth-child(2)"
CODES = "#grid tbody tr:not([hidden]) > th"


def saved(page: Any, *keys: str) -> None:
    """Press the keys; the last one saves: wait for the answer and for the page to have drawn it."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    steps.saving(page, lambda: page.keyboard.press(keys[-1]), "/edit/changes/")
    page.wait_for_selector("#ed-status:text('đã lưu lúc')")


def until(holds: Callable[[], bool]) -> None:
    """Wait for what no selector says; the page's own rules forbid to evaluate text in it."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def typed(page: Any, text: str, key: str = "Enter") -> None:
    page.keyboard.type(text)
    saved(page, key)


def add(page: Any, name: str, *maximum: str, key: str = "Insert") -> None:
    """A row added by a key, its name typed, and its maximum in the cell that Tab leads to."""
    saved(page, key)
    page.wait_for_selector("#grid .typing textarea")
    typed(page, name, "Tab")
    for each in maximum:
        typed(page, each, "Tab")
    page.keyboard.press("Home")


def texts(page: Any, which: str) -> list[str]:
    return [each.strip(" ▾▸") for each in page.locator(which).all_inner_texts()]


def draft(page: Any) -> None:
    page.goto("/")
    page.locator("nav.places a", has_text=re.compile("tiêu chí", re.IGNORECASE)).click()
    page.goto(f"{page.url.rstrip('/')}/criteria/new/")
    page.check("input[name=source][value=blank]")
    page.fill("input[name=title]", "Bộ tiêu chí thử bàn phím")
    page.fill("input[name=scale]", "10")
    page.press("input[name=scale]", "Enter")
    page.wait_for_url(re.compile(r"/edit/$"))


def grow(page: Any) -> None:
    """Two areas, the first with two criteria below it."""
    page.focus("#ed-add")
    add(page, "Chỉ đạo điều hành", "6", key="Enter")
    add(page, "Thể chế", "4")
    page.keyboard.press("ArrowUp")
    add(page, "Kế hoạch cải cách", "2", key="Shift+Insert")
    add(page, "Kiểm tra", "3,5")


def test_a_set_is_drafted_by_keyboard(flow_house: House, chromium: Any) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no browser tests without playwright"
    ).Axe()
    with steps.signed_in(chromium, flow_house.address, "chuyenvien.snv") as page:
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Content Security" in line.text else None)
        draft(page)
        grow(page)
        structure(page)
        search(page)
        rule(page)
        kept(page)
        assert found_by(axe, page) == []
        assert wrong == []


def structure(page: Any) -> None:
    """Sums in words, moved, indented, removed; all of it undone."""
    assert texts(page, CODES) == ["1", "1.1", "1.2", "2"]
    assert page.locator("#grid tbody tr").nth(0).locator("td").nth(3).inner_text() == "⚠ 5,5 · thiếu 0,5"
    assert page.locator("#sum-scale").inner_text() == "Thang điểm ✓ 10 / 10"

    saved(page, "Alt+ArrowUp")
    assert texts(page, NAMES) == ["Chỉ đạo điều hành", "Kiểm tra", "Kế hoạch cải cách", "Thể chế"]
    saved(page, "ArrowDown", "Alt+ArrowRight")
    assert texts(page, CODES) == ["1", "1.1", "1.1.1", "2"]
    page.keyboard.press("Delete")
    assert "1.1.1 Kế hoạch cải cách" in page.locator("#ed-remove").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    for _ in range(2):
        saved(page, "Control+z")
    assert texts(page, CODES) == ["1", "1.1", "1.2", "2"]
    saved(page, "Control+y")
    assert texts(page, NAMES)[1] == "Kiểm tra"
    saved(page, "Control+z")


def search(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("kiem")
    assert texts(page, NAMES) == ["Chỉ đạo điều hành", "Kiểm tra"]
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert texts(page, CODES) == ["1", "1.1", "1.2", "2"]


def rule(page: Any) -> None:
    """The panel of the row: a rule typed, read, tried with figures, its examples proposed and saved."""
    assert page.evaluate("document.activeElement.textContent") == "Kiểm tra"
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        if page.evaluate("document.activeElement.cellIndex") == 6:
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#ed-node textarea[name=rule]:focus")
    with page.expect_response(lambda answer: "/rule/" in answer.url):
        page.keyboard.type(
            "a là số việc được giao\nb là số việc hoàn thành\nKhi a = 0: không áp dụng\nĐiểm = b / a × 3"
        )
    page.wait_for_selector("#rule-say :text('✓')")
    for place, value in enumerate(("50", "25"), 1):
        page.focus(f"#figure-{place}")
        with page.expect_response(lambda answer: "/rule/" in answer.url):
            page.keyboard.type(value)
    page.wait_for_selector("#rule-result :text('1,5 điểm')")
    page.focus("#rule-ran button")
    page.keyboard.press("Enter")
    until(lambda: "→" in page.input_value("#id_examples"))
    page.focus("#ed-node .actions button[value=save]")
    with page.expect_response(lambda answer: "/edit/changes/" in answer.url):
        page.keyboard.press("Enter")
    until(lambda: page.locator("#grid tbody tr").nth(2).locator("td").nth(7).inner_text().isdigit())


def panel_of(page: Any, code: str) -> None:
    """Wait until the panel holds this row, and the table says so."""
    until(lambda: page.locator(".node-form > h2").inner_text().startswith(f"{code} "))
    until(lambda: page.locator("#grid tr[aria-current]").get_attribute("id") == f"n-{code}")


def kept(page: Any) -> None:
    """What is typed into the panel is saved by itself; refused, it stays until it is dropped on purpose."""
    page.fill("#id_guidance", "Hướng dẫn chưa bấm Lưu")
    assert asks(page)
    cell(page, "1.1", 0).click()
    panel_of(page, "1.1")
    assert not asks(page)
    page.fill("#id_rule", "Kịp thời: 2; Chậm: 1")
    with page.expect_response(lambda answer: "/edit/changes/" in answer.url):
        page.press("#id_maximum", "Enter")
    assert (page.input_value("#id_rule"), asks(page)) == ("Kịp thời: 2; Chậm: 1", False)
    page.fill("#id_note", "Ghi chú chưa bấm Lưu")
    page.click("[data-act=close]")
    page.wait_for_selector("#ed-side", state="hidden")
    page.reload()
    for code, field, text in (("1.1", "note", "Ghi chú"), ("1.2", "guidance", "Hướng dẫn")):
        page.click(f"[id='n-{code}'] a")
        panel_of(page, code)
        assert page.input_value(f"#id_{field}") == f"{text} chưa bấm Lưu"

    page.fill("#id_code", "2")
    page.fill("#id_guidance", "Viết lại")
    cell(page, "1.1", 0).click()
    page.wait_for_selector("#ed-node [data-focus]")
    panel_of(page, "1.2")
    assert (page.input_value("#id_guidance"), asks(page)) == ("Viết lại", True)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("[data-act=close]")
    assert page.input_value("#id_guidance") == "Viết lại"
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[data-act=close]")
    page.wait_for_selector("#ed-side", state="hidden")
    assert not asks(page)
    page.click("[id='n-1.2'] a")
    panel_of(page, "1.2")
    assert page.input_value("#id_guidance") == "Hướng dẫn chưa bấm Lưu"


def asks(page: Any) -> bool:
    """Whether the page would ask before it is left."""
    return not page.evaluate("() => window.dispatchEvent(new Event('beforeunload', {cancelable: true}))")


def found_by(axe: Any, page: Any) -> list[str]:
    """What axe finds on the table with its panel, on the page of a row, of the head, and of a new set."""
    found: list[str] = []
    table = page.url
    row = page.locator("#grid tbody tr").nth(2).get_attribute("data-id")
    for path in (table, f"{table}{row}/", f"{table}head/", f"{table}add/"):
        if page.url != path:
            page.goto(path)
        for width in ({"width": 1366, "height": 768}, {"width": 390, "height": 844}):
            page.set_viewport_size(width)
            violations = axe.run(page).response["violations"]
            found += [f"{path} {width['width']}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in violations]
            if page.evaluate("document.documentElement.scrollWidth") > width["width"]:
                found.append(f"{path}: wider than {width['width']}")
    return found


def cell(page: Any, code: str, place: int) -> Any:
    """A cell of the row by its code: 0 the content, 1 the maximum."""
    return page.locator(f"[id='n-{code}'] td").nth(place)


def put(page: Any, code: str, place: int, text: str) -> None:
    cell(page, code, place).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_two_people_and_a_broken_line(flow_house: House, chromium: Any) -> None:
    with steps.signed_in(chromium, flow_house.address, "chuyenvien.snv") as page:
        draft(page)
        paste(page, "Một\t6\nHai\t3\nBa\t")
        until(lambda: texts(page, NAMES) == ["Một", "Hai", "Ba"])
        assert page.locator("#sum-scale").inner_text() == "Thang điểm ⚠ 9 / 10 · thiếu 1"
        clicked(page)
        other = page.context.new_page()
        other.goto(page.url)
        conflict(page, other)
        refused(page)
        offline(page)


def paste(page: Any, text: str) -> None:
    """Rows as a spreadsheet puts them on the clipboard."""
    page.evaluate(
        "text => { const data = new DataTransfer(); data.setData('text/plain', text);"
        "document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true})); }",
        text,
    )


def clicked(page: Any) -> None:
    """One click selects, and so does the next; a double click edits. A first row cannot go below another."""
    name = cell(page, "1", 0)
    name.click()
    page.wait_for_timeout(600)
    name.click()
    assert not page.locator("#grid .typing").count()
    page.keyboard.press("Alt+ArrowRight")
    assert "không có dòng cùng cấp" in page.locator("#ed-status").inner_text()
    page.keyboard.press("Alt+ArrowLeft")
    assert "cấp cao nhất" in page.locator("#ed-status").inner_text()
    name.dblclick()
    page.wait_for_selector("#grid .typing textarea")
    page.keyboard.press("Escape")


def conflict(page: Any, other: Any) -> None:
    """Different rows do not disturb; the same cell is refused with both values to choose from."""
    put(other, "2", 0, "Hai của người khác")
    until(lambda: "đã lưu" in other.locator("#ed-status").inner_text())
    put(page, "1", 1, "5,5")
    until(lambda: texts(page, NAMES)[1] == "Hai của người khác")
    put(other, "1", 1, "7")
    other.wait_for_selector(".cell-says")
    assert "Giữ của họ: 5,5" in other.locator(".cell-says").inner_text()
    other.locator(".cell-says button", has_text="Ghi của tôi: 7").click()
    until(lambda: not other.locator(".cell-says, .waits").count())
    page.reload()
    assert cell(page, "1", 1).inner_text() == "7"


def refused(page: Any) -> None:
    """What was typed stays in the cell with the reason; Escape brings back what is stored."""
    put(page, "2", 1, "ba điểm")
    page.wait_for_selector(".cell-says")
    assert cell(page, "2", 1).inner_text().startswith("ba điểm")
    assert asks(page)
    assert page.locator("#ed-alert").is_hidden()
    assert page.evaluate(SEEN)
    cell(page, "2", 1).click(position={"x": 4, "y": 4})
    page.keyboard.press("Escape")
    assert cell(page, "2", 1).inner_text() == "3"


def offline(page: Any) -> None:
    page.context.set_offline(True)
    put(page, "3", 0, "Ba khi mất mạng")
    put(page, "3", 1, "1")
    until(lambda: "2 thay đổi đang chờ" in page.locator("#ed-status").inner_text())
    page.context.set_offline(False)
    until(lambda: "đã lưu" in page.locator("#ed-status").inner_text())
    page.reload()
    assert [cell(page, "3", place).inner_text() for place in (0, 1)] == ["Ba khi mất mạng", "1"]
