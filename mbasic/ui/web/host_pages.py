"""The host behind the pages: finds the session a page shows, and hands it the page's messages."""

from typing import Final

from mbasic.errors import HostError
from mbasic.host.host import Host
from mbasic.host.hosted_session import HostedSession
from mbasic.host.messages import Attach, decode_page_message
from mbasic.storage.session_store import SessionId, StoreDamagedError
from mbasic.ui.web.page_sockets import SocketView

_NEVER: Final = "the page has not said which session it shows"


class HostPages:
    """Pages by their sockets. A page that attaches takes its session from whoever has it."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._shown: dict[SocketView, HostedSession] = {}

    async def receive(self, session: str, view: SocketView, text: str) -> None:
        """Do what a page says. Raises HostError in words for the person."""
        message = decode_page_message(text)
        if not isinstance(message, Attach):
            shown = self._shown.get(view)
            if shown is not None:
                await shown.receive(view, message)
            return
        if message.view != view.id:
            raise HostError(_NEVER)
        try:
            shown = await self._host.open(SessionId(session))
        except StoreDamagedError as error:
            raise HostError(f"This session could not be restored: {error.what}") from None
        if view.is_closed:
            return
        self.detach(view)
        self._shown[view] = shown
        await shown.attach(view, message)

    def detach(self, view: SocketView) -> None:
        """The page is gone."""
        shown = self._shown.pop(view, None)
        if shown is not None:
            shown.detach(view)
