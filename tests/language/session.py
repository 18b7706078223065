"""A prompt that knows lines, LIST, RENUM, DELETE and NEW: enough to replay how programs were entered."""

import re
from pathlib import Path

from mbasic.errors import BasicError, ErrorCode, error_text
from mbasic.language.lexer import crunch, split_line_number
from mbasic.language.lister import list_line
from mbasic.language.program import Program

_LIST = re.compile(rb"LIST(?: (\d+))?")
_RENUM = re.compile(rb"RENUM(?: (\d+))?(?:,(\d*))?(?:,(\d+))?")
_DELETE = re.compile(rb"DELETE (\d+)(?:-(\d+))?")


class Session:
    """What the original should have shown so far (`output`), and the line that this prompt does not know (`left`)."""

    def __init__(self) -> None:
        self.program = Program()
        self.output = b"Ok\n"
        self.left = b""

    def type_line(self, text: bytes) -> bool:
        """Show and obey a line; False if it is none of those known here."""
        number, rest = split_line_number(text)
        known = number is not None or any(form.fullmatch(text) for form in (_LIST, _RENUM, _DELETE)) or text == b"NEW"
        if not known:
            self.left = text
            return False
        self.print_line(text)
        try:
            if number is None:
                self.command(text)
            else:
                self.program.store_or_remove(number, crunch(rest, self.warn))
        except BasicError as error:
            self.print_line(error_text(error.code))
            self.print_line(b"Ok")
        else:
            self.output += b"" if number is not None else b"Ok\n"
        return True

    def command(self, text: bytes) -> None:
        if found := _LIST.fullmatch(text):
            lines = self.program.lines(int(found[1]), int(found[1])) if found[1] else self.program.lines()
            for number, body in lines:
                self.print_line(list_line(number, body))
        elif found := _RENUM.fullmatch(text):
            for undefined, line in self.program.renumber(int(found[1] or 10), int(found[2] or 0), int(found[3] or 10)):
                self.print_line(b"Undefined line %d in %d" % (undefined, line))
        elif found := _DELETE.fullmatch(text):
            self.program.remove_range(int(found[1]), int(found[2] or found[1]))
        else:
            self.program.clear()

    def print_line(self, text: bytes) -> None:
        """Write a line on a console of 80 columns: tabs become blanks, and a full line is broken."""
        shown = text.expandtabs(8)
        self.output += b"\n".join([shown[at : at + 80] for at in range(0, len(shown), 80)] or [b""]) + b"\n"

    def warn(self, code: int) -> None:
        assert code == ErrorCode.OVERFLOW
        self.print_line(b"Overflow")


def replay(keys: Path) -> Session:
    """Type the lines of a session up to the first that this prompt does not know."""
    session = Session()
    for line in keys.read_bytes().splitlines():
        if not session.type_line(line):
            break
    return session
