"""A line between the browser and a web server that can be cut: the browser hears nothing more, the server goes on."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    def __init__(self, port: int) -> None:
        self.target = ("127.0.0.1", port)
        self.entry = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.entry.getsockname()[1]}"
        self.ends: list[socket.socket] = []
        self.is_cut = False
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        # Ends with the entry's own end.
        with suppress(OSError):
            while True:
                near, _ = self.entry.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.create_connection(self.target)
                self.ends += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=pair, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for each in self.ends:
            _end(each)
        self.ends.clear()

    def mend(self) -> None:
        self.is_cut = False

    def close(self) -> None:
        self.cut()
        _end(self.entry)
        self.entry.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError), source, target:
        while piece := source.recv(64 * 1024):
            target.sendall(piece)
        _end(target)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def laid(port: int) -> Iterator[Line]:
    line = Line(port)
    try:
        yield line
    finally:
        line.close()
