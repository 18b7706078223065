r"""Stored lines, and the file that SAVE "X" writes: how a body is cut into tokens, and how lines are packed.

    file   FF  line line ... line  00 00  1A
    line   link(2)  number(2)  body  00             words low byte first

A link is the address of the next line; the first line stands at 61CA. LOAD does not trust links: it finds a line's
end by walking its body (tests/transcripts/direct/files/load_relinks). What comes after 1A is filler. A body holds
no 00 except inside these constants:

    0B lo hi   &O                 0F n      10 to 255            1D + 4   single
    0C lo hi   &H                 11 to 1A  0 to 9               1F + 8   double
    0E lo hi   line number        1C lo hi  256 to 32767

0D lo hi is a line's address; only the original's memory holds it. Inside quotes and behind REM and DATA a byte of
that kind is a character, no constant.
"""

import re
from collections.abc import Callable, Iterable
from struct import Struct

HEADER = 0xFF
END_MARK = b"\x1a"
FIRST_ADDRESS = 0x61CA

OCTAL = 0x0B
HEXADECIMAL = 0x0C
LINE_ADDRESS = 0x0D
LINE_NUMBER = 0x0E
BYTE = 0x0F
DIGIT_0 = 0x11
DIGIT_9 = 0x1A
WORD = 0x1C
SINGLE = 0x1D
DOUBLE = 0x1F

_LENGTHS = {
    **dict.fromkeys(range(DIGIT_0, DIGIT_9 + 1), 1),
    **dict.fromkeys((OCTAL, HEXADECIMAL, LINE_ADDRESS, LINE_NUMBER, WORD), 3),
    BYTE: 2,
    SINGLE: 5,
    DOUBLE: 9,
}

_LINE_HEAD = Struct("<HH")
TEXT = rb'"[^"\0]*+"?+|\x8f[^\0]*+|\x84(?:[^":\0]|"[^"\0]*+"?+)*+'
CONSTANT = rb"[\x0b\x0c\x0d\x1c]..|\x0f.|\x1d.{4}|\x1f.{8}"
"""Patterns of what has to be stepped over in a body: strings, remarks and DATA; all constants but line numbers."""
_PLAIN = rb'[^\0\x0b-\x0f\x1c\x1d\x1f"\x84\x8f\xff]++'
_BODY = re.compile(rb"(?:%b|%b|%b|\x0e..|\xff[^\0]?+)*+" % (_PLAIN, TEXT, CONSTANT), re.DOTALL)
_ERROR_GOTO = rb"\xa8[ \t\n]*+\x89[ \t\n]*+"
_REFERENCE = re.compile(rb"%b|%b|\xff.|(%b)?+\x0e(..)" % (TEXT, CONSTANT, _ERROR_GOTO), re.DOTALL)


def constant_length(code: int) -> int:
    """Return how many bytes the constant that begins with `code` takes, 0 if no constant begins so."""
    return _LENGTHS.get(code, 0)


def change_line_numbers(body: bytes, change: Callable[[int], int]) -> bytes:
    """Return `body` with `change` applied to each line number, but for the 0 of ON ERROR GOTO 0, which is none."""
    if LINE_NUMBER not in body:
        return body

    def changed(match: re.Match[bytes]) -> bytes:
        found = match[2]
        if found is None or (match[1] is not None and found == b"\0\0"):
            return match[0]
        number = change(int.from_bytes(found, "little"))
        return match[0][:-2] + number.to_bytes(2, "little")

    return _REFERENCE.sub(changed, body)


def encode(lines: Iterable[tuple[int, bytes]], base: int = FIRST_ADDRESS) -> bytes:
    """Return the file of these lines, without filler. In a program beyond 64 K the links start again at 0."""
    parts = [bytes((HEADER,))]
    address = base
    for number, body in lines:
        address += _LINE_HEAD.size + len(body) + 1
        link = (address & 0xFFFF) or 1  # 0 would end the program
        parts += (_LINE_HEAD.pack(link, number), body, b"\0")
    parts.append(b"\0\0" + END_MARK)
    return b"".join(parts)


def decode(data: bytes) -> list[tuple[int, bytes]]:
    """Return the lines of a tokenized file as they stand there. A file cut short gives its whole lines."""
    lines: list[tuple[int, bytes]] = []
    at = 1
    while len(data) >= at + _LINE_HEAD.size:
        link, number = _LINE_HEAD.unpack_from(data, at)
        end = body_end(data, at + _LINE_HEAD.size)
        if not link or data[end : end + 1] != b"\0":
            break
        lines.append((number, data[at + _LINE_HEAD.size : end]))
        at = end + 1
    return lines


def program_end(data: bytes) -> int:
    """Return the place behind the 00 00 that ends the program in a tokenized file."""
    at = 1
    while any(data[at : at + 2]):
        at = body_end(data, at + _LINE_HEAD.size) + 1
    return min(at + 2, len(data))


def body_end(data: bytes, start: int) -> int:
    """Return the place of the 00 that ends the body at `start` (the end of `data` if there is none)."""
    match = _BODY.match(data, start)
    assert match is not None  # it matches the empty text
    return match.end()
