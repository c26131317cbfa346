"""A province that is assessed itself: its departments score its dossier together, one leaf by three of them."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from tests.flows import house
from tests.flows.steps import number, saving, signed_in
from tests.flows.test_journal import until_stored
from tests.flows.test_worker import Rows
from tests.flows.web import Web, serving

pytestmark = pytest.mark.browser
BUNDLE = "fixtures/thai_nguyen_2019_demo"
COORDINATOR, HEAD = "tn.staff", "tn.lanhdao"
AT_ONCE = ("tn.snv", "tn.stp", "tn.stttt", "tn.stc", "tn.skhdt", "tn.stnmt")
PARTS = {"tn.stc": ("a", "1,5"), "tn.skhdt": ("b", "1,75"), "tn.stnmt": ("c", "0,5")}
FIRST_NAME_IN = "Hà Quang Vinh"
FORGED = """async (url) => {
  const token = /csrftoken=([^;]+)/.exec(document.cookie)[1];
  const body = new URLSearchParams({ points: "1", explanation: "x", version: "0" });
  return (await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token } })).status;
}"""
TWICE = """async () => {
  const form = document.querySelector("form[action$='/submit/']");
  const sent = () => fetch(form.action, { method: "POST", body: new FormData(form) });
  return (await Promise.all([sent(), sent()])).map((each) => each.url);
}"""
PREPARED = """
from datetime import timedelta
from pathlib import Path
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone
for folder in ("queue", "control"):
    (Path(settings.BROKER_DIR) / folder).mkdir(parents=True, exist_ok=True)
call_command("migrate", verbosity=0)
call_command("build_static", verbosity=0)
call_command("load_cycle", Path(settings.BASE_DIR) / "BUNDLE", verbosity=0)
from assessments.models import Assessment, Score
from assessments.delegating.parts import in_parts
from criteria.models import Phase
from parindex.practice import PASSWORD
from units.models import User
now = timezone.now()
User.objects.update(password=make_password(PASSWORD))
scoring = dict(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9))
Phase.objects.filter(kind="self_scoring").update(**scoring)
dossier = Assessment.objects.get(unit__code="19")
# Every leaf is explained already; the two departments that are away today had scored theirs.
for leaf in dossier.criteria_set.criteria.all():
    if leaf.is_scorable and not in_parts(leaf.facets, leaf.max_points):
        is_away = leaf.code in {"1.5", "1.6", "7.4"} or leaf.code[0] == "3" and leaf.code != "3.2.5"
        points = leaf.max_points if is_away else None
        said = dict(points=points, explanation="Theo báo cáo của đơn vị", version=1, updated_at=now)
        Score.objects.create(assessment=dossier, criterion=leaf, **said)
