"""The commands at the Ok prompt that MBASIC 5.21 did not have: BREAK STEP WATCH STACK VARS PROFILE HELP, and settings.

Extensions, all of them: what they do not understand is left to BASIC, which finds a Syntax error.
"""

import re
from collections.abc import Callable
from typing import Final

from mbasic.errors import BasicError, ErrorCode
from mbasic.machine.debugger import StepKind
from mbasic.machine.machine import Machine
from mbasic.machine.places import Place, statements_in
from mbasic.session import debug_text
from mbasic.session.debug_words import Outcome
from mbasic.session.settings_prompt import SettingsPrompt
from mbasic.session.variable_text import read_variable

_PLACE: Final = re.compile(rb"([0-9]{1,5})(?:\.([0-9]{1,3}))?")
_COUNT: Final = re.compile(rb"[0-9]{1,6}")
_PATTERN: Final = re.compile(rb"[A-Z0-9.*?]+[%!#$]?")
_CLEAR: Final = re.compile(rb"CLEAR(?:\s+(.*))?")


class DebugPrompt:
    """The commands, on a machine; `breakpoints`, `watches` are called when some were set or cleared."""

    __slots__ = ("_commands", "_machine", "_settings", "_tell_breakpoints", "_tell_watches")

    def __init__(
        self,
        machine: Machine,
        breakpoints: Callable[[], None],
        watches: Callable[[], None],
        settings: SettingsPrompt,
    ) -> None:
        self._machine = machine
        self._settings = settings
        self._tell_breakpoints = breakpoints
        self._tell_watches = watches
        self._commands: dict[bytes, Callable[[bytes], Outcome]] = {
            b"BREAK": self._break,
            b"STEP": self._step,
            b"WATCH": self._watch,
            b"STACK": self._stack,
            b"VARS": self._vars,
            b"PROFILE": self._profile,
            b"HELP": self._help,
            b"SHOW": self._show_settings,
            b"SET": self._set_setting,
            b"RESET": self._reset_settings,
        }

    def execute(self, word: bytes, rest: bytes) -> Outcome:
        """Do the command `word`. Raises BasicError."""
        self._machine.refresh()
        return self._commands[word](rest)

    def _print(self, lines: list[bytes], nothing: bytes) -> Outcome:
        for line in lines or [nothing]:
            self._machine.write(line)
            self._machine.newline()
        return Outcome.DONE

    # ---- BREAK

    def _break(self, rest: bytes) -> Outcome:
        if not rest:
            return self._print(debug_text.breakpoint_lines(self._machine), b"No breakpoints")
        if clear := _CLEAR.fullmatch(rest.upper()):
            return self._break_clear(clear[1] or b"")
        place = _PLACE.fullmatch(rest)
        if place is None:
            return Outcome.BASIC
        self.mark(Place(int(place[1]), int(place[2] or 1)), True)
        self._tell_breakpoints()
        return Outcome.DONE

    def mark(self, place: Place, on: bool) -> None:
        """Set or clear a breakpoint. UNDEFINED_LINE_NUMBER, ILLEGAL_FUNCTION_CALL for a statement that is not there."""
        if not on:
            self._machine.debugger.clear_breakpoints(place.line, place.statement)
            return
        self._check(place)
        self._machine.debugger.set_breakpoint(place)

    def _check(self, place: Place) -> None:
        self._machine.refresh()
        there = statements_in(self._machine.executor.source, place.line)
        if not there:
            raise BasicError(ErrorCode.UNDEFINED_LINE_NUMBER)
        if not 1 <= place.statement <= there:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)

    def run_to(self, goal: Place) -> Outcome:
        """Make ready to go on, or to begin, up to `goal`. Raises as `mark`."""
        self._check(goal)
        machine = self._machine
        if machine.can_continue:
            machine.start_cont()
        else:
            machine.start_run()
        machine.debugger.run_to(goal)
        return Outcome.RUN

    def _break_clear(self, rest: bytes) -> Outcome:
        place = _PLACE.fullmatch(rest)
        if rest and place is None:
            return Outcome.BASIC
        line = place and int(place[1])
        statement = int(place[2]) if place and place[2] else None
        found = self._machine.debugger.clear_breakpoints(line, statement)
        self._tell_breakpoints()
        return Outcome.DONE if found or not rest else self._print([], b"No breakpoint there")

    # ---- STEP

    def _step(self, rest: bytes) -> Outcome:
        match rest.upper():
            case b"OVER":
                return self.step(StepKind.OVER)
            case b"OUT":
                return self.step(StepKind.OUT)
            case b"LINE":
                return self.step(StepKind.LINE)
            case b"":
                return self.step(StepKind.INTO)
            case _:
                return self.step(StepKind.INTO, int(rest)) if _COUNT.fullmatch(rest) else Outcome.BASIC

    def step(self, kind: StepKind, count: int = 1) -> Outcome:
        """Make ready to go on by a step; to the first statement, where there is nothing to go on with."""
        machine = self._machine
        if count < 1:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        goes_on = machine.can_continue and not machine.debugger.ended
        if kind is StepKind.OUT and not (goes_on and machine.debugger.in_subroutine):
            return self._print([], b"No GOSUB to step out of")
        if goes_on:
            machine.start_cont()
            machine.debugger.step(kind, count)
        else:
            machine.start_run()
            machine.debugger.step_first(count)
        return Outcome.RUN

    # ---- WATCH

    def _watch(self, rest: bytes) -> Outcome:
        debugger, text = self._machine.debugger, rest.upper()
        if not text:
            return self._print(debug_text.watch_lines(self._machine), b"Nothing is watched")
        clear = _CLEAR.fullmatch(text)
        if clear and not clear[1]:
            debugger.clear_watches()
            self._tell_watches()
            return Outcome.DONE
        variable = read_variable(clear[1] if clear else text)
        if variable is None:
            return Outcome.BASIC
        if not clear:
            debugger.watch(variable)
        elif not debugger.clear_watches(variable):
            return self._print([], b"It is not watched")
        self._tell_watches()
        return Outcome.DONE

    # ---- looking

    def _stack(self, rest: bytes) -> Outcome:
        if rest:
            return Outcome.BASIC
        return self._print(debug_text.stack_lines(self._machine), b"No GOSUB, FOR or WHILE is open")

    def _vars(self, rest: bytes) -> Outcome:
        pattern = rest.upper()
        if pattern and not _PATTERN.fullmatch(pattern):
            return Outcome.BASIC
        return self._print(debug_text.variable_lines(self._machine, pattern), b"No variables")

    def _profile(self, rest: bytes) -> Outcome:
        debugger = self._machine.debugger
        match rest.upper():
            case b"":
                return self._print(
                    debug_text.profile_lines(self._machine), b"Nothing was counted: PROFILE ON, then RUN"
                )
            case b"ON" | b"OFF" as switch:
                debugger.set_profiling(switch == b"ON")
            case b"CLEAR":
                debugger.clear_profile()
            case _:
                return Outcome.BASIC
        return Outcome.DONE

    def _help(self, rest: bytes) -> Outcome:
        about = self._settings.help(rest)
        if about is not None:
            return self._print(about, b"")
        from mbasic.session.help_text import help_lines  # texts that few sessions need

        return self._print([line.encode() for line in help_lines(rest.decode("latin-1"))], b"")

    # ---- settings

    def _show_settings(self, rest: bytes) -> Outcome:
        lines = self._settings.show(rest)
        return Outcome.BASIC if lines is None else self._print(lines, b"No such setting")

    def _set_setting(self, rest: bytes) -> Outcome:
        lines = self._settings.set(rest)
        return Outcome.BASIC if lines is None else self._say(lines)

    def _reset_settings(self, rest: bytes) -> Outcome:
        lines = self._settings.reset(rest)
        return Outcome.BASIC if lines is None else self._say(lines)

    def _say(self, lines: list[bytes]) -> Outcome:
        return self._print(lines, b"") if lines else Outcome.DONE
