"""Hostile files sent as a person would: each is refused with a reason or safely stored, and nothing else happens."""

import resource
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments import tasks
from assessments.models import Citation, Evidence, Intake, PageImage
from tests.assessments.pages import leaf, signed_in, text, url
from tests.factories import rows
from tests.hostile.conftest import USUAL
from tests.hostile.corpus import CANARY, TRICKS, Hostile, made
from units.models import Job

pytestmark = pytest.mark.django_db
MOST_GROWTH = 64 * 1024 * 1024


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A door on this machine at which nobody may knock, and who did."""
    knocked: list[object] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def listen() -> None:
            while True:
                try:
                    line, who = server.accept()
                except OSError:
                    return
                knocked.append(who)
                line.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], knocked
        server.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def resident() -> int:
    """Bytes of this process that lie in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def send(client: Client, address: str, each: Hostile) -> Any:
    file = SimpleUploadedFile("x", each.content)
    file._name = each.name  # type: ignore[attr-defined]  # The setter would clean what is to be sent.
    return client.post(address, {"files": file}, headers={"hx-request": "true"})


def test_every_hostile_file_is_refused_or_safely_stored(
    hostile_count: int, listener: tuple[int, list[object]], settings: LazySettings, tmp_path: Path
) -> None:
    settings.EVIDENCE_UNIT_FILES = 10_000
    season, (port, knocked) = rows.season(), listener
    canary = Path("/tmp") / CANARY
    canary.write_text(CANARY)
    client, address = signed_in(season.officer), url("attach", season, leaf(season).pk)
    outcomes: Counter[tuple[str, str]] = Counter()
    send(client, address, next(made(1, port)))
    grown = 0
    try:
        for number, each in enumerate(made(hostile_count, port)):
            before = resident()
            answer = send(client, address, each)
            outcomes[each.kind, _outcome(each, answer)] += 1
            grown = max(grown, resident() - before)
            # What became a document is looked through as well: in an ordinary run one of every trick.
            if number < len(TRICKS) or hostile_count > USUAL:
                _look_through()
            # The leaf's page would grow with the corpus.
            Citation.objects.all().delete()
            Job.objects.all().delete()
            if number % 100 == 99:
                sys.stdout.write(f"{number + 1} files, +{grown / 2**20:.0f} MiB, {Evidence.objects.count()} stored\n")
                sys.stdout.flush()
    finally:
        canary.unlink()
    _report(outcomes, grown)
    assert {kind for kind, _ in outcomes} == {trick.__name__ for trick in TRICKS}
    assert not [kind for kind, _ in outcomes if kind in REFUSED_ALWAYS and outcomes[kind, "stored"]]
    assert knocked == []
    assert grown < MOST_GROWTH
    assert not [path for path in tmp_path.rglob("*.html") if path.is_file()]


def _report(outcomes: Counter[tuple[str, str]], grown: int) -> None:
    """Shown by ``pytest -s``."""
    for (kind, outcome), count in sorted(outcomes.items()):
        sys.stdout.write(f"{kind:18} {outcome:14} {count}\n")
    sys.stdout.write(f"{outcomes.total()} files; one request took at most {grown / 2**20:.0f} MiB\n")


LONGEST_NAME = 255
REFUSED_ALWAYS = {
    "wrong_type",
    "wrong_ending",
    "macros",
    "entities",
    "zip_bomb",
    "many_entries",
    "overlapping",
    "nested",
    "bad_member",
    "encrypted",
    "huge_picture",
    "nothing",
}


def _outcome(each: Hostile, answer: Any) -> str:
    """The reason of the refusal, or that the file was stored. Anything but these two fails.

    A name longer than any disk can hold makes a form that nobody reads: our own page says that nothing was changed.
    """
    if answer.status_code == 400 and len(each.name) > LONGEST_NAME:
        assert "Không có dữ liệu nào bị thay đổi" in text(answer), text(answer)[:300]
        return "unreadable"
    assert answer.status_code in {200, 422}, f"{each.kind} {each.name[:60]!r}: {answer.status_code}"
    assert "<script>alert" not in answer.content.decode()
    if answer.status_code == 200:
        assert "SHA-256" in answer.content.decode()
        return "stored"
    said = text(answer)
    assert "không được nhận" in said or "hãy chọn tệp" in said, said[:300]
    row = Intake.objects.order_by("pk").last()
    return row.refusal if row and row.refusal else "not a file"


def _look_through() -> None:
    """What the worker does with what was stored: text and pictures, or nothing, but never a failure."""
    for job in Job.objects.filter(task="assessments.tasks.examine", state="queued"):
        tasks.examine(job.pk)
        job.refresh_from_db()
        assert job.state == "done", job.error
        kept = Evidence.objects.get(pk=job.arguments["evidence"])
        assert CANARY not in kept.text
        for image in PageImage.objects.filter(evidence=kept)[:3]:
            with image.file.open("rb") as file:
                assert file.read(4) == b"\x89PNG"


def test_a_name_that_no_disk_holds_is_refused_in_words() -> None:
    season = rows.season()
    long = Hostile("bad_name", "x" * 4000 + ".pdf", b"%PDF-1.4")

    answer = send(signed_in(season.officer), url("attach", season, leaf(season).pk), long)

    assert _outcome(long, answer) == "unreadable"
    assert not Intake.objects.exists()


def test_corpus_is_the_same_each_time() -> None:
    assert list(made(50, 1)) == list(made(50, 1))
