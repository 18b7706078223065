"""One person's computer: the machine, the program in it, and the keyboard's side of MBASIC.

    keys --> queue --> Ctrl-O, high bits --> line editor, EDIT --> READY    a line to execute or to keep
                                                                   AUTO     the same, behind an offered number
                                                                   WAITING  the answer to INPUT
                       the queue itself ------------------------>  KEYS     for INPUT$
                       Ctrl-C at its head, now and then -------->  RUNNING

`type_keys` only queues; `step` does a slice of work and says what the session then does. Nothing here blocks, and all
state is plain data. Where Ok, messages and new lines come: tests/transcripts/direct.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, assert_never

from mbasic.errors import BasicError, ErrorCode, HostError, error_text
from mbasic.language.lexer import crunch
from mbasic.language.lister import Spelling, list_body
from mbasic.language.program import Program
from mbasic.machine.machine import DIRECT_LINE, Machine
from mbasic.machine.places import Place
from mbasic.machine.stop import Stop, StopReason
from mbasic.machine.variable_name import VariableName
from mbasic.runtime import layout
from mbasic.runtime.ports import Disk, Printer
from mbasic.session.auto_mode import AutoMode
from mbasic.session.debug_words import Outcome, split_command
from mbasic.session.direct_mode import Keep, keep, read_line
from mbasic.session.edit_mode import EditMode, EditOutcome
from mbasic.session.engine_choice import engine_notice
from mbasic.session.keyboard import Keyboard
from mbasic.session.line_editor import CONTROL_C, CONTROL_O, LINE_LIMIT, NUL
from mbasic.session.line_entry import Entry, LineEntry
from mbasic.session.messages import (
    BreakCommand,
    BreakpointCommand,
    BreakpointsEvent,
    Command,
    CommandAtPrompt,
    ContinueCommand,
    DeleteLines,
    EditText,
    EndedEvent,
    Event,
    FileCommand,
    FilesChangedEvent,
    LoadProgram,
    MergeFile,
    NewProgram,
    OpenFile,
    ProfileCommand,
    ProgramChangedEvent,
    PromptCommand,
    RefreshSettings,
    RefusedEvent,
    RemoveFile,
    RenameFile,
    RenumberCommand,
    ResetSettings,
    RunCommand,
    RunToCommand,
    SaveFile,
    SetSetting,
    SettingRefusedEvent,
    SettingsChangedEvent,
    SettingsCommand,
    SetVariable,
    State,
    StateEvent,
    StepCommand,
    StoppedEvent,
    TypeKeys,
    TypeLine,
    WatchCommand,
    WatchesEvent,
    WriteFile,
)
from mbasic.session.noted_ports import NotedDisk, TellingPrinter
from mbasic.session.output import Output, Screen
from mbasic.session.pace import Pace
from mbasic.session.settings_port import Settings
from mbasic.settings.backends import MemorySettingsBackend
from mbasic.settings.definitions import Value
from mbasic.settings.manager import SettingsManager
from mbasic.settings.settings_errors import SettingsError

if TYPE_CHECKING:
    from mbasic.session.debug_prompt import DebugPrompt
    from mbasic.session.program_text import TextReader
    from mbasic.session.queries import Answer, Query
    from mbasic.session.session_state import SessionState

_NO_LINE: Final = 65535
"""What `.` becomes when Ctrl-A's A asks for the line of a direct mode (direct/break/ctrl_a_repeat)."""

_NOT_NOW: Final = {
    State.RUNNING: "the program is running; stop it first",
    State.WAITING: "the program waits for input; answer or stop it first",
    State.KEYS: "the program waits for a key; press it or stop it first",
    State.EDITING: "a line is being edited at the prompt; finish it first",
    State.AUTO: "AUTO is on at the prompt; end it with Ctrl-C first",
    State.ENDED: "the session has ended",
}

_EXIT_STATUS: Final = {StopReason.ERROR: 1, StopReason.BREAK: 130}


