"""What people do in the browser, step by step. Every step works by what the page shows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from parindex.practice import PASSWORD

WINDOW = {"width": 1366, "height": 768}
LEAF = "li.leaf:has(form.line)"


def number(text: str) -> Fraction:
    """A figure of the page, decimal comma."""
    return Fraction(text.strip().replace(",", "."))


@contextmanager
def signed_in(chromium: Any, address: str, username: str, *, pictures: bool = True) -> Iterator[Any]:
    """A window of its own in which the person has signed in; without ``pictures``, as on a weak line."""
    context = chromium.new_context(viewport=WINDOW, locale="vi-VN", base_url=address)
    if not pictures:
        context.route(re.compile(r"\.png$"), lambda route: route.abort())
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    yield page
    context.close()


def open_sheet(page: Any, cycle: str) -> None:
    """From the list of dossiers to the score sheet of the cycle; ready when its journal is."""
    page.goto("/dossiers/")
    page.locator("main a.btn", has_text=cycle).first.click()
    page.wait_for_url(re.compile(r"/dossiers/\d+/"))
    page.locator("#journal[data-ready]").wait_for(state="attached")


def saving(page: Any, act: Any, part: str = "/scores/") -> None:
    """Do something and wait until the server has answered that it is stored."""
    with page.expect_response(lambda answer: part in answer.url and answer.request.method == "POST") as answer:
        act()
    assert answer.value.status == 200, f"{answer.value.status}: {answer.value.text()[:500]}"


def fill_sheet(page: Any, paper: Path) -> dict[str, Fraction | None]:
    """Answer every leaf that is still open, prove the first by a paper, the others in words. Points by code."""
    unanswered = page.locator(f"{LEAF}:has([data-is~=open])").evaluate_all("all => all.map(each => each.id)")
    for place, key in enumerate(unanswered):
        leaf = page.locator(f"#{key}")
        _answer(page, leaf)
        leaf.locator("details.more > summary").first.click()
        if place == 0:
            leaf.locator("form.attach input[type=file][multiple]").set_input_files(paper)
            page.locator("#tray .upload-done").wait_for()
        else:
            _explain(page, leaf)
    page.locator("#foot [data-unsent].quiet").wait_for()
    return read_sheet(page)


def _answer(page: Any, leaf: Any) -> None:
    points = leaf.locator("[name=points]")
    if points.evaluate("field => field.tagName") == "SELECT":
        saving(page, lambda: points.select_option(index=1))
    else:
        maximum = number(leaf.locator(".c-max").inner_text().split()[-1])
        points.fill(f"{float(maximum * Fraction(4, 5)):.2f}".replace(".", ","))
        saving(page, lambda: points.press("Tab"))


def _explain(page: Any, leaf: Any) -> None:
    """The leaf's body comes when it is opened."""
    words = leaf.locator("textarea[name=explanation]")
    words.fill("Số liệu lấy từ hệ thống một cửa điện tử (dữ liệu trình diễn).")
    saving(page, lambda: words.press("Tab"))


def read_sheet(page: Any) -> dict[str, Fraction | None]:
    """Points by code, as they stand on the open sheet; None where the criterion does not apply."""
    shown = page.locator(LEAF).evaluate_all(
        "all => all.map(each => [each.querySelector('.c-code').textContent.trim(),"
        " each.querySelector('[name=points]').value, Boolean(each.querySelector('[data-is~=open]'))])"
    )
    return {code: number(points) if points or is_open else None for code, points, is_open in shown}


def submit(page: Any) -> str:
    """The head checks and submits; the receipt's digest."""
    page.locator("#foot a.btn-primary").click()
    page.wait_for_url(re.compile(r"/check/"))
    page.locator("form[action$='/submit/'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/receipts/\d+/"))
    found = re.search(r"\b[0-9a-f]{64}\b", page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return found[0]


def appraise_all(page: Any, decided: dict[tuple[str, str], Fraction | None], codes: dict[str, str], every: int) -> int:
    """Work off the whole queue by keyboard: accept, but lower each ``every``-th with a reason. How many there were.

    ``codes``: the unit's code by its name; ``decided`` takes what was decided.
    """
    link = page.locator("main a.btn-primary[href*='/appraisals/']").first
    if not link.count():
        return 0
    link.click()
    # The keys answer once the page's script has run.
    page.wait_for_url(re.compile(r"/appraisals/"))
    page.wait_for_load_state("domcontentloaded")
    done = 0
    while page.locator("form button[value=accept], #change").count():
        done += 1
        unit = codes[page.locator(".pair-unit").inner_text().strip()]
        code = page.locator("h1").inner_text().split()[0]
        decided[unit, code] = _decide(page, change=done % every == 0)
        if "/queue/" in page.url:
            break
    return done


def _decide(page: Any, *, change: bool) -> Fraction | None:
    accept = page.locator("button[value=accept]")
    own = page.locator(".figure").first.inner_text().split()[0]
    applies = bool(re.match(r"\d", own))
    before = page.url
    if accept.count() and not (change and applies and number(own) > 0):
        page.keyboard.press("a")
        _moved(page, before)
        return number(own) if applies else None
    page.keyboard.press("e")
    lower = _lower(page, number(own))
    page.fill("#change [name=reason]", "Tài liệu kiểm chứng chưa đủ (dữ liệu trình diễn).")
    page.locator("#change button[value=change]").click()
    _moved(page, before)
    return lower


def _lower(page: Any, own: Fraction) -> Fraction:
    """Choose the last step the rule offers, or half the points."""
    steps = page.locator("#change input[type=radio][name=points]")
    if not steps.count():
        half = own / 2
        page.fill("#change input[name=points]", f"{float(half):.4f}".replace(".", ","))
        return Fraction(f"{float(half):.4f}")
    values = [step.get_attribute("value") for step in steps.all()]
    offered = [value for value in values if re.fullmatch(r"[\d.,]+", value or "")]
    page.locator(f"#change input[type=radio][name=points][value='{offered[-1]}']").check()
    return number(offered[-1])


def _moved(page: Any, before: str) -> None:
    page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state("domcontentloaded")


def wait_for_job(page: Any) -> None:
    """On a job's page: wait until the result is there, then open it."""
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    page.locator("#progress .actions a.btn-primary").wait_for(timeout=60_000)
    page.locator("#progress .actions a.btn-primary").click()


def prove_it_is_you(page: Any) -> None:
    """The password again, before an act that binds."""
    page.wait_for_url(re.compile(r"/reauthenticate/"))
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/approve/$"))
