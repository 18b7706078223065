"""What the shell's words are read with, and what answers them on standard output, where no session does.

argparse drops the error when its help cannot be written; here that is one line on stderr, as everywhere.
"""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from mbasic.errors import HostError
from mbasic.ui.cli.program_file import why

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class WordParser(argparse.ArgumentParser):
    """An argument parser whose help says when it cannot be written."""

    def print_help(self, file: "SupportsWrite[str] | None" = None) -> None:
        """Print the help on standard output, or on `file`."""
        if file is None:
            say(self.format_help())
        else:
            super().print_help(file)


def say(text: str) -> None:
    """Write `text` to standard output at once. Raises HostError where that fails."""
    if sys.stdout is None:
        raise HostError("cannot write to standard output: it is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # Python writes what is left once more at its end
        raise HostError(f"cannot write to standard output: {why(error)}") from None
