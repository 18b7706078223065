"""String functions. Strings are bytes, positions count from 1, lengths go to 255.

tests/transcripts/lang/strings, tests/transcripts/lang/functions
"""

from mbasic.errors import BasicError, ErrorCode
from mbasic.values import single
from mbasic.values.number_text import format_double, format_integer, format_single, val
from mbasic.values.warn import Warn

_CHARACTERS = tuple(bytes((code,)) for code in range(256))


def check_byte(value: int) -> int:
    """A number from 0 to 255, else ILLEGAL_FUNCTION_CALL."""
    if 0 <= value <= 255:
        return value
    raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)


def check_position(value: int) -> int:
    """A number from 1 to 255, else ILLEGAL_FUNCTION_CALL."""
    if 1 <= value <= 255:
        return value
    raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)


def too_long() -> None:
    """Refuse a string above 255 bytes."""
    raise BasicError(ErrorCode.STRING_TOO_LONG)


def left(text: bytes, count: int) -> bytes:
    """LEFT$."""
    return text[: check_byte(count)]


def right(text: bytes, count: int) -> bytes:
    """RIGHT$."""
    return text[max(0, len(text) - check_byte(count)) :]


def mid(text: bytes, start: int, count: int = 255) -> bytes:
    """MID$."""
    if 1 <= start <= 255 and 0 <= count <= 255:
        return text[start - 1 : start - 1 + count]
    raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)


def character(code: int) -> bytes:
    """CHR$."""
    if 0 <= code <= 255:
        return _CHARACTERS[code]
    raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)


def code(text: bytes) -> int:
    """ASC."""
    if text:
        return text[0]
    raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)


def spaces(count: int) -> bytes:
    """SPACE$."""
    return b" " * check_byte(count)


def repeat(count: int, filler: int) -> bytes:
    """STRING$(count, code)."""
    return _CHARACTERS[check_byte(filler)] * check_byte(count)


def repeat_text(count: int, text: bytes) -> bytes:
    """STRING$(count, text): its first character."""
    return _CHARACTERS[code(text)] * check_byte(count)


def find(start: int, text: bytes, wanted: bytes) -> int:
    """INSTR. An empty `wanted` is found where the search starts, unless the text ends before.

    tests/transcripts/lang/functions/instr_*
    """
    check_position(start)
    if start > len(text):
        return 0
    return text.find(wanted, start - 1) + 1


def hexadecimal(value: float) -> bytes:
    """HEX$ of an address."""
    return b"%X" % address(value)


def octal(value: float) -> bytes:
    """OCT$ of an address."""
    return b"%o" % address(value)


def address(value: float) -> int:
    """An address: -32768 to 65535, rounded, as 0 to 65535; else OVERFLOW.

    From 32768 on the original subtracts 65536 and rounds then (tests/transcripts/lang/functions/hex_*).
    """
    if isinstance(value, int) or value < 32768.0:
        return single.to_int(float(value)) & 0xFFFF
    if value < 65536.0:
        return single.to_int(value - 65536.0) & 0xFFFF
    raise BasicError(ErrorCode.OVERFLOW)


def number(text: bytes, warn: Warn) -> int:
    """VAL: a double word."""
    return val(text, warn)


def text_of_integer(value: int) -> bytes:
    """STR$ of an integer."""
    return format_integer(value)


def text_of_single(value: float) -> bytes:
    """STR$ of a single."""
    return format_single(value)


def text_of_double(value: int) -> bytes:
    """STR$ of a double."""
    return format_double(value)


def _bytes(text: bytes, count: int) -> int:
    if len(text) < count:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    return int.from_bytes(text[:count], "little")


def make_integer(value: int) -> bytes:
    """MKI$."""
    return (value & 0xFFFF).to_bytes(2, "little")


def make_single(value: float) -> bytes:
    """MKS$."""
    return single.to_bits(value).to_bytes(4, "little")


def make_double(value: int) -> bytes:
    """MKD$."""
    return value.to_bytes(8, "little")


def to_integer(text: bytes) -> int:
    """CVI."""
    word = _bytes(text, 2)
    return word - 65536 if word > 32767 else word


def to_single(text: bytes) -> float:
    """CVS."""
    return single.from_bits(_bytes(text, 4))


def to_double(text: bytes) -> int:
    """CVD."""
    return _bytes(text, 8)


def justify(value: bytes, length: int, right_side: bool) -> bytes:
    """LSET and RSET: `value` cut or filled with blanks to `length`; what is too long loses its end."""
    value = value[:length]
    return value.rjust(length) if right_side else value.ljust(length)


def replace(text: bytes, start: int, length: int, value: bytes) -> bytes:
    """MID$(text, start, length) = value; the text keeps its length."""
    check_position(start)
    check_byte(length)
    if start > len(text):
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    value = value[: min(length, len(text) - start + 1)]
    return text[: start - 1] + value + text[start - 1 + len(value) :]