class Session:
    """A computer with one keyboard and one screen.

    `echo`: show what is typed. `prompt`: print Ok, and go to EDIT after a Syntax error. `live`: keys come from a
    person, so Ctrl-C is seen at once and INKEY$ sees keys; on a pipe neither is so. `strict`: no command at the prompt
    but those of MBASIC 5.21, whatever the settings say. `settings`: the defaults, in memory, where none are given.
    """

    def __init__(
        self,
        *,
        screen: Screen,
        disk: Disk,
        printer: Printer,
        listener: Callable[[Event], None] | None = None,
        echo: bool = True,
        prompt: bool = True,
        live: bool = False,
        strict: bool = False,
        settings: Settings | None = None,
    ) -> None:
        self._output = Output(screen, listener)
        self._listener = listener
        self._noted_disk: NotedDisk | None = None
        if listener is not None:
            disk = self._noted_disk = NotedDisk(disk)
            printer = TellingPrinter(printer, listener)
        self._echoing = echo
        self._prompting = prompt
        self._live = live
        self._always_strict = strict
        self.machine = Machine(console=self._output, disk=disk, printer=printer)
        self.state = State.READY
        self.last_stop: Stop | None = None
        self.program_version = 0
        self._keyboard = Keyboard()
        self._entry = LineEntry()
        self._auto = AutoMode()
        self._edit: EditMode | None = None
        self._edit_line = 0
        self._keys_wanted = 0
        self._known_program = self.machine.program.version
        """The version of the machine's program that the listener knows."""
        self._told_breakpoints: tuple[tuple[int, int], ...] = ()
        self._text_reader: TextReader | None = None
        self._pace = Pace()
        self.settings: Settings = settings or SettingsManager(backend=MemorySettingsBackend())
        for key, value in self.settings.values().items():
            self._apply_setting(key, value)

    # ---- commands in ------------------------------------------------------------------

    def execute(self, command: Command) -> None:
        """Do what a front end asks for; what cannot be done is told by a RefusedEvent."""
        try:
            self._execute(command)
        except BasicError as error:
            self._refuse(error_text(error.code).decode())
        self._tell_files()

    def _execute(self, command: Command) -> None:
        match command:
            case TypeKeys(data):
                self.type_keys(data)
            case TypeLine(text):
                self.type_keys(text + b"\r")
            case RunCommand(line):
                self.run_program(line)
            case BreakCommand():
                self.interrupt()
            case LoadProgram(data):
                self.load_program(data)
            case BreakpointCommand(line, statement, on):
                self.mark_breakpoint(line, statement, on)
            case WatchCommand(variable, on):
                self._watch(variable, on)
            case ProfileCommand(on, clear):
                self._profile(on, clear)
            case WriteFile() | RemoveFile() | RenameFile():
                self._change_files(command)
            case SetSetting() | ResetSettings() | RefreshSettings():
                self._change_settings(command)
            case _:
                self._execute_at_prompt(command)

    def _execute_at_prompt(self, command: CommandAtPrompt) -> None:
        if self.state is not State.READY:
            self._refuse(_NOT_NOW[self.state])
            return
        match command:
            case ContinueCommand():
                self._debug(self._continue)
            case StepCommand(kind, count):
                self._debug(lambda: self._debug_prompt().step(kind, count))
            case RunToCommand(line, statement):
                self._run_to(Place(line, statement))
            case SetVariable(variable, value):
                self._set_variable(variable, value)
            case EditText(text):
                self._edit_text(text)
            case NewProgram() | OpenFile() | MergeFile() | SaveFile() | RenumberCommand() | DeleteLines():
                self._type_unseen(command)
            case _:
                assert_never(command)

    def answer(self, query: "Query") -> "Answer":
        """Say what a front end asks, in any state, between two calls of `step`; nothing is changed."""
        from mbasic.session.answers import answer  # front ends with panels need it

        return answer(self.machine, query)

    def start(self, banner: bytes = b"") -> None:
        """Switch the computer on: the banner, Ok."""
        self.machine.write(banner)
        self._ready()

    def type_keys(self, data: bytes) -> None:
        """Queue keys; Enter is CR, LF or CR LF. A person's Ctrl-C breaks at once and drops what was typed before."""
        self._keyboard.type(data)
        if self._live and self.state is State.RUNNING and self._keyboard.drop_to_break():
            self.machine.input.keys.clear()
            self.machine.request_break()

    def take_keys(self) -> bytes:
        """Take back the keys that were typed and not used yet: for a front end that edits lines itself."""
        return self._keyboard.take_all()

    def interrupt(self) -> None:
        """Ctrl-C now. May be called from a signal handler."""
        if self.state is State.RUNNING:
            self.machine.request_break()
        else:
            self._keyboard.put_back(bytes((CONTROL_C,)))

    def return_to_prompt(self) -> None:
        """Give up EDIT or AUTO, as one who goes on in the editor's window: what EDIT changed is lost, as by Q."""
        if self.state is State.EDITING:
            self._edit = None
            self.machine.write(b"\r\n")
            self._ready()
        elif self.state is State.AUTO:
            self._keyboard.put_back(bytes((CONTROL_C,)))
            self._take_key()

    def run_program(self, line: int | None = None) -> None:
        """Begin to RUN the program in memory."""
        try:
            self.machine.start_run(line)
        except BasicError as error:
            self._fail(error.code)
        else:
            self._start()

    def load_program(self, data: bytes) -> bool:
        """Load a program file's bytes; a file that is refused gets its message, and the answer is False."""
        try:
            self.machine.load_program(data)
        except BasicError as error:
            self._program_changed()
            self._report(error.code, error.line)
            return False
        self._program_changed()
        return True

    def leave(self) -> None:
        """Switch the computer off, as SYSTEM does."""
        self._set_state(State.ENDED)
        self._tell(EndedEvent())

    def close(self) -> None:
        """Put what open files still hold on the disk. Raises HostError where that fails."""
        try:
            self.machine.close_files()
        except BasicError as error:
            raise HostError(f"a file could not be closed: {error_text(error.code).decode()}") from None

    def enter(self, text: bytes) -> None:
        """Execute or keep a line at the Ok prompt ahead of all keys in the queue, without showing it."""
        assert self.state is State.READY
        self._entry.remember(text)
        self._command_line(text)

    @property
    def exit_status(self) -> int:
        """What a shell is told: 0 the last program or line ended, 1 an error stopped it, 130 a Ctrl-C."""
        if self.last_stop is None:
            return 0
        return _EXIT_STATUS.get(self.last_stop.reason, 0)

    @property
    def is_typing(self) -> bool:
        """A line has been begun that Enter has not ended."""
        return self.state in (State.READY, State.WAITING, State.AUTO) and not self._entry.is_empty

    @property
    def awaits_line(self) -> bool:
        """The Ok prompt waits for a line of which nothing has been taken yet."""
        return self.state is State.READY and self._entry.is_empty

    @property
    def at_empty_prompt(self) -> bool:
        """The Ok prompt waits and nothing has been typed there."""
        return self.awaits_line and not self.has_keys

    @property
    def has_keys(self) -> bool:
        """Typed keys are still in the queue."""
        return bool(self._keyboard.keys)

    # ---- work -------------------------------------------------------------------------

    def step(self, budget: int = 5000) -> State:
        """Take keys until they are used up or something runs, or run `budget` statements; return the new state.

        Fewer run where the setting `speed` says so: then `pause_seconds` tells how long nothing would happen.
        """
        if self.state is State.RUNNING:
            self._run(budget)
        else:
            while self.has_keys and self.state not in (State.RUNNING, State.ENDED):
                self._take_key()
        self._tell_files()
        return self.state

    @property
    def pause_seconds(self) -> float:
        """How long a front end may sleep before the next step; 0 without a set speed."""
        return self._pace.pause_seconds if self.state is State.RUNNING else 0.0

    def _run(self, wanted: int) -> None:
        budget = self._pace.statements(wanted)
        if not budget and not self._keyboard.keys:
            return
        if self._live:
            self.machine.give_keys(self._keyboard.take_all())
        elif self._keyboard.take_due_break(budget):
            self.machine.request_break()
        if budget:
            stop = self.machine.run(budget)
            self._pace.took(budget if stop.reason is StopReason.SLICE else 0)
            self._stopped(stop)

    def _start(self) -> None:
        self._keyboard.begin_run()
        self._set_state(State.RUNNING)

    # ---- keys -------------------------------------------------------------------------

    def _take_key(self) -> None:
        key = self._keyboard.next()
        if key == CONTROL_O:
            self._toggle_output()
            key = NUL
        if self._edit is not None:
            self._edit_key(self._edit, key)
        elif self._keys_wanted:
            self._answer_key(key)
        else:
            self._line_key(key)

    def _toggle_output(self) -> None:
        if self._output.hidden:
            self._show_output()
            self._echo(b"^O\r\n")
        else:
            self._echo(b"^O\r\n")
            self._output.hidden = True

    def _show_output(self) -> None:
        """End what Ctrl-O began. Nothing was printed meanwhile, so the cursor is where it was: in column 1."""
        if self._output.hidden:
            self._output.hidden = False
            self.machine.set_register(layout.COLUMN, 0)

    def _answer_key(self, key: int) -> None:
        """A key for INPUT$, which echoes nothing; after Ctrl-C comes Ok without a word."""
        if key == CONTROL_C:
            self._keys_wanted = 0
            self.machine.input.keys.clear()
            self.last_stop = self.machine.break_waiting()
            self._ready()
            return
        self._keys_wanted -= 1
        self.machine.give_keys(bytes((key,)))
        if not self._keys_wanted:
            self._start()

    def _line_key(self, key: int) -> None:
        self._echo_of_key(key, self._entry.feed(key))
        match self._entry.outcome:
            case Entry.LINE:
                self._line_typed(self._entry.text)
            case Entry.CANCELLED:
                self._line_cancelled()
            case Entry.NO_ORIGINAL:
                self._line_lost()
            case Entry.TYPING:
                pass

    def _echo_of_key(self, key: int, echo: bytes) -> None:
        if key == CONTROL_C:
            self._show_output()
        self._echo(echo)

    def _echo(self, echo: bytes) -> None:
        if self._echoing:
            self.machine.write(echo)
        elif echo.endswith(b"\r\n"):
            self.machine.fresh_line()

    # ---- lines ------------------------------------------------------------------------

    def _line_typed(self, text: bytes) -> None:
        match self.state:
            case State.WAITING:
                self.machine.give_line(text)
                self._start()
            case State.AUTO:
                self._auto_line(text)
            case _:
                self._command_line(text)

    def _line_cancelled(self) -> None:
        match self.state:
            case State.WAITING:
                self._stopped(self.machine.break_waiting())
            case State.AUTO:
                self._auto.stop()
                self._ready()
            case _:
                self._await_line()

    def _line_lost(self) -> None:
        """Ctrl-A, then A: an error, and `.` is no line any more (direct/break/ctrl_a_repeat)."""
        self.machine.current_line = _NO_LINE
        line = self.machine.break_waiting().line if self.state is State.WAITING else None
        self._report(ErrorCode.UNDEFINED_LINE_NUMBER, line)

    def _command_line(self, text: bytes) -> None:
        command = None if self.strict else split_command(text)
        if command is None or not self._debug(lambda: self._debug_prompt().execute(*command)):
            self._basic_line(text)

    def _basic_line(self, text: bytes) -> None:
        try:
            line = read_line(text, self._warn)
        except BasicError as error:
            self._fail(error.code)
            return
        match line:
            case None:
                self._await_line()
            case Keep():
                self._keep(line)
            case _:
                self.machine.start_direct(line.body)
                self._start()

    def _auto_line(self, text: bytes) -> None:
        number = self._auto.take()
        if text:
            self._keep_text(number, text)
        else:
            self._await_line()

    def _keep_text(self, number: int, text: bytes) -> None:
        try:
            line = keep(number, text, self._warn)
        except BasicError as error:
            self._fail(error.code)
        else:
            self._keep(line)

    def _keep(self, line: Keep) -> None:
        machine = self.machine
        try:
            machine.program.check_not_protected()
            machine.current_line = line.number
            if line.body:
                machine.enter_line(line.number, line.body)
            else:
                machine.delete_line(line.number)
        except BasicError as error:
            self._fail(error.code)
        else:
            self._lines_changed((line.number,))
            self._await_line()

    def _fail(self, code: int) -> None:
        """An error found before anything executes: as if `ERROR code` had been typed, so that ON ERROR sees it."""
        self.machine.start_direct(crunch(b"ERROR %d" % code, self._warn))
        self._start()

    # ---- the debugger -----------------------------------------------------------------

    def _debug(self, command: Callable[[], Outcome]) -> bool:
        """Do a command of the debugger, if the prompt waits; False where it is no such command but BASIC."""
        if self.state is not State.READY:
            return True
        try:
            outcome = command()
        except BasicError as error:
            self._report(error.code, None)
            return True
        match outcome:
            case Outcome.BASIC:
                return False
            case Outcome.DONE:
                self._ready_again()
            case Outcome.RUN:
                self._start()
        return True

    def _debug_prompt(self) -> "DebugPrompt":
        from mbasic.session.debug_prompt import DebugPrompt  # few sessions need it
        from mbasic.session.settings_prompt import SettingsPrompt

        settings = SettingsPrompt(self.settings, self._take_settings)
        return DebugPrompt(self.machine, self._breakpoints_changed, self._watches_changed, settings)

    def _continue(self) -> Outcome:
        self.machine.start_cont()
        return Outcome.RUN

    def mark_breakpoint(self, line: int, statement: int = 1, on: bool = True) -> None:
        """Set or clear a breakpoint; one that cannot be set is not, as the event that follows tells."""
        with suppress(BasicError):
            self._debug_prompt().mark(Place(line, statement), on)
        self._breakpoints_changed()

    def _breakpoints_changed(self) -> None:
        self._told_breakpoints = self._breakpoints()
        self._tell(BreakpointsEvent(self._told_breakpoints))

    def _breakpoints(self) -> tuple[tuple[int, int], ...]:
        return tuple((place.line, place.statement) for place in sorted(self.machine.debugger.breakpoints))

    def _watches_changed(self) -> None:
        self._tell(WatchesEvent(tuple(variable.text() for variable in self.machine.debugger.watches)))

    # ---- commands of front ends ---------------------------------------------------------

    def _refuse(self, text: str) -> None:
        self._tell(RefusedEvent(text))

    def _run_to(self, goal: Place) -> None:
        if self._debug_prompt().run_to(goal) is Outcome.RUN:
            self._start()

    def _watch(self, text: bytes, on: bool) -> None:
        variable = self._variable(text)
        if variable is None:
            return
        if on:
            self.machine.debugger.watch(variable)
        else:
            self.machine.debugger.clear_watches(variable)
        self._watches_changed()

    def _variable(self, text: bytes) -> VariableName | None:
        from mbasic.session.variable_text import read_variable

        variable = read_variable(text)
        if variable is None:
            self._refuse(f"{text.decode('latin-1')} is not the name of a variable")
        return variable

    def _set_variable(self, text: bytes, value: bytes) -> None:
        from mbasic.machine.assignment import assign

        variable = self._variable(text)
        if variable is not None:
            assign(self.machine, variable, value)

    def _profile(self, on: bool, clear: bool) -> None:
        if clear:
            self.machine.debugger.clear_profile()
        self.machine.debugger.set_profiling(on)

    def _change_files(self, command: FileCommand) -> None:
        from mbasic.session.prompt_commands import change_files

        change_files(self.machine.disk, command)

    def _type_unseen(self, command: PromptCommand) -> None:
        """Execute the line that a person would type for `command`, without showing it."""
        from mbasic.session.prompt_commands import direct_line

        self.machine.start_direct(crunch(direct_line(command), self._warn))
        self._start()

    def _edit_text(self, text: bytes) -> None:
        from mbasic.session.program_text import TextReader

        program = self.machine.program
        if self._text_reader is None:
            self._text_reader = TextReader()
        changes = self._text_reader.changes(text, {} if program.protected else dict(program))
        if changes.bodies:
            program.check_not_protected()
            self.machine.change_lines(changes.bodies)
            self._lines_changed(changes.bodies)
        if changes.refused:
            number, code = min(changes.refused.items())
            self._refuse(f"line {number} is not in the program: {error_text(code).decode()}")

    # ---- stops ------------------------------------------------------------------------

    def _report_place(self, stop: Stop) -> None:
        """The debugger has stopped: what changed, and the statement that is next."""
        from mbasic.session.debug_text import stop_lines  # few sessions need it

        self._show_output()
        self.machine.fresh_line()
        self.machine.write(b"\r\n".join(stop_lines(self.machine, stop)))
        self._ready_again()

    def _ready_again(self) -> None:
        """Print Ok, and change nothing of the program's: not the paper, not the error it may be handling."""
        self.machine.fresh_line()
        if self._prompting:
            self.machine.write(b"Ok\r\n")
        self._await_line()

    def _warn(self, code: int) -> None:
        self.machine.warn(code)
        self.machine.flush()

    # ---- settings ---------------------------------------------------------------------

    @property
    def strict(self) -> bool:
        """The prompt knows no commands but those of MBASIC 5.21."""
        return self._always_strict or bool(self.settings.get("strict"))

    def _change_settings(self, command: SettingsCommand) -> None:
        """Change settings without typing it; what is refused or not kept is an event."""
        before = self.settings.values()
        try:
            match command:
                case SetSetting(key, value):
                    self.settings.set(key, value)
                case ResetSettings(key):
                    self.settings.reset(key)
                case RefreshSettings():
                    self.settings.refresh()
        except SettingsError as error:
            key = None if isinstance(command, RefreshSettings) else command.key
            self._tell(SettingRefusedEvent(key, str(error)))
        after = self.settings.values()
        self._take_settings({name: value for name, value in after.items() if before[name] != value})

    def _take_settings(self, changed: dict[str, Value]) -> list[str]:
        """Let the changed settings take effect; return what there is to say about it."""
        notices: list[str] = []
        for key, value in changed.items():
            notices += self._apply_setting(key, value)
            self._tell(SettingsChangedEvent(key, value))
        return notices

    def _apply_setting(self, key: str, value: Value) -> list[str]:
        """The settings that are not asked for when they are needed. `engine`: engine_choice.py."""
        match key:
            case "console_width":
                self.machine.set_register(layout.WIDTH, int(value))
            case "case_style":
                self.machine.commands.spelling = Spelling(str(value))
            case "speed":
                self._pace.mhz = float(value)
            case "engine":
                notice = engine_notice(str(value))
                return [notice] if notice else []
            case "strict" if value:
                return ["from now on MBASIC 5.21 only; mbasic settings set strict false, in a shell, ends it"]
            case _:
                pass
        return []

    # ---- EDIT -------------------------------------------------------------------------

    def _edit_program_line(self, number: int, error_line: int | None) -> None:
        """Begin EDIT; a line that cannot be edited is an error in `error_line`."""
        self.machine.current_line = number
        if self.machine.program.protected:
            self._report(ErrorCode.ILLEGAL_FUNCTION_CALL, error_line)
            return
        body = self.machine.program.body(number)
        if body is None:
            self._report(ErrorCode.UNDEFINED_LINE_NUMBER, error_line)
            return
        self._edit = EditMode(text=bytearray(list_body(body)[:LINE_LIMIT]), prompt=b"%d " % number)
        self._edit_line = number
        self.machine.write(self._edit.prompt)
        self._set_state(State.EDITING)

    def _edit_key(self, edit: EditMode, key: int) -> None:
        self._echo(edit.feed(key))
        if edit.outcome is EditOutcome.EDITING:
            return
        text = bytes(edit.text)
        self._edit = None
        self._entry.remember(text)
        match edit.outcome:
            case EditOutcome.KEPT:
                self._keep_text(self._edit_line, text)
            case EditOutcome.QUIT:
                self._ready()
            case EditOutcome.AGAIN:
                self._edit_program_line(self._edit_line, None)

    # ---- stops ------------------------------------------------------------------------

    def _stopped(self, stop: Stop) -> None:
        if self.machine.program.version != self._known_program:
            self._program_changed()
        if stop.reason is StopReason.SLICE:
            return
        self.last_stop = stop
        if self._live and stop.reason is not StopReason.KEY:
            self._keyboard.put_back(bytes(self.machine.input.keys))
            self.machine.input.keys.clear()
        match stop.reason:
            case StopReason.INPUT:
                self._entry.begin(stop.same_line)
                self._set_state(State.WAITING)
            case StopReason.KEY:
                self._keys_wanted = stop.count
                self._set_state(State.KEYS)
            case _:
                self._tell_stop(stop)
                self._ended(stop)

    def _ended(self, stop: Stop) -> None:
        match stop.reason:
            case StopReason.ERROR:
                self._report(stop.code, stop.line)
            case StopReason.BREAK | StopReason.STOP:
                self._report_break(stop)
            case StopReason.BREAKPOINT | StopReason.STEP | StopReason.WATCH:
                self._report_place(stop)
            case StopReason.SYSTEM:
                self.leave()
            case StopReason.EDIT:
                self._begin_edit_command(stop)
            case StopReason.AUTO:
                self._begin_auto(stop)
            case _:
                self._ready(stop.line)

    def _begin_edit_command(self, stop: Stop) -> None:
        number = self.machine.current_line if stop.number == -1 else stop.number or 0
        self._edit_program_line(number, stop.line)

    def _begin_auto(self, stop: Stop) -> None:
        number = self.machine.current_line if stop.number == -1 else stop.number
        self._auto.start(number, stop.increment, stop.comma)
        self._await_line()

    def _report(self, code: int, line: int | None) -> None:
        self.last_stop = Stop(reason=StopReason.ERROR, line=line, code=code)
        self._show_output()
        self.machine.fresh_line()
        self.machine.write(error_text(code) + _in_line(line))
        self._ready(line)

    def _report_break(self, stop: Stop) -> None:
        """STOP or Ctrl-C; while INPUT waited, the editor has already shown the ^C."""
        self._show_output()
        if stop.reason is StopReason.BREAK and self.state is State.RUNNING:
            self._echo(b"^C\r\n")
        self.machine.fresh_line()
        self.machine.write(b"Break" + _in_line(stop.line))
        self._ready(stop.line)

    def _ready(self, stopped_in: int | None = None) -> None:
        """Print Ok; then a Syntax error that nothing has resumed opens its line (direct/edit/only_syntax_edits)."""
        self._show_output()
        self.machine.printer.fresh_line()
        self.machine.fresh_line()
        if not self._prompting:
            self._set_state(State.READY)
            return
        self.machine.write(b"Ok\r\n")
        faulty = self._take_syntax_error()
        if faulty is None:
            self._await_line()
        else:
            self._edit_program_line(faulty, stopped_in)

    def _take_syntax_error(self) -> int | None:
        """Return the line of a Syntax error that ERR still holds, and set ERR to 0; None for the direct mode's."""
        machine = self.machine
        if machine.register(layout.ERR) != ErrorCode.SYNTAX_ERROR:
            return None
        machine.set_register(layout.ERR, 0)
        line = machine.register(layout.ERL)
        return None if line == DIRECT_LINE else line

    def _await_line(self) -> None:
        """Wait for a line, behind the number AUTO offers, or for the rest of the one a LOAD left unfinished."""
        if self._auto.line is not None:
            there = self._auto.line in self.machine.program
            self.machine.write(b"%d%s" % (self._auto.line, b"*" if there else b" "))
            self._set_state(State.AUTO)
        else:
            self._set_state(State.READY)
        unread, self.machine.unread = self.machine.unread, b""
        if unread:
            self._entry.begin_with(unread)
        else:
            self._entry.begin()

    # ---- the whole state --------------------------------------------------------------

    def to_plain(self) -> "SessionState":
        """Return everything as plain data; between two calls of `step`."""
        from mbasic.session.session_state import SessionState

        machine = self.machine
        return SessionState(
            machine=machine.snapshot(at_rest=self.state not in (State.RUNNING, State.WAITING, State.KEYS)),
            state=self.state,
            echoing=self._echoing,
            prompting=self._prompting,
            live=self._live,
            strict=self._always_strict,
            hidden=self._output.hidden,
            offset=self._output.offset,
            program_version=self.program_version,
            last_stop=self.last_stop,
            keyboard=self._keyboard,
            entry=self._entry,
            auto=self._auto,
            edit=self._edit,
            edit_line=self._edit_line,
            keys_wanted=self._keys_wanted,
            unread=machine.unread,
            break_due=machine.break_is_due,
            debugger=machine.debugger.to_plain(),
        )

    def from_plain(self, plain: "SessionState") -> None:
        """Take over what to_plain gave. Raises SnapshotError, changing nothing, where the machine's part is none."""
        self.machine.restore(plain.machine)
        self.state, self.last_stop = plain.state, plain.last_stop
        self._echoing, self._prompting = plain.echoing, plain.prompting
        self._live, self._always_strict = plain.live, plain.strict
        self._output.hidden, self._output.offset = plain.hidden, plain.offset
        self.program_version = plain.program_version
        self._keyboard, self._entry, self._auto = plain.keyboard, plain.entry, plain.auto
        self._edit, self._edit_line, self._keys_wanted = plain.edit, plain.edit_line, plain.keys_wanted
        self.machine.unread = plain.unread
        if plain.break_due:
            self.machine.request_break()
        self.machine.debugger.from_plain(plain.debugger)
        self._known_program = self.machine.program.version
        self._told_breakpoints = self._breakpoints()

    # ---- events out -------------------------------------------------------------------

    def _set_state(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self._tell(StateEvent(state))

    def _tell_stop(self, stop: Stop) -> None:
        if self._listener is None:
            return
        span = None
        if stop.line is not None and stop.statement is not None:
            from mbasic.session.answers import span_at

            span = span_at(self.machine, Place(stop.line, stop.statement))
        start, end = span or (None, None)
        message = error_text(stop.code).decode() if stop.reason is StopReason.ERROR else ""
        self._tell(StoppedEvent(stop.reason.value, stop.line, stop.code, stop.statement, start, end, message))

    def _program_changed(self) -> None:
        """Another program, or so many changes that all lines are told anew."""
        self._tell_program(None)
        if self._breakpoints() != self._told_breakpoints:
            self._breakpoints_changed()

    def _lines_changed(self, numbers: Iterable[int]) -> None:
        self._tell_program(numbers)

    def _tell_program(self, numbers: Iterable[int] | None) -> None:
        """Tell the lines of these numbers; None: all."""
        self.program_version += 1
        program = self.machine.program
        self._known_program = program.version
        if self._listener is None:
            return
        whole = numbers is None or program.protected
        lines = () if program.protected else _listed(program, numbers)
        self._tell(ProgramChangedEvent(self.program_version, lines, whole, program.protected))

    def _tell_files(self) -> None:
        if self._noted_disk is not None and (names := self._noted_disk.take_changed()):
            self._tell(FilesChangedEvent(names))

    def _tell(self, event: Event) -> None:
        if self._listener is not None:
            self._listener(event)


def _in_line(line: int | None) -> bytes:
    return b"" if line is None else b" in %d" % line


def _listed(program: Program, numbers: Iterable[int] | None) -> tuple[tuple[int, bytes | None], ...]:
    from mbasic.session.program_text import listed

    if numbers is None:
        return tuple((number, listed(number, body)) for number, body in program)
    bodies = ((number, program.body(number)) for number in sorted(numbers))
    return tuple((number, None if body is None else listed(number, body)) for number, body in bodies)
