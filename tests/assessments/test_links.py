"""Links as documents: whether they answer, and what is never asked."""

import http.server
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from assessments import tasks
from assessments.models import Evidence
from assessments.services import links, reaching, sweeping
from assessments.services.filetypes import RefusedFile
from tests.factories import rows
from units.models import AuditEvent, Job


class Pages(http.server.BaseHTTPRequestHandler):
    """What a path answers; every request is written down."""

    asked: list[str] = []

    def do_HEAD(self) -> None:
        self.asked.append(f"{self.command} {self.path} {self.headers['Host'].partition(':')[0]}")
        word = self.path.strip("/").split("/")[0]
        if word.startswith("hop"):
            self.send_response(302)
            left = int(word[3:])
            self.send_header("Location", f"/hop{left - 1}" if left > 1 else "/found")
        elif word == "away":
            self.send_response(302)
            self.send_header("Location", "http://10.0.0.1/secret")
        elif word == "nowhere":
            self.send_response(302)
        elif word == "only-get" and self.command == "HEAD":
            self.send_response(405)
        else:
            self.send_response({"found": 200, "only-get": 200, "large": 200}.get(word, 404))
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        try:
            self.wfile.write(bytes(2_000_000))
        except OSError:
            self.asked.append("cut off")

    def log_message(self, *_: Any) -> None:
        """Nothing on the console."""


@pytest.fixture
def site(settings: LazySettings) -> Iterator[str]:
    settings.LINKS_INSIDE = True
    Pages.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.mark.parametrize(
    ("path", "alive"),
    [
        ("/found", True),
        ("/only-get", True),
        ("/hop3", True),
        ("/hop4", False),
        ("/missing", False),
        ("/nowhere", False),
        ("/away", False),
        ("", False),
    ],
)
def test_link_is_alive_where_a_page_is_found(site: str, path: str, alive: bool) -> None:
    assert reaching.answers(site + path) is alive


def test_head_is_asked_first_and_the_name_is_said(site: str) -> None:
    reaching.answers(f"{site}/only-get?x=1")

    assert Pages.asked[:2] == ["HEAD /only-get?x=1 localhost", "GET /only-get?x=1 localhost"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http:///nothing",
        "http://user@127.0.0.1/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://localhost/",
        "http://8.8.8.8:22/",
        "http://8.8.8.8:99999/",
        "http://khong-co.invalid/",
    ],
)
def test_nothing_inside_is_ever_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a line was opened")

    monkeypatch.setattr(socket.socket, "connect", never)

    assert reaching.answers(url) is False


def test_name_with_one_address_inside_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(reaching.Unreachable):
        reaching.resolved("http://ten-mien.example/")
    found.pop()
    assert reaching.resolved("http://ten-mien.example/a b?c").address == "8.8.8.8"
    found.pop()
    with pytest.raises(reaching.Unreachable):
        reaching.resolved("http://ten-mien.example/")


def test_line_to_a_secure_page_wants_the_certificate_of_the_name(settings: LazySettings) -> None:
    settings.LINKS_INSIDE = True
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def talk() -> None:
            line, _ = server.accept()
            line.close()

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        assert reaching.answers(f"https://localhost:{server.getsockname()[1]}/") is False
        thread.join(timeout=5)


def test_slow_page_does_not_hold_the_worker(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "SECONDS", -1)

    assert reaching.answers(f"{site}/found") is False
    assert Pages.asked == []


def test_host_says_its_port_and_brackets() -> None:
    target = reaching.Target("http", "2001:db8::1", 8080, "x", "/")

    assert reaching._host(target) == "[2001:db8::1]:8080"
    assert reaching._host(reaching.Target("https", "a.vn", 443, "x", "/")) == "a.vn"


# --- rows -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def season(db: None) -> rows.Season:
    return rows.season()


def add(season: rows.Season, url: str = "https://hatinh.gov.vn/a", **fields: Any) -> Any:
    leaf = season.criteria_set.criteria.get(code="1.1")
    return links.add(assessment=season.assessments[0], criterion=leaf, url=url, by=season.officer, **fields)


def test_link_is_a_document_without_a_file(season: rows.Season) -> None:
    citation = add(season, place="mục 2")
    add(season)

    kept = Evidence.objects.get()
    assert (kept.url, kept.name, kept.size, kept.life) == ("https://hatinh.gov.vn/a", kept.url, 0, "unknown")
    assert (citation.place, bool(kept.file), "hatinh" in kept.folded) == ("mục 2", False, True)
    assert Job.objects.get(key=f"link:{kept.pk}").task == "assessments.tasks.look_at_link"


def test_link_takes_room_too(season: rows.Season, settings: LazySettings) -> None:
    settings.EVIDENCE_UNIT_FILES = 0

    with pytest.raises(RefusedFile):
        add(season)


def test_worker_writes_down_whether_the_link_answers(season: rows.Season, site: str) -> None:
    kept = add(season, f"{site}/found").evidence
    tasks.look_at_link(Job.objects.get(key=f"link:{kept.pk}").pk)
    kept.refresh_from_db()
    assert (kept.life, kept.life_at is not None) == ("alive", True)

    links.write_life(evidence=kept, life=kept.life)
    dead = add(season, f"{site}/missing").evidence
    job = Job.objects.get(key=f"link:{dead.pk}")
    tasks.look_at_link(job.pk)
    tasks.look_at_link(job.pk)

    dead.refresh_from_db()
    assert dead.life == "dead"
    assert AuditEvent.objects.filter(action="evidence.link_looked").count() == 2


def test_job_of_a_link_that_went_away_ends(season: rows.Season) -> None:
    kept = add(season).evidence
    Evidence.objects.filter(pk=kept.pk).update(url="", size=1)
    job = Job.objects.get(key=f"link:{kept.pk}")

    tasks.look_at_link(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"life": None})


def test_links_are_looked_at_every_week(season: rows.Season) -> None:
    kept = add(season).evidence
    Job.objects.all().delete()
    now = timezone.now()
    for age, asked in ((1, 0), (8, 1)):
        Evidence.objects.filter(pk=kept.pk).update(life="alive", life_at=now - timedelta(days=age))
        assert sweeping.sweep()["links"] == asked
