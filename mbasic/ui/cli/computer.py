"""A session as the command line uses it: the current folder as disk, a file as printer; and how a task begins."""

import sys
from typing import Final

import mbasic
from mbasic.errors import HostError
from mbasic.session.output import Screen
from mbasic.session.session import Session
from mbasic.settings import SettingsManager, create_settings_backend
from mbasic.storage.disks import FolderDisk
from mbasic.ui.cli.program_file import why
from mbasic.ui.cli.task import Task

_BANNER: Final = b"MBASIC %s, the language of BASIC-80 Rev. 5.21\r\n" % mbasic.__version__.encode()


class FilePrinter:
    """What is printed goes to the end of a file; without a file it is lost."""

    __slots__ = ("_path",)

    def __init__(self, path: str | None) -> None:
        self._path = path

    def write(self, data: bytes) -> None:
        """Print `data`."""
        if self._path is None:
            return
        try:
            with open(self._path, "ab") as file:
                file.write(data.replace(b"\r\n", b"\n"))
        except OSError as error:
            raise HostError(f"printer {self._path}: {why(error)}") from None


def open_settings() -> SettingsManager:
    """Return the user's settings and the current folder's; what is wrong with them is said on stderr."""
    settings = SettingsManager(backend=create_settings_backend(project_dir="."))
    if sys.stderr is not None:
        for notice in settings.notices:
            sys.stderr.write(f"mbasic: {notice}\n")
    return settings


def open_session(task: Task, screen: Screen, settings: SettingsManager, live: bool) -> Session:
    """Return the session for `task`; nothing has happened in it yet."""
    return Session(
        screen=screen,
        disk=FolderDisk("."),
        printer=FilePrinter(task.printer),
        echo=task.echo or live,
        prompt=task.prompts,
        live=live,
        strict=task.strict,
        settings=settings,
    )


def begin(session: Session, task: Task) -> None:
    """Switch on with the banner, or load the task's program and run it."""
    if task.program is None:
        session.start(_BANNER)
    elif session.load_program(task.program):
        session.run_program()
