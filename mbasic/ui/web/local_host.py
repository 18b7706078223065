"""A stand-in for host.Host: sessions in this process, no store. To be deleted when host.Host is there."""

import asyncio
from typing import Any

import msgspec

from mbasic.errors import HostError
from mbasic.session import messages
from mbasic.session.session import Session
from mbasic.storage.disks import MemoryDisk
from mbasic.ui.web.page_sockets import SocketView

_WELCOME = (
    "10 REM Welcome! Press F5, or click Run.\n"
    '20 PRINT "HELLO FROM MBASIC"\n'
    "30 FOR I = 1 TO 5\n"
    "40   PRINT I, I * I, SQR(I)\n"
    "50 NEXT I\n"
    '60 INPUT "WHAT IS YOUR NAME"; N$\n'
    '70 PRINT "NICE TO MEET YOU, "; N$; "!"\n'
)


class _NoPrinter:
    def write(self, data: bytes) -> None:
        del data


class _Screen:
    def write(self, data: bytes) -> None:
        del data

    def flush(self) -> None:
        pass


class _Local:
    def __init__(self) -> None:
        self.events: list[messages.Event] = []
        self.log = bytearray()
        self.views: dict[str, SocketView] = {}
        self.taken: dict[str, int] = {}
        self.text = _WELCOME
        self.version = 1
        self.loaded = ""
        self.session = Session(
            screen=_Screen(), disk=MemoryDisk(), printer=_NoPrinter(), listener=self.listen, live=True
        )
        self.task: asyncio.Task[None] | None = None
        self.session.start(b"BASIC-80 Rev. 5.21\r\n[CP/M Version]\r\n32824 Bytes free\r\n")
        self.events.clear()

    def listen(self, event: messages.Event) -> None:
        if isinstance(event, messages.OutputEvent):
            self.log += event.data
        self.events.append(event)

    def tell(self, message: dict[str, Any], only: SocketView | None = None) -> None:
        text = msgspec.json.encode(message).decode()
        for view in [only] if only else list(self.views.values()):
            view.show(text)

    def publish(self) -> None:
        events, self.events = self.events, []
        for view in list(self.views.values()):
            self.tell({"type": "Shown", "taken": self.taken.get(view.id, 0), "events": events}, view)

    async def run(self) -> None:
        while self.session.state is messages.State.RUNNING or self.session.has_keys:
            self.session.step(20000)
            self.publish()
            await asyncio.sleep(0.001)
        self.publish()
        self.task = None

    def attach(self, view: SocketView, m: dict[str, Any]) -> None:
        self.views[view.id] = view
        seen = m["seen"]
        offset = max(0, len(self.log) - 65536) if seen < 0 else seen
        place = None
        self.tell(
            {
                "type": "Attached",
                "view": view.id,
                "offset": offset,
                "data": bytes(self.log[offset:]),
                "taken": self.taken.get(view.id, 0),
                "state": self.session.state,
                "text": None if m["text_version"] == self.version else self.text,
                "text_version": self.version,
                "breakpoints": [],
                "watches": [],
                "place": place,
                "settings": {"auto_number": True, "console_width": 80, "font_size": 14, "theme": "light"},
                "recent": [],
                "program_name": "",
                "running_for": 0.0,
            },
            view,
        )

    def do(self, view: SocketView, m: dict[str, Any]) -> None:
        taken = self.taken.get(view.id, 0)
        if m["number"] == taken + 1:
            self.taken[view.id] = taken + 1
            command = msgspec.convert(m["command"], messages.Command, builtin_types=(bytes,)) if False else (
                msgspec.json.decode(msgspec.json.encode(m["command"]), type=messages.Command)
            )
            if isinstance(command, messages.RunCommand | messages.StepCommand) and self.loaded != self.text:
                self.loaded = self.text
                self.session.load_program(self.text.encode("latin-1", "replace").replace(b"\n", b"\r\n"))
            self.session.execute(command)
        self.publish()
        if self.task is None:
            self.task = asyncio.create_task(self.run())

    def edit(self, view: SocketView, m: dict[str, Any]) -> None:
        if m["base"] != self.version:
            self.tell({"type": "Text", "text": self.text, "version": self.version}, view)
            return
        text = self.text
        for start, end, insert in reversed(m["changes"]):
            text = text[:start] + insert + text[end:]
        self.text, self.version = text, self.version + 1
        self.tell(
            {
                "type": "TextChanged",
                "version": self.version,
                "base": m["base"],
                "changes": m["changes"],
                "view": view.id,
            }
        )


class LocalHost:
    """Sessions of this process by id."""

    def __init__(self) -> None:
        self._sessions: dict[str, _Local] = {}

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def receive(self, session: str, view: SocketView, text: str) -> None:
        """Do what a page says."""
        try:
            message = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            raise HostError(f"this message was not understood: {error}") from None
        local = self._sessions.get(session) or self._sessions.setdefault(session, _Local())
        match message.get("type"):
            case "Attach":
                local.attach(view, message)
            case "Do":
                local.do(view, message)
            case "Edit":
                local.edit(view, message)
            case "Ask" | "HostAsk":
                local.tell({"type": "Failed", "id": message["id"], "text": "not here yet"}, view)
            case _:
                pass

    def detach(self, session: str, view: SocketView) -> None:
        """The page is gone."""
        local = self._sessions.get(session)
        if local and local.views.get(view.id) is view:
            del local.views[view.id]
