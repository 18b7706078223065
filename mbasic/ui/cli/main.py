"""The command `mbasic`: what its words mean, and which of the ways of running a session they choose."""

import os
import sys

import click

import mbasic
from mbasic.errors import HostError
from mbasic.ui.cli.program_file import read_program, read_standard_input
from mbasic.ui.cli.task import Task

_BAD_USE = 2
_FAULT = 70
_BROKEN = 130
_CONVERT = "convert"
_STANDARD_INPUT, _STANDARD_OUTPUT = 0, 1

_EXAMPLES = """
\b
Examples:
  mbasic                        the Ok prompt
  mbasic GAME.BAS               run a program, then leave
  mbasic -i GAME.BAS            run a program, then stay at the prompt
  mbasic -c 'PRINT 2^10'        execute a line
  echo '10 PRINT 1' | mbasic -  run the program on standard input
  mbasic convert IN OUT         tokenized, text and protected files: mbasic convert --help
  mbasic doctor                 say what works on this machine

\b
Exit status: 0 ended, 1 stopped by a BASIC error, 2 bad use, 130 Ctrl-C.
The disk is the current folder.
"""


@click.command(
    help="MBASIC 5.21, Microsoft BASIC-80 for CP/M. PROGRAM is a file in any of MBASIC's three kinds, `-` for standard "
    "input, or the word doctor.",
    epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("-i", "stay", is_flag=True, help="Stay at the Ok prompt when PROGRAM ends.")
@click.option("-c", "direct", metavar="TEXT", help="Execute TEXT as a direct line and leave.")
@click.option("--ui", type=click.Choice(["cli"]), default="cli", help="The front end.", show_default=True)
@click.option("--echo", is_flag=True, help="Show what is read from a pipe, as the original's console does.")
@click.option("--plain", is_flag=True, help="Edit lines as the original does, in a terminal too.")
@click.option(
    "--strict", is_flag=True, help="Turn off BREAK, STEP, HELP and the other commands that 5.21 did not have."
)
@click.option("--printer", metavar="FILE", help="Append what LPRINT and LLIST print to FILE; without it, it is lost.")
@click.version_option(mbasic.__version__, prog_name="mbasic", message="%(prog)s %(version)s")
@click.argument("program", required=False)
@click.argument("arguments", nargs=-1)
def command(
    stay: bool,
    direct: str | None,
    ui: str,
    echo: bool,
    plain: bool,
    strict: bool,
    printer: str | None,
    program: str | None,
    arguments: tuple[str, ...],
) -> None:
    """Choose the way to run and leave with its exit status."""
    del ui, arguments
    if direct is not None and program is not None:
        raise click.UsageError("-c TEXT and PROGRAM exclude each other.")
    if program == "doctor":
        sys.exit(_doctor())
    if program == _CONVERT:
        raise click.UsageError("convert must be the first word: mbasic convert IN OUT.")
    task = Task(direct=_bytes(direct), stay=stay, echo=echo, plain=plain, strict=strict, printer=printer)
    sys.exit(_run(task, program))


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


def _convert(words: list[str]) -> None:
    """A command of its own, with its own options; a program of that name is run as ./convert or convert.bas."""
    from mbasic.ui.cli.convert import convert_command

    convert_command(words, prog_name="mbasic convert")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("cp437", "replace")


def main() -> None:
    """Run the command line; whatever fails outside of BASIC is one line on stderr.

    A fault of ours is one, too; with MBASIC_DEBUG set it shows where it is.
    """
    try:
        if sys.argv[1:2] == [_CONVERT]:
            _convert(sys.argv[2:])
        else:
            command(prog_name="mbasic")
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
