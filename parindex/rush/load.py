"""The officers' requests over HTTP: open loop, so that a slow answer delays nobody else's next request.

Latency is counted from the moment that the script names, not from when a thread was free (no coordinated omission).
"""

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

from parindex.rush.script import Act, Kind

HOST, TOKEN, TIMEOUT = "127.0.0.1", "r" * 32, 60
WARMERS = 8
PAUSES = (0.2, 0.5, 1, 2, 2, 5, 5, 5)
BOUNDARY = "----rush"


@dataclass(frozen=True)
class Officer:
    """A signed-in person: the session's key, the addresses of the dossier, and the leaves by their keys."""

    session: str
    sheet: str
    presence: str
    submit: str
    saves: tuple[str, ...]
    leaves: tuple[str, ...]
    attaches: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class Done:
    """One answer. ``late``: seconds from the scripted moment to the last byte."""

    kind: Kind
    status: int
    late: float


@dataclass
class Desk:
    """What one officer's browser knows: the version of each leaf, what was acknowledged, whether it was handed in.

    ``turn`` counts the saves that were tried, ``turns`` those that were acknowledged.
    """

    officer: Officer
    versions: dict[int, int] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    documents: int = 0
    receipts: set[str] = field(default_factory=set)
    is_closed: bool = False
    turn: int = 0
    turns: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Load:
    """One run against the server on ``port``. ``unanswered``: requests that were sent again for want of an answer."""

    port: int
    desks: list[Desk]
    done: list[Done] = field(default_factory=list)
    unanswered: int = 0

    def run(self, acts: Sequence[Act], threads: int, kill: Callable[[], None], kills: Sequence[float] = ()) -> None:
        """Do every act at its moment, ``kill`` at each of the moments ``kills``, and wait for the last answer."""
        began, ends = time.monotonic() + 0.5, sorted(kills)
        with ThreadPoolExecutor(threads) as pool:
            for act in acts:
                while ends and ends[0] <= act.at:
                    _sleep_until(began + ends.pop(0))
                    kill()
                _sleep_until(began + act.at)
                for _ in range(act.copies):
                    pool.submit(self._do, act, began + act.at)

    def warm(self, desks: int) -> None:
        """What a server learns from its first requests, one that has been up for days knows. Nothing of it counts."""
        with ThreadPoolExecutor(WARMERS) as pool:
            for desk in self.desks[:desks]:
                pool.submit(_page, self, desk, Act(0, 0, Kind.PAGE))
                pool.submit(_leaf, self, desk, Act(0, 0, Kind.LEAF))

    def _do(self, act: Act, due: float) -> None:
        desk = self.desks[act.officer]
        status = ACTS[act.kind](self, desk, act)
        if status is not None:
            self.done.append(Done(act.kind, status, time.monotonic() - due))

    def ask(
        self, desk: Desk, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, str]:
        """One request with the officer's session: (status, body, where it redirects to).

        Where no answer came it is sent again, as a browser's journal does; status 0 when none comes at all.
        """
        for pause in PAUSES:
            try:
                return self._once(desk, method, path, body, **headers)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                time.sleep(pause)
        return 0, b"", ""

    def _once(
        self, desk: Desk, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, str]:
        link = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
        sent = {"Cookie": f"sessionid={desk.officer.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        try:
            more = {name.replace("_", "-"): text for name, text in headers.items()}
            link.request(method, path, body, sent | more)
            answer = link.getresponse()
            return answer.status, answer.read(), answer.headers.get("Location", "")
        finally:
            link.close()

    def post(self, desk: Desk, path: str, data: dict[str, str], **headers: str) -> tuple[int, bytes, str]:
        headers["Content_Type"] = "application/x-www-form-urlencoded"
        return self.ask(desk, "POST", path, urlencode(data).encode(), **headers)


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _page(load: Load, desk: Desk, act: Act) -> int:
    return load.ask(desk, "GET", desk.officer.sheet)[0]


def _presence(load: Load, desk: Desk, act: Act) -> int:
    leaf = desk.officer.leaves[desk.turn % len(desk.officer.leaves)]
    return load.post(desk, desk.officer.presence, {"leaf": leaf.split("/")[-3], "since": str(int(time.time() * 1000))})[
        0
    ]


def _leaf(load: Load, desk: Desk, act: Act) -> int:
    return load.ask(desk, "GET", desk.officer.leaves[desk.turn % len(desk.officer.leaves)], HX_Request="true")[0]


def _save(load: Load, desk: Desk, act: Act) -> int | None:
    with desk.lock:
        if desk.is_closed:
            return None
        at = desk.turn % len(desk.officer.saves)
        desk.turn += 1
        version = desk.versions.get(at, desk.officer.version)
        points = f"1,{desk.turn % 90 + 10}"
        data = {"points": points, "explanation": f"Đã làm, lần {desk.turn}", "version": str(version)}
        status = load.post(desk, desk.officer.saves[at], data, HX_Request="true")[0]
        if status == 200:
            desk.versions[at], desk.said[at] = version + 1, points
            desk.turns += 1
        return status


def _upload(load: Load, desk: Desk, act: Act) -> int | None:
    with desk.lock:
        if desk.is_closed:
            return None
        to = desk.officer.attaches[act.amount % len(desk.officer.attaches)]
        body = _multipart(pdf(act.amount, f"{act.officer} {act.at}"))
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        status = load.ask(desk, "POST", to, body, HX_Request="true", Content_Type=kind)[0]
        desk.documents += status == 200
        return status


def _submit(load: Load, desk: Desk, act: Act) -> int:
    with desk.lock:
        # Nobody hands in while the own last save is still on its way, or saves afterwards.
        desk.is_closed = True
    status, _body, receipt = load.post(desk, desk.officer.submit, {"number": "1"})
    if receipt:
        desk.receipts.add(receipt)
    return status


ACTS: dict[Kind, Callable[[Load, Desk, Act], int | None]] = {
    Kind.PAGE: _page,
    Kind.PRESENCE: _presence,
    Kind.LEAF: _leaf,
    Kind.SAVE: _save,
    Kind.UPLOAD: _upload,
    Kind.SUBMIT: _submit,
}


def _multipart(content: bytes) -> bytes:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="minh-chung.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def pdf(size: int, mark: str) -> bytes:
    """A document of one page and about ``size`` bytes; ``mark`` makes it another one."""
    pad = mark.encode().ljust(64) + b"0" * max(0, size - 700)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Length %d>>stream\n" % len(pad) + pad + b"\nendstream",
    ]
    made, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj" % number + each + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(made)
    made += b"xref\n0 5\n0000000000 65535 f \n" + table
    return made + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
