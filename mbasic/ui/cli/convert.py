"""`mbasic convert IN OUT`: a program file from one form to another, in the shell.

    OUT is a file         what SAVE writes: a text has CR LF and ends with ^Z, as ,A does
    OUT is `-`            a text has LF and no ^Z, like all that MBASIC writes on a pipe; unless a line holds a line
                          feed of its own, which only CR LF tells from a line's end. The other forms are the same

A file is written beside OUT and renamed when it is whole: whatever goes wrong, OUT is as it was.
"""

import argparse
import os
import stat
import sys
import tempfile
from contextlib import suppress
from typing import Final

from mbasic.errors import HostError
from mbasic.session.conversion import ConversionError, Converted, Form, convert, form_of, opposite
from mbasic.ui.cli.program_file import read_program, read_standard_input, why
from mbasic.ui.cli.words import WordParser

_PIPE: Final = "-"
_END_OF_TEXT: Final = b"\x1a"
_NEW_FILE_MODE: Final = 0o666


def _parser() -> argparse.ArgumentParser:
    parser = WordParser(
        prog="mbasic convert",
        description="Write the program file IN to OUT in another form. What IN is, its first byte tells. Without an "
        "option a text becomes tokenized, and the other two become text.",
        allow_abbrev=False,
    )
    forms = parser.add_mutually_exclusive_group()
    for form, text in (
        (Form.ASCII, "text, as SAVE ,A writes it"),
        (Form.TOKENIZED, "tokenized, as SAVE writes it"),
        (Form.PROTECTED, "protected, as SAVE ,P writes it"),
    ):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=text)
    parser.add_argument("source", metavar="IN", help="a program file; - is standard input")
    parser.add_argument("target", metavar="OUT", help="the file to write; - is standard output")
    return parser


def run_convert(words: list[str]) -> int:
    """Do what the words behind `mbasic convert` say; what is wrong with the file is a HostError of one line."""
    given = _parser().parse_args(words)
    _convert_file(given.source, given.target, given.form)
    return 0


def _convert_file(source: str, target: str, form: Form | None) -> None:
    name = "standard input" if source == _PIPE else source
    data = read_standard_input() if source == _PIPE else read_program(source)
    wanted = form or opposite(form_of(data))
    try:
        converted = convert(data, wanted)
    except ConversionError as error:
        raise HostError(f"{name}: {error}") from None
    _write(target, converted, wanted)
    for warning in converted.warnings:
        sys.stderr.write(f"mbasic: {name}: {warning}\n")


def _write(target: str, converted: Converted, form: Form) -> None:
    if target == _PIPE:
        text = form is Form.ASCII and not converted.needs_cr_lf
        _write_to_pipe(_as_host_text(converted.data) if text else converted.data)
    else:
        write_whole(target, converted.data)


def _as_host_text(data: bytes) -> bytes:
    return data.removesuffix(_END_OF_TEXT).replace(b"\r\n", b"\n")


def _write_to_pipe(data: bytes) -> None:
    try:
        with open(1, "wb", closefd=False) as file:
            file.write(data)
    except OSError as error:
        raise HostError(f"standard output: {why(error)}") from None


def write_whole(name: str, data: bytes) -> None:
    """Put `data` in the place of the file `name`, at once; a device or pipe is simply written to."""
    try:
        mode = _mode_of(name)
        if stat.S_ISREG(mode):
            _replace(os.path.realpath(name), data, stat.S_IMODE(mode))
        else:
            with open(name, "wb") as file:
                file.write(data)
    except OSError as error:
        raise HostError(f"{name}: {why(error)}") from None


def _mode_of(path: str) -> int:
    """Return the mode of the file there, or the one a new file gets."""
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return stat.S_IFREG | (_NEW_FILE_MODE & ~mask)


def _replace(path: str, data: bytes, mode: int) -> None:
    descriptor, beside = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".mbasic-")
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.remove(beside)
        raise
