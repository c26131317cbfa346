import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parindex import children

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
PARENT = ["sh", "-c", "sleep 60 & sleep 60; true"]


def group_members(group: int) -> int:
    """How many processes are left in the process group."""
    listing = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return sum(
        1 for line in listing.splitlines() if line.split()[0] == str(group) and not line.split()[1].startswith("Z")
    )


def test_together_ends_children_and_grandchildren() -> None:
    with children.together() as start:
        groups = [start(SLEEPER).pid, start(PARENT).pid]
        time.sleep(0.5)
        assert [group_members(group) for group in groups] == [1, 3]

    assert [group_members(group) for group in groups] == [0, 0]


def test_together_kills_a_child_that_will_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "GRACE_SECONDS", 0.3)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('x', flush=True); time.sleep(60)"

    with children.together() as start:
        child = start([sys.executable, "-c", deaf])
        time.sleep(0.5)

    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="niceness of a session is Linux")
def test_a_child_that_gives_way_is_niced_alone_and_as_a_session() -> None:
    with children.together() as start:
        polite, usual = start(SLEEPER, gives_way=True), start(SLEEPER)
        time.sleep(0.5)
        niced = [os.getpriority(os.PRIO_PROCESS, each.pid) for each in (polite, usual)]
        group = Path(f"/proc/{polite.pid}/autogroup")
        session = group.read_text() if group.exists() else f"nice {children.POLITE}"

    assert niced[0] == min(19, niced[1] + children.POLITE)
    assert session.split()[-1] == str(children.POLITE)


def test_wait_tells_which_child_ended_by_itself() -> None:
    with children.together() as start:
        staying, ending = start(SLEEPER), start([sys.executable, "-c", "pass"])

        assert children.wait_for_signal([staying, ending]) is ending


def test_wait_returns_on_a_signal_and_gives_the_handlers_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    killer = subprocess.Popen(["sh", "-c", f"sleep 0.5; kill -TERM {os.getpid()}"])

    with children.together() as start:
        assert children.wait_for_signal([start(SLEEPER)]) is None

    killer.wait()
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_child_that_ends_is_started_again_a_number_of_times(tmp_path: Path) -> None:
    log = tmp_path / "starts"

    with children.together() as start:
        web = start(SLEEPER)
        ended = children.wait_restarting(start, ["sh", "-c", f"echo once >> {log}"], web, 3)

    assert ended is not web
    assert log.read_text().split() == ["once", "once", "once"]


def test_the_end_of_the_child_beside_is_not_survived() -> None:
    with children.together() as start:
        web = start(["true"])

        assert children.wait_restarting(start, SLEEPER, web, 3) is web
