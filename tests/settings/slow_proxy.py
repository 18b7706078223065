"""A way to a Unix socket that delays what is sent through it, or cuts it off."""

import socket
import threading
import time
from contextlib import suppress
from typing import Final

_CHUNK: Final = 65536


class SlowProxy:
    """Listens on `port` of 127.0.0.1 and passes all on to `target`, answers late by `delay_seconds`."""

    def __init__(self, target: str, delay_seconds: float) -> None:
        self._target = target
        self.delay_seconds = delay_seconds
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._target)
                for source, target, delays in ((near, far, False), (far, near, True)):
                    threading.Thread(target=self._pass_on, args=(source, target, delays), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, delays: bool) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if delays:
                    time.sleep(self.delay_seconds)
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()
