"""The command `mbasic`: what its words mean, and which of the ways of running a session they choose.

argparse, since every run of every program pays for its import (click takes 20 ms more of the 120 that a start may).
"""

import argparse
import os
import sys
from collections.abc import Callable

import mbasic
from mbasic.errors import HostError
from mbasic.ui.cli.program_file import read_program, read_standard_input
from mbasic.ui.cli.task import Task
from mbasic.ui.cli.words import WordParser, say

_BAD_USE = 2
_FAULT = 70
_BROKEN = 130
_CONVERT = "convert"
_SETTINGS = "settings"
_DOCTOR = "doctor"
_STANDARD_INPUT, _STANDARD_OUTPUT = 0, 1

Serve = Callable[[str, int, bytes | None], int]
"""Serve a page for browsers at a host and port, with a program file's bytes for those who are new; the exit status."""

_EXAMPLES = """\
examples:
  mbasic                        the Ok prompt
  mbasic GAME.BAS               run a program, then leave
  mbasic -i GAME.BAS            run a program, then stay at the prompt
  mbasic -c 'PRINT 2^10'        execute a line
  echo '10 PRINT 1' | mbasic -  run the program on standard input
  mbasic convert IN OUT         tokenized, text and protected files: mbasic convert --help
  mbasic settings list          what can be set, and is: mbasic settings --help
  mbasic doctor                 say what works on this machine

exit status: 0 ended, 1 stopped by a BASIC error, 2 bad use, 130 Ctrl-C
The disk is the current folder.
"""


def _parser() -> argparse.ArgumentParser:
    parser = WordParser(
        prog="mbasic",
        description="MBASIC 5.21, Microsoft BASIC-80 for CP/M.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    option = parser.add_argument
    option("-i", dest="stay", action="store_true", help="stay at the Ok prompt when PROGRAM ends")
    option("-c", dest="direct", metavar="TEXT", help="execute TEXT as a direct line and leave")
    option("--ui", choices=["cli", "web"], default="cli", help="the front end: this shell, or a page in the browser")
    option("--host", default="127.0.0.1", help="where --ui web serves (127.0.0.1); 0.0.0.0 is every address")
    option("--port", type=int, default=8080, help="the port of --ui web (8080)")
    option("--echo", action="store_true", help="show what is read from a pipe, as the original's console does")
    option("--plain", action="store_true", help="edit lines as the original does, in a terminal too")
    option("--strict", action="store_true", help="turn off BREAK, STEP, HELP and others that 5.21 did not have")
    option("--printer", metavar="FILE", help="append what LPRINT and LLIST print to FILE; without it, it is lost")
    option("--version", action="store_true", help="show the version number and exit")
    option("program", nargs="?", metavar="PROGRAM", help="a file of any of MBASIC's three kinds; - is standard input")
    option("arguments", nargs="*", metavar="ARGS", help=argparse.SUPPRESS)
    return parser


def command(words: list[str], serve: Serve) -> int:
    """Do what the words say; the exit status."""
    parser = _parser()
    given = parser.parse_args(words)
    if given.version:
        say(f"mbasic {mbasic.__version__}\n")
        return 0
    if given.direct is not None and given.program is not None:
        parser.error("-c TEXT and PROGRAM exclude each other")
    if given.program == _DOCTOR:
        if given.arguments:
            parser.error("doctor takes no further words")
        return _doctor()
    if given.program in (_CONVERT, _SETTINGS):
        parser.error(f"{given.program} must be the first word: mbasic {given.program} --help")
    if given.ui == "web":
        return serve(given.host, given.port, None if given.program is None else read_program(given.program))
    task = Task(
        direct=_bytes(given.direct),
        stay=given.stay,
        echo=given.echo,
        plain=given.plain,
        strict=given.strict,
        printer=given.printer,
    )
    return _run(task, given.program)


def _run(task: Task, name: str | None) -> int:
    if name is not None:
        task.program = read_standard_input() if name == "-" else read_program(name)
        task.keys_follow = name != "-"
    if os.isatty(_STANDARD_INPUT) and os.isatty(_STANDARD_OUTPUT):
        from mbasic.ui.cli.terminal import run_in_terminal

        return run_in_terminal(task)
    from mbasic.ui.cli.piped import run_piped

    return run_piped(task)


def _doctor() -> int:
    from mbasic.ui.cli.doctor import report

    return report()


def _convert(words: list[str]) -> int:
    """A command of its own, with its own options; a program of that name is run as ./convert or convert.bas."""
    from mbasic.ui.cli.convert import run_convert

    return run_convert(words)


def _settings(words: list[str]) -> int:
    from mbasic.ui.cli.settings_command import run_settings

    return run_settings(words)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("cp437", "replace")


def main(*, serve: Serve) -> None:
    """Run the command line; whatever fails outside of BASIC is one line on stderr.

    `serve` is the web's front end.

    A fault of ours is one, too; with MBASIC_DEBUG set it shows where it is.
    """
    try:
        if sys.argv[1:2] == [_CONVERT]:
            sys.exit(_convert(sys.argv[2:]))
        elif sys.argv[1:2] == [_SETTINGS]:
            sys.exit(_settings(sys.argv[2:]))
        else:
            sys.exit(command(sys.argv[1:], serve))
    except HostError as error:
        _give_up(str(error), _BAD_USE)
    except KeyboardInterrupt:
        sys.exit(_BROKEN)
    except Exception as error:
        if os.environ.get("MBASIC_DEBUG"):
            raise
        _give_up(f"this is a fault of MBASIC, please report it: {type(error).__name__}: {error}", _FAULT)


def _give_up(text: str, status: int) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"mbasic: {text}\n")
    sys.exit(status)