""".replace("BUNDLE", BUNDLE)


@dataclass
class Province:
    web: Web
    rows: Rows

    def one(self, sql: str, *values: object) -> Any:
        found = self.rows.ask(sql.format(*values))
        return found[0] if found else None

    @property
    def dossier(self) -> int:
        return int(self.one("SELECT id FROM assessments_assessment"))

    def leaf(self, code: str) -> int:
        return int(self.one("SELECT id FROM criteria_criterion WHERE code = '{}'", code))

    def points(self, leaf: int) -> Fraction | None:
        found = self.one("SELECT points FROM assessments_score WHERE criterion_id = {}", leaf)
        return None if found is None else Fraction(str(found))

    def part(self, leaf: int, label: str) -> tuple[Fraction, str]:
        asked = """SELECT p.points, p.explanation FROM assessments_partscore p JOIN assessments_score s
        ON s.id = p.score_id WHERE s.criterion_id = {} AND p.label = '{}'"""
        points, words = self.rows.ask(asked.format(leaf, label))
        return Fraction(str(points)), words


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    data = tmp_path_factory.mktemp("thai-nguyen")
    with house.own_database(os.environ.get("DATABASE_URL", ""), f"parindex_tn_{os.getpid()}") as database:
        env = house.environment(data, database)
        house.manage(env, "shell", "--no-imports", "-c", PREPARED)
        with serving(env) as web:
            yield Province(web, Rows(data, database))


def test_departments_score_the_provinces_dossier_together(chromium: Any, province: Province) -> None:
    issue(chromium, province)
    with ExitStack() as windows:
        pages = {who: windows.enter_context(signed_in(chromium, province.web.address, who)) for who in AT_ONCE}
        for page in pages.values():
            open_sheet(page, province)
        nobody_writes_for_another(pages["tn.stp"], province)
        typed = score_own_leaves(pages)
        last = pages["tn.stnmt"]
        last.locator("#present", has_text=FIRST_NAME_IN).wait_for(timeout=25_000)
        score_parts(pages, province)

        assert len(typed) > len(AT_ONCE)
        assert {key: province.points(key) for key in typed} == typed
    hand_in(chromium, province)


def issue(chromium: Any, province: Province) -> None:
    """The coordinator says why each gap and overlap stands, then issues."""
    with signed_in(chromium, province.web.address, COORDINATOR) as page:
        page.goto(f"/dossiers/{province.dossier}/delegation/")
        settled = 0
        while page.locator(".matters form.settle input[name=reason]").count():
            page.locator(".matters form.settle input[name=reason]").first.fill("Theo kế hoạch của UBND tỉnh")
            with page.expect_navigation():
                page.keyboard.press("Enter")
            settled += 1
            assert settled < 9
        page.locator("form[action$='/issue/'] button").click()
        page.locator(".headline .pill-issued").wait_for()


def open_sheet(page: Any, province: Province) -> None:
    page.goto(f"/dossiers/{province.dossier}/")
    page.locator("#journal[data-ready]").wait_for(state="attached")


def own(page: Any) -> list[int]:
    """The leaves that the page lets its person write as a whole."""
    return [int(each.get_attribute("data-leaf")) for each in page.locator("li.leaf:has(form.line)").all()]


def nobody_writes_for_another(page: Any, province: Province) -> None:
    codes = page.locator("li.leaf:has(form.line) .c-code").all_inner_texts()
    assert codes
    assert all(each.strip().split(".")[0] == "2" for each in codes)
    for code, more in (("1.2", ""), ("5", ""), ("4.3", ""), ("4.3", "parts/a/")):
        leaf = province.one("SELECT id FROM criteria_criterion WHERE is_leaf AND code = '{}'", code)
        if leaf is not None:
            assert page.evaluate(FORGED, f"/dossiers/{province.dossier}/scores/{leaf}/{more}") == 403


def score_own_leaves(pages: dict[str, Any]) -> dict[int, Fraction]:
    """All pages in turn, a leaf each, none waiting for an answer; then until each says that all is stored."""
    mine = {who: own(page) for who, page in pages.items()}
    everybodys = [key for keys in mine.values() for key in keys]
    assert len(everybodys) == len(set(everybodys))
    typed = {}
    for turn in range(max(len(keys) for keys in mine.values())):
        for who, keys in mine.items():
            if turn < len(keys):
                typed[keys[turn]] = give(pages[who], keys[turn], turn)
    for page in pages.values():
        until_stored(page)
    return typed


def give(page: Any, key: int, turn: int) -> Fraction:
    most = number(page.locator(f"#k-{key}").inner_text().split()[-1])
    hundredths = int(most * 100 * (70 + turn)) // 100
    cell = page.locator(f"#p-{key}")
    cell.fill(f"{hundredths // 100},{hundredths % 100:02d}")
    cell.press("Tab")
    return Fraction(hundredths, 100)


def score_parts(pages: dict[str, Any], province: Province) -> None:
    """Each its part; the last page then shows the leaf. A window that had lost its line shows both values to choose."""
    leaf = province.leaf("4.3")
    last = pages["tn.stnmt"]
    other = last.context.new_page()
    open_sheet(other, province)
    for page in (*pages.values(), other):
        page.locator(f"#leaf-{leaf} details.more > summary").click()
    other.route("**/parts/**", lambda route: route.abort())
    write_part(other, f"{leaf}-c", "1", "Viết trong cửa sổ khác")
    other.locator("#foot [data-unsent].field-error").wait_for()
    for who, (label, points) in PARTS.items():
        write_part(pages[who], f"{leaf}-{label}", points, f"Phần {label} của {who}")
        others = [each for each, _points in PARTS.values() if each != label]
        assert [pages[who].locator(f"#f-{leaf}-{each}").count() for each in others] == [0, 0]
        until_stored(pages[who])
    for who, (label, points) in PARTS.items():
        assert province.part(leaf, label) == (number(points), f"Phần {label} của {who}")
    assert province.points(leaf) == Fraction("3.75")
    assert number(last.locator(f"#p-{leaf}").inner_text()) == Fraction("3.75")
    assert "3,75" in last.locator(f"#together-{leaf}").inner_text()

    other.unroute("**/parts/**")
    other.locator("#foot [data-unsent] button").first.click()
    stale = other.locator(f"#m-{leaf}-c .stale")
    stale.wait_for()
    assert "Phần c của tn.stnmt" in stale.inner_text()
    assert province.part(leaf, "c")[0] == Fraction("0.5")
    saving(other, lambda: stale.locator("button.btn-primary").click(), "/parts/")
    until_stored(other)
    assert province.part(leaf, "c") == (Fraction(1), "Viết trong cửa sổ khác")
    assert province.points(leaf) == Fraction("4.25")
    assert number(other.locator(f"#p-{leaf}").inner_text()) == Fraction("4.25")
    other.close()


def write_part(page: Any, key: str, points: str, words: str) -> None:
    page.locator(f"#px-{key}").fill(words)
    page.locator(f"#pp-{key}").fill(points)
    page.locator(f"#pp-{key}").press("Tab")


def hand_in(chromium: Any, province: Province) -> None:
    """The head submits; what is sent again by an impatient hand is the same act."""
    with signed_in(chromium, province.web.address, HEAD) as page:
        open_sheet(page, province)
        page.goto(f"/dossiers/{province.dossier}/check/")
        urls = page.evaluate(TWICE)
        assert len(set(urls)) == 1
        assert re.search(r"/receipts/\d+/$", urls[0])
    assert province.one("SELECT count(*) FROM assessments_receipt") == 1
