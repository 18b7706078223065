"""The pages that show a session: what each has been sent and has shown, so that a slow one cannot be drowned."""

from collections.abc import Iterator
from typing import Final, Protocol

from mbasic.host.messages import HostMessage, encode_host_message
from mbasic.host.wire import NO_VIEWS

LAG_BYTES: Final = 256 << 10
"""Output that a page has been sent and not shown, at which it gets no more until it has caught up."""


class View(Protocol):
    """A connected page."""

    @property
    def id(self) -> str:
        """The same as long as the page lives, also over connections."""
        ...

    def show(self, text: str) -> None:
        """Send one JSON message; never blocks."""


class Watcher:
    """A view and its offsets."""

    __slots__ = ("lags", "name", "sent", "shown", "view")

    def __init__(self, view: View, name: str, sent: int) -> None:
        self.view = view
        self.name = name
        self.sent = sent
        self.shown = sent
        self.lags = False

    def show(self, message: HostMessage) -> None:
        """Send a message."""
        self.view.show(encode_host_message(message))

    def sending(self, end: int) -> bool:
        """Note that output up to `end` is sent; False where the page is too far behind to be sent any."""
        if not self.lags:
            self.sent = end
            self.lags = self.sent - self.shown > LAG_BYTES
            return True
        return False

    def caught_up(self, offset: int) -> bool:
        """Note what the page has shown; True where it had been left out and now wants the output anew."""
        self.shown = max(self.shown, min(offset, self.sent))
        if self.lags and self.shown >= self.sent:
            self.lags = False
            return True
        return False


class Watchers:
    """All views of a session."""

    __slots__ = ("_by_view",)

    def __init__(self) -> None:
        self._by_view: dict[int, Watcher] = {}

    def __iter__(self) -> Iterator[Watcher]:
        return iter(tuple(self._by_view.values()))

    def __len__(self) -> int:
        return len(self._by_view)

    def add(self, watcher: Watcher) -> None:
        """A page is there; it takes the place of an older connection of the same page."""
        for other in self:
            if other.name == watcher.name:
                self.remove(other.view)
        self._by_view[id(watcher.view)] = watcher

    def remove(self, view: View) -> None:
        """A page is gone."""
        self._by_view.pop(id(view), None)

    def find(self, view: View) -> Watcher | None:
        """The watcher of a view that is attached."""
        return self._by_view.get(id(view))

    def show(self, message: HostMessage) -> None:
        """Send a message to all."""
        text = encode_host_message(message)
        for watcher in self:
            watcher.view.show(text)

    def shown(self) -> int:
        """The offset that the fastest page has shown; NO_VIEWS without any."""
        return max((watcher.shown for watcher in self._by_view.values()), default=NO_VIEWS)
