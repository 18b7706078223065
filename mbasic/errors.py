"""The errors of MBASIC 5.21: numbers, texts and the exception that carries them.

Texts and numbers: tests/transcripts/errors/ (error_msg_*, untrapped_*). The numbers 21, 24 and 25 and all that the
table leaves out print `Unprintable error`.
"""

from enum import IntEnum


class ErrorCode(IntEnum):
    """What ERR holds."""

    NEXT_WITHOUT_FOR = 1
    SYNTAX_ERROR = 2
    RETURN_WITHOUT_GOSUB = 3
    OUT_OF_DATA = 4
    ILLEGAL_FUNCTION_CALL = 5
    OVERFLOW = 6
    OUT_OF_MEMORY = 7
    UNDEFINED_LINE_NUMBER = 8
    SUBSCRIPT_OUT_OF_RANGE = 9
    DUPLICATE_DEFINITION = 10
    DIVISION_BY_ZERO = 11
    ILLEGAL_DIRECT = 12
    TYPE_MISMATCH = 13
    OUT_OF_STRING_SPACE = 14
    STRING_TOO_LONG = 15
    STRING_FORMULA_TOO_COMPLEX = 16
    CANT_CONTINUE = 17
    UNDEFINED_USER_FUNCTION = 18
    NO_RESUME = 19
    RESUME_WITHOUT_ERROR = 20
    MISSING_OPERAND = 22
    LINE_BUFFER_OVERFLOW = 23
    FOR_WITHOUT_NEXT = 26
    WHILE_WITHOUT_WEND = 29
    WEND_WITHOUT_WHILE = 30
    FIELD_OVERFLOW = 50
    INTERNAL_ERROR = 51
    BAD_FILE_NUMBER = 52
    FILE_NOT_FOUND = 53
    BAD_FILE_MODE = 54
    FILE_ALREADY_OPEN = 55
    DISK_IO_ERROR = 57
    FILE_ALREADY_EXISTS = 58
    DISK_FULL = 61
    INPUT_PAST_END = 62
    BAD_RECORD_NUMBER = 63
    BAD_FILE_NAME = 64
    DIRECT_STATEMENT_IN_FILE = 66
    TOO_MANY_FILES = 67


_TEXTS = {
    1: b"NEXT without FOR",
    2: b"Syntax error",
    3: b"RETURN without GOSUB",
    4: b"Out of DATA",
    5: b"Illegal function call",
    6: b"Overflow",
    7: b"Out of memory",
    8: b"Undefined line number",
    9: b"Subscript out of range",
    10: b"Duplicate Definition",
    11: b"Division by zero",
    12: b"Illegal direct",
    13: b"Type mismatch",
    14: b"Out of string space",
    15: b"String too long",
    16: b"String formula too complex",
    17: b"Can't continue",
    18: b"Undefined user function",
    19: b"No RESUME",
    20: b"RESUME without error",
    22: b"Missing operand",
    23: b"Line buffer overflow",
    26: b"FOR Without NEXT",
    29: b"WHILE without WEND",
    30: b"WEND without WHILE",
    50: b"FIELD overflow",
    51: b"Internal error",
    52: b"Bad file number",
    53: b"File not found",
    54: b"Bad file mode",
    55: b"File already open",
    57: b"Disk I/O error",
    58: b"File already exists",
    61: b"Disk full",
    62: b"Input past end",
    63: b"Bad record number",
    64: b"Bad file name",
    66: b"Direct statement in file",
    67: b"Too many files",
}


def error_text(code: int) -> bytes:
    """Return what MBASIC prints for error `code` (1 to 255), without ` in <line>`."""
    return _TEXTS.get(code, b"Unprintable error")


class BasicError(Exception):
    """An error of the BASIC program; the machine adds the line, or hands it to ON ERROR.

    `code` is what ERR will hold: an ErrorCode, or any number 1 to 255 for ERROR n. `line` is set only where the
    error belongs to another line than the statement that runs (DATA, NEXT of another FOR).
    """

    def __init__(self, code: int, line: int | None = None) -> None:
        super().__init__(code)
        self.code = int(code)
        self.line = line


class Break(Exception):
    """Ctrl-C: stops the program; not an error, ON ERROR never sees it."""


class HostError(Exception):
    """Something outside of BASIC failed (a file, the terminal); the text tells the user what to do next."""
