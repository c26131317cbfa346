"""The unit's workplace by keyboard alone: from an empty dossier to the receipt, by an officer and the head."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.flows import keyboard
from tests.flows.house import House
from tests.flows.season import blank_paper
from tests.flows.steps import WINDOW

pytestmark = pytest.mark.browser
COMMUNE = "18136"
EMPTY = (
    "from assessments.models import Assessment; "
    f"Assessment.objects.get(cycle__code='ha-tinh-2022', unit__code='{COMMUNE}').scores.all().delete()"
)


def test_a_commune_hands_in_by_keyboard_alone(flow_house: House, chromium: Any, tmp_path: Path) -> None:
    flow_house.manage("shell", "-c", EMPTY)

    with_keys(chromium, flow_house.address, "canbo.tayson", lambda page: fill(page, blank_paper(tmp_path / "bc.pdf")))
    with_keys(chromium, flow_house.address, "truong.tayson", hand_in)


def with_keys(chromium: Any, address: str, username: str, act: Any) -> None:
    context = chromium.new_context(viewport=WINDOW, locale="vi-VN", base_url=address)
    page = context.new_page()
    keyboard.sign_in(page, address, username)
    act(page)
    context.close()


def fill(page: Any, paper: Path) -> None:
    """Every leaf gets points; the first a document, the others an explanation."""
    keyboard.follow(page, "main a.btn", "Mở phiếu")
    page.wait_for_url(re.compile(r"/dossiers/\d+/"))
    leaves = page.locator(keyboard.CELL).count()
    keyboard.tab_to(page, keyboard.CELL)
    for number in range(leaves):
        keyboard.fill_cell(page, 80)
        key = keyboard.open_leaf(page)
        if number == 0:
            keyboard.attach(page, key, paper)
        else:
            keyboard.explain(page, key, "Số liệu lấy từ hệ thống một cửa (dữ liệu trình diễn).")
        page.keyboard.press("Escape")
        assert keyboard.has_focus(page, keyboard.CELL)
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Enter")
    foot = page.locator("#foot")
    foot.filter(has_text=f"{leaves}/{leaves}").filter(has_not_text="chưa nộp được").wait_for(timeout=15_000)


def hand_in(page: Any) -> None:
    """The head finds the way from the home page to the receipt."""
    keyboard.follow(page, "main a.btn", "nộp")
    page.wait_for_url(re.compile(r"/check/"))
    keyboard.tab_to(page, "form[action$='/submit/'] button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/receipts/\d+/"))
    assert re.search(r"\b[0-9a-f]{64}\b", page.locator("main").inner_text())
