"""`python3 mbasic`, `python3 -m mbasic` and the command `mbasic`."""

import os
import sys


def main() -> None:
    """Run the command line and leave with its exit status.

    Run as a folder, Python has put the package's own folder on the path: there it hides the package itself, and its
    files could be taken for those of the standard library.
    """
    if not __package__:
        sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    from mbasic.ui.cli.main import main as run_command_line

    run_command_line(serve=_serve)


def _serve(host: str, port: int, program: bytes | None) -> int:
    """The web page; its imports take a second, which nothing else has to wait for."""
    from mbasic.ui.web.main import run_web

    return run_web(host, port, program)


if __name__ == "__main__":
    main()
