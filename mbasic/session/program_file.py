"""Is this a program? Asked of every file that comes from outside: the command line, an upload.

LOAD itself never asks: like the original it types in whatever a file holds.
"""

from typing import Final

from mbasic.language import protected, tokenized
from mbasic.language.lexer import MAXIMUM_LINE_NUMBER

_SAMPLE: Final = 4096
_CONTROLS_OF_TEXT: Final = b"\a\b\t\n\f\r\x1a\x1b"
_BEFORE_A_NUMBER: Final = b"\0 \t\r\n"


def is_program(data: bytes) -> bool:
    """Tell whether `data` can be a program in one of the three kinds; a text may be any text."""
    match data[:1]:
        case b"\xff":
            return _is_tokenized(data)
        case b"\xfe":
            return _is_tokenized(data[:1] + protected.decipher(data[1:]))
        case _:
            return _is_text(data[:_SAMPLE].partition(tokenized.END_MARK)[0])


def _is_tokenized(data: bytes) -> bool:
    """There are whole lines, numbered in order; or the mark that there are none."""
    numbers = [number for number, _ in tokenized.decode(data)]
    if not numbers:
        return data[1:3] == b"\0\0"
    return numbers == sorted(set(numbers)) and numbers[-1] <= MAXIMUM_LINE_NUMBER


def _is_text(sample: bytes) -> bool:
    """Few controls but those of texts, and a first character that begins no picture, archive or executable.

    `sample` ends before the ^Z of a CP/M text: the filler behind it is whatever was in memory. Some systems fill a
    text with NULs instead; LOAD drops them, so they are nothing odd in what begins with a line number.
    """
    if sample.lstrip(_BEFORE_A_NUMBER)[:1].isdigit():
        sample = sample.replace(b"\0", b"")
    odd = sum(byte < 32 and byte not in _CONTROLS_OF_TEXT for byte in sample)
    return sample[:1] < b"\x7f" and odd * 20 <= len(sample)
