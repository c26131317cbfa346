"""A person who works by keyboard alone: Tab until the thing has the focus, then keys. Nothing is clicked."""

from pathlib import Path
from typing import Any

from parindex.practice import PASSWORD

MOST_TABS = 400
CELL = ".c-points input, .c-points select"


def tab_to(page: Any, selector: str, *, text: str = "", most: int = MOST_TABS) -> None:
    """Press Tab until what has the focus matches ``selector`` and holds ``text``."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if has_focus(page, selector, text):
            return
    raise AssertionError(f"{most} times Tab do not reach {selector} {text}")


def has_focus(page: Any, selector: str, text: str = "") -> bool:
    found: bool = page.evaluate(
        "([selector, text]) => { const it = document.activeElement;"
        " return it.matches(selector) && it.textContent.includes(text); }",
        [selector, text],
    )
    return found


def sign_in(page: Any, address: str, username: str) -> None:
    page.goto("/accounts/login/")
    if not has_focus(page, "input[name=login]"):
        tab_to(page, "input[name=login]")
    page.keyboard.type(username)
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def follow(page: Any, selector: str, text: str = "") -> None:
    """Go to a link or button by Tab and press Enter; wait for the page behind it."""
    tab_to(page, selector, text=text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill_cell(page: Any, share: int) -> None:
    """Give points in the cell that has the focus: the first step of a list, or ``share`` percent of the maximum."""
    if has_focus(page, "select"):
        page.keyboard.press("ArrowDown")
        return
    most = page.evaluate(
        "document.activeElement.closest('li.leaf').querySelector('.c-max').innerText.trim().split(/\\s/).pop()"
    )
    hundredths = round(float(most.replace(",", ".")) * share)
    page.keyboard.type(f"{hundredths // 100},{hundredths % 100:02d}")


def open_leaf(page: Any) -> str:
    """Open the leaf whose cell has the focus and wait for its body; the leaf's key."""
    key: str = page.evaluate("document.activeElement.closest('li.leaf').dataset.leaf")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(f"#leaf-{key} textarea[name=explanation]")
    return key


def explain(page: Any, key: str, words: str) -> None:
    tab_to(page, f"#leaf-{key} textarea[name=explanation]", most=40)
    page.keyboard.type(words)


def attach(page: Any, key: str, paper: Path) -> None:
    """Choose a file: the chooser opens by Enter, the person picks the file, the upload begins by itself or by Enter."""
    # The browser is asked to hand choosers over before the way there begins: asked with the Enter, it answers too late.
    with page.expect_file_chooser() as chooser:
        tab_to(page, f"#leaf-{key} input[type=file]", most=40)
        page.keyboard.press("Enter")
    chooser.value.set_files(paper)
    page.wait_for_selector(f"#e-{key} a:has-text('{paper.name}')")
