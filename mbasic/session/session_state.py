"""A session as plain data: what a snapshot holds beside its machine's."""

from msgspec import Struct, field

from mbasic.machine.debugger import DebuggerState
from mbasic.machine.stop import Stop
from mbasic.session.auto_mode import AutoMode
from mbasic.session.edit_mode import EditMode
from mbasic.session.keyboard import Keyboard
from mbasic.session.line_entry import LineEntry
from mbasic.session.messages import State


class SessionState(Struct, kw_only=True):
    """All of a session. `machine` is the machine's own snapshot; the other fields are those of Session.

    `unread`: the rest of a loaded file that begins the next line. `break_due`: a Ctrl-C that the run has not met yet.
    """

    machine: bytes
    state: State
    echoing: bool
    prompting: bool
    live: bool
    strict: bool
    hidden: bool = False
    offset: int = 0
    program_version: int = 0
    last_stop: Stop | None = None
    keyboard: Keyboard = field(default_factory=Keyboard)
    entry: LineEntry = field(default_factory=LineEntry)
    auto: AutoMode = field(default_factory=AutoMode)
    edit: EditMode | None = None
    edit_line: int = 0
    keys_wanted: int = 0
    unread: bytes = b""
    break_due: bool = False
    debugger: DebuggerState = field(default_factory=DebuggerState)
