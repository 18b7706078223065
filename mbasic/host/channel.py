"""A worker's end of the pipe to its instance. Waits only where it is told to."""

import select
import socket

from mbasic.host.wire import FromWorker, ToWorker, Unframer, decode_to_worker, frame

_CHUNK = 1 << 16


class ChannelClosed(BaseException):
    """The instance is gone: nothing more can be done here."""


class Channel:
    """Messages in and out, in order."""

    __slots__ = ("_poll", "_socket", "_unframer")

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._unframer = Unframer()
        self._poll = select.poll()
        self._poll.register(end, select.POLLIN)

    def wait(self, seconds: float | None) -> bool:
        """Wait until something has arrived, at most so long (None: for ever); tell whether it has."""
        return bool(self._poll.poll(None if seconds is None else seconds * 1000))

    def receive(self, seconds: float | None) -> list[ToWorker]:
        """Wait as `wait`, and return all that has arrived. Raises ChannelClosed."""
        messages: list[ToWorker] = []
        while self.wait(0 if messages else seconds):
            try:
                data = self._socket.recv(_CHUNK)
            except ConnectionError:
                raise ChannelClosed from None
            if not data:
                raise ChannelClosed
            messages += map(decode_to_worker, self._unframer.feed(data))
            if len(data) < _CHUNK:
                break
        return messages

    def send(self, message: FromWorker) -> None:
        """Send, waiting while the instance does not read. Raises ChannelClosed."""
        try:
            self._socket.sendall(frame(message))
        except ConnectionError:
            raise ChannelClosed from None
