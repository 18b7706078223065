"""The program in memory: numbered bodies in order, and all that changes or saves them as a whole.

Files are told apart by their first byte: FF tokenized, FE protected, anything else text. A text file is typed in,
line by line: lines in any order, later ones replace earlier ones, a number alone deletes; ^Z ends it. LOAD forgets
the old program before (machine and Program.load), MERGE does not.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from mbasic.errors import BasicError, ErrorCode
from mbasic.language import protected, tokenized
from mbasic.language.lexer import MAXIMUM_LINE_NUMBER, crunch, split_line_number
from mbasic.language.lister import list_line
from mbasic.values.warn import Warn

MAXIMUM_TYPED = 255
"""A line of a text file may be as long as a typed one (tests/transcripts/direct/files/load_long_line)."""

_BLANKS = b" \t\n"
_CARRIAGE_RETURN = re.compile(rb"\r\n?")
_ANY_LINE_END = re.compile(rb"[\r\n]")


class Program:
    """Lines by number. `version` grows with every change of a line; `protected` comes from a file saved with ,P."""

    __slots__ = ("_bodies", "_numbers", "protected", "version")

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._bodies: dict[int, bytes] = {}
        self.protected = False
        self.version = 0

    # ---- reading ------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: int) -> bool:
        return number in self._bodies

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """(number, body) in order of the numbers. The program must not change meanwhile."""
        bodies = self._bodies
        return ((number, bodies[number]) for number in self._numbers)

    def body(self, number: int) -> bytes | None:
        return self._bodies.get(number)

    def number_at(self, index: int) -> int:
        return self._numbers[index]

    def body_at(self, index: int) -> bytes:
        return self._bodies[self._numbers[index]]

    def index_of(self, number: int) -> int | None:
        """Return the place of a line in the program, None if there is no such line."""
        return self.index_from(number) if number in self._bodies else None

    def index_from(self, number: int) -> int:
        """Return the place of the first line that has this number or a larger one; len(program) if none has."""
        return bisect_left(self._numbers, number)

    def lines(self, first: int = 0, last: int = MAXIMUM_LINE_NUMBER) -> list[tuple[int, bytes]]:
        """Return the lines from `first` to `last`, both included, as LIST takes them."""
        chosen = self._numbers[self.index_from(first) : bisect_right(self._numbers, last)]
        return [(number, self._bodies[number]) for number in chosen]

    # ---- changing -----------------------------------------------------------------

    def clear(self) -> None:
        """NEW: no lines, no protection."""
        self._numbers.clear()
        self._bodies.clear()
        self.protected = False
        self.version += 1

    def store(self, number: int, body: bytes) -> None:
        """Insert or replace a line."""
        if number not in self._bodies:
            insort(self._numbers, number)
        self._bodies[number] = body
        self.version += 1

    def remove(self, number: int) -> None:
        """Delete a line. Raises BasicError(UNDEFINED_LINE_NUMBER) if it is not there."""
        if number not in self._bodies:
            raise BasicError(ErrorCode.UNDEFINED_LINE_NUMBER)
        del self._bodies[number]
        del self._numbers[self.index_from(number)]
        self.version += 1

    def remove_range(self, first: int, last: int) -> None:
        """DELETE first-last: the last must be there, the first need not (tests/transcripts/direct/delete/errors)."""
        start, end = self.index_from(first), self.index_of(last)
        if end is None or end < start:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        for number in self._numbers[start : end + 1]:
            del self._bodies[number]
        del self._numbers[start : end + 1]
        self.version += 1

    def store_or_remove(self, number: int, body: bytes) -> None:
        """What a typed line does: a body of blanks only deletes the line, also if a file brings it."""
        if body.strip(_BLANKS):
            self.store(number, body)
        else:
            self.remove(number)

    def check_not_protected(self) -> None:
        """Raise BasicError(ILLEGAL_FUNCTION_CALL) if the program must not be seen or changed."""
        if self.protected:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)

    def renumber(self, new: int = 10, old: int = 0, increment: int = 10) -> list[tuple[int, int]]:
        """RENUM: number the lines from `old` on anew, and all line numbers that the program refers to.

        Returns (undefined line, old number of the line that refers to it) in program order; such references stay.
        Raises BasicError(ILLEGAL_FUNCTION_CALL), changing nothing, if a line would get a number over 65529 or come
        before lines that keep theirs (tests/transcripts/direct/renum).
        """
        start = self.index_from(old)
        moved = self._numbers[start:]
        largest = new + increment * (len(moved) - 1)
        if increment <= 0 or self.index_from(new) < start or (moved and largest > MAXIMUM_LINE_NUMBER):
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        new_numbers = {number: number for number in self._numbers[:start]}
        new_numbers |= {number: new + increment * place for place, number in enumerate(moved)}
        undefined: list[tuple[int, int]] = []
        bodies = {new_numbers[number]: _renumber_body(number, body, new_numbers, undefined) for number, body in self}
        self._replace(bodies)
        return undefined

    def _replace(self, bodies: dict[int, bytes]) -> None:
        self._bodies = bodies
        self._numbers = sorted(bodies)
        self.version += 1

    # ---- loading ------------------------------------------------------------------

    def load_bytes(self, data: bytes, warn: Warn) -> bytes:
        """LOAD: forget this program and read a file of any kind. Returns and raises what load_ascii does."""
        self.clear()
        if data[:1] == bytes((tokenized.HEADER,)):
            self._replace(dict(tokenized.decode(data)))
        elif data[:1] == bytes((protected.HEADER,)):
            self.protected = True
            self._replace(dict(tokenized.decode(data[:1] + protected.decipher(data[1:]))))
        else:
            return self.load_ascii(data, warn)
        return b""

    def merge(self, data: bytes, warn: Warn) -> bytes:
        """MERGE: type a text file in. Raises BAD_FILE_MODE for other kinds, else as load_ascii."""
        self.check_not_protected()
        if data[:1] in (bytes((tokenized.HEADER,)), bytes((protected.HEADER,))):
            raise BasicError(ErrorCode.BAD_FILE_MODE)
        return self.load_ascii(data, warn)

    def load_ascii(self, data: bytes, warn: Warn) -> bytes:
        """Type in a text file: the lines before an error stay.

        Returns what stands behind the last line end, which the original leaves in its input: the next typed line is
        the rest of it (tests/transcripts/direct/files/load_no_final_return). A file without any CR LF is no file of
        CP/M: there LF ends a line, and so does the end of the file. Where there is a CR LF, a LF alone is a character.

        Raises BasicError: DIRECT_STATEMENT_IN_FILE for a line without number, LINE_BUFFER_OVERFLOW with the line,
        UNDEFINED_LINE_NUMBER for the number of no line alone, and what crunch raises.
        """
        lines, rest = split_lines(data)
        for line in lines:
            self.load_line(line, warn)
        return rest

    def load_line(self, text: bytes, warn: Warn) -> None:
        """Type in one line of a text file. Raises what load_ascii does."""
        number, rest = split_line_number(text)
        if len(text) > MAXIMUM_TYPED:
            raise BasicError(ErrorCode.LINE_BUFFER_OVERFLOW, number)
        if number is None and not text.strip(_BLANKS):
            return
        body = crunch(rest, warn)
        if number is None:
            raise BasicError(ErrorCode.DIRECT_STATEMENT_IN_FILE)
        self.store_or_remove(number, body)

    # ---- saving -------------------------------------------------------------------

    def save_ascii(self) -> bytes:
        """Return the file of SAVE ,A, without filler behind its ^Z. Refused if the program is protected."""
        self.check_not_protected()
        return b"".join([list_line(number, body) + b"\r\n" for number, body in self]) + tokenized.END_MARK

    def save_tokenized(self) -> bytes:
        """Return the file of SAVE, without filler behind its 1A. Refused if the program is protected."""
        self.check_not_protected()
        return tokenized.encode(self)

    def save_protected(self) -> bytes:
        """Return the file of SAVE ,P, without filler behind its 1A. The program in memory is not protected by it."""
        plain = tokenized.encode(self)[1 : -len(tokenized.END_MARK)]
        return bytes((protected.HEADER,)) + protected.encipher(plain) + tokenized.END_MARK


def split_lines(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the lines of a text file, and what stands behind the last line end."""
    text = data.partition(tokenized.END_MARK)[0].replace(b"\0", b"")
    if b"\r\n" not in text:
        return _ANY_LINE_END.split(text), b""
    *lines, rest = _CARRIAGE_RETURN.split(text)
    return lines, rest


def _renumber_body(number: int, body: bytes, new_numbers: dict[int, int], undefined: list[tuple[int, int]]) -> bytes:
    def change(line: int) -> int:
        if line not in new_numbers:
            undefined.append((line, number))
        return new_numbers.get(line, line)

    return tokenized.change_line_numbers(body, change)
