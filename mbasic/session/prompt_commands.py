"""Commands of a front end that a person could have typed: as the direct lines they are. And what is done with files."""

from typing import Final, assert_never

from mbasic.errors import BasicError, ErrorCode
from mbasic.language.lexer import MAXIMUM_LINE_NUMBER
from mbasic.runtime.file_names import parse_name
from mbasic.runtime.ports import Disk
from mbasic.session.forms import Form
from mbasic.session.messages import (
    DeleteLines,
    FileCommand,
    MergeFile,
    NewProgram,
    OpenFile,
    PromptCommand,
    RemoveFile,
    RenameFile,
    RenumberCommand,
    SaveFile,
    WriteFile,
)

_SAVE_TAILS: Final = {Form.TOKENIZED: b"", Form.ASCII: b",A", Form.PROTECTED: b",P"}
_NOT_IN_NAMES: Final = frozenset(b'"') | frozenset(range(32))


def direct_line(command: PromptCommand) -> bytes:
    """Return the line to type. Raises BasicError for names and numbers that cannot be typed."""
    match command:
        case NewProgram():
            return b"NEW"
        case OpenFile(name):
            return b'LOAD "%b"' % _typed_name(name)
        case MergeFile(name):
            return b'MERGE "%b"' % _typed_name(name)
        case SaveFile(name, form):
            return b'SAVE "%b"%b' % (_typed_name(name), _SAVE_TAILS[form])
        case RenumberCommand(new, old, step):
            return b"RENUM %d,%d,%d" % (_number(new), _number(old), _number(step))
        case DeleteLines(first, last):
            return b"DELETE %d-%d" % (_number(first), _number(last))
        case _:
            assert_never(command)


def _typed_name(name: bytes) -> bytes:
    if not name or _NOT_IN_NAMES & set(name):
        raise BasicError(ErrorCode.BAD_FILE_NAME)
    return name


def _number(number: int) -> int:
    if not 0 <= number <= MAXIMUM_LINE_NUMBER:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    return number


def change_files(disk: Disk, command: FileCommand) -> None:
    """Do what `command` says. Raises BasicError as the disk does, BAD_FILE_NAME for names that no program can say."""
    match command:
        case WriteFile(name, data):
            disk.write(_disk_name(name), data)
        case RemoveFile(name):
            disk.remove(_disk_name(name))
        case RenameFile(old, new):
            disk.rename(_disk_name(old), _disk_name(new))
        case _:
            assert_never(command)


def _disk_name(name: bytes) -> bytes:
    if _NOT_IN_NAMES & set(name) or parse_name(name) != name:
        raise BasicError(ErrorCode.BAD_FILE_NAME)
    return name
