"""Documents brought to the unit's library before any leaf asks for them."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.flows.house import House
from tests.flows.season import blank_paper
from tests.flows.steps import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
PIECES = re.compile(r"/uploads/\d+/$")
GONE = (
    "from assessments.models import Evidence, Intake; "
    "Intake.objects.filter(assessment=None, unit__code='18136').delete(); "
    "print(Evidence.objects.filter(unit__code='18136', name='ca-nam.pdf').delete()[0] > 0)"
)


def test_a_document_is_brought_to_the_library_over_a_broken_line(
    flow_house: House, chromium: Any, tmp_path: Path
) -> None:
    paper = blank_paper(tmp_path / "ca-nam.pdf")
    (tmp_path / "bai.exe").write_bytes(b"MZ00")
    with signed_in(chromium, flow_house.address, "canbo.tayson") as page:
        page.get_by_role("link", name="Tài liệu", exact=True).first.click()
        page.locator("html.uploads-on").wait_for(state="attached")
        page.route(PIECES, lambda route: route.abort())
        page.locator("form.attach input[type=file][multiple]").set_input_files([paper, tmp_path / "bai.exe"])
        page.locator("#tray", has_text="Mất kết nối").wait_for()

        page.on("dialog", lambda dialog: dialog.accept())
        page.unroute(PIECES)
        page.reload()
        page.locator("#arrived a", has_text="ca-nam.pdf").wait_for()
        page.locator("#tray .upload-refused", has_text="bai.exe").wait_for()

        page.reload()
        page.locator("#tray .upload-refused", has_text="bai.exe").get_by_role("button").click()
        page.locator("#tray").wait_for(state="hidden")
        page.locator("table.library a", has_text="ca-nam.pdf").click()
        page.get_by_role("link", name=re.compile("^Dùng cho tiêu chí")).first.wait_for()
    assert flow_house.manage("shell", "-c", GONE).split()[-1] == "True"
