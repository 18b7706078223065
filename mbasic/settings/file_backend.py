"""Settings in files: ~/.mbasic/settings.json for the user, PROJECT/.mbasic/settings.json for a folder.

    read      a file that is not there is empty; one that is damaged, or cannot be read, is a notice and left alone
    change    lock the folder, read again, change the keys, write beside, rename: two processes lose nothing, and a
              reader sees the old file or the new one

Under both lies the system's default file, which MBASIC_DEFAULT_SETTINGS names (deploy/default_settings.json).
"""

import contextlib
import os
import stat
import sys
from collections.abc import Generator
from functools import cache
from typing import Final

from mbasic.settings.backends import MergingBackend
from mbasic.settings.definitions import Scope
from mbasic.settings.document import (
    GLOBAL_FIELD,
    Changes,
    Fields,
    field,
    new_document,
    read_document,
    with_changes,
    write_document,
)
from mbasic.storage.session_store import StoreError, StoreUnavailableError

DEFAULTS_VARIABLE: Final = "MBASIC_DEFAULT_SETTINGS"
_FILE: Final = "settings.json"
_FOLDER: Final = ".mbasic"
_LARGEST: Final = 1 << 20
_NEW_FILE_MODE: Final = 0o666


def settings_folder() -> str:
    """Return the folder of the user's settings."""
    if sys.platform == "win32":
        return os.path.join(os.environ.get("APPDATA") or os.path.expanduser("~"), "mbasic")
    return os.path.join(os.path.expanduser("~"), _FOLDER)


class FileSettingsBackend(MergingBackend):
    """Settings in the user's file, and in that of `project_dir` where one is given.

    `read_only` says why nothing may be written; it is the text of every refusal.
    """

    def __init__(self, project_dir: str | os.PathLike[str] | None = None, *, read_only: str = "") -> None:
        super().__init__()
        self._read_only = read_only
        self._paths: dict[Scope, str] = {Scope.GLOBAL: os.path.join(settings_folder(), _FILE)}
        if project_dir is not None:
            path = os.path.join(os.path.abspath(project_dir), _FOLDER, _FILE)
            if path != os.path.abspath(self._paths[Scope.GLOBAL]):
                self._paths[Scope.PROJECT] = path

    def load(self) -> tuple[Fields, Fields]:
        """Return both parts; what is wrong with a file is a notice."""
        self.notices = [self._read_only] if self._read_only else []
        return self._load(Scope.GLOBAL), self._load(Scope.PROJECT)

    def load_global(self) -> Fields:
        """Return the user's settings."""
        return self._load(Scope.GLOBAL)

    def load_project(self) -> Fields:
        """Return the project's settings."""
        return self._load(Scope.PROJECT)

    def load_defaults(self) -> Fields:
        """Return what the system's default file says."""
        path = os.environ.get(DEFAULTS_VARIABLE)
        return self._read_part(path) if path else {}

    def change(self, scope: Scope, changes: Changes) -> Fields:
        """Change keys of a file and no other."""
        if self._read_only:
            raise StoreUnavailableError(self._read_only)
        path = self._paths.get(scope)
        if path is None:
            raise StoreError("there is no project folder here to keep settings in")
        try:
            part = _change_file(path, changes)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {_why(error)}") from None
        return self._see(scope, part)

    def _load(self, scope: Scope) -> Fields:
        path = self._paths.get(scope)
        return self._see(scope, self._read_part(path) if path else {})

    def _read_part(self, path: str) -> Fields:
        try:
            return field(_read(path), GLOBAL_FIELD)
        except StoreError as error:
            self._notice(str(error))
        return {}

    def _notice(self, text: str) -> None:
        if text not in self.notices:
            self.notices.append(text)


def defaults_from_disk() -> Fields:
    """Return what the files of this machine say, for sessions that are kept elsewhere; read once per process."""
    return dict(_defaults_from_disk(settings_folder(), os.environ.get(DEFAULTS_VARIABLE)))


@cache
def _defaults_from_disk(_folder: str, _default_file: str | None) -> Fields:
    backend = FileSettingsBackend()
    return backend.load_defaults() | backend.load_global()


# ---- the file -----------------------------------------------------------------------


def _read(path: str) -> Fields:
    """Return the document at `path`, an empty one where there is none. Raises StoreError."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise StoreError(f"{path} is no file; remove it")  # a pipe would let us wait for ever
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return new_document()
    except IsADirectoryError:
        raise StoreError(f"{path} is a folder, and should be a file; remove it") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {_why(error)}") from None
    if len(data) > _LARGEST:
        raise StoreError(f"{path} is too large for settings; mend or remove it")
    return read_document(data, path)


def _change_file(path: str, changes: Changes) -> Fields:
    """Change the file and return its settings. Raises OSError, and StoreError for what is no settings file."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    with _locked(folder):
        document = _read(path)
        part = with_changes(field(document, GLOBAL_FIELD), changes)
        _replace(os.path.realpath(path), write_document({**document, GLOBAL_FIELD: part}))
    return part


@contextlib.contextmanager
def _locked(folder: str) -> Generator[None]:
    """Keep other processes from changing the files of `folder` meanwhile, where the system can."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # there is none on Windows

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: str, data: bytes) -> None:
    import tempfile  # who only reads need not wait for it

    descriptor, beside = tempfile.mkstemp(dir=os.path.dirname(path), prefix=f".{_FILE}-")
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, _mode_of(path))
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(beside)
        raise


def _mode_of(path: str) -> int:
    """Return the mode of the file there, or the one a new file gets."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return _NEW_FILE_MODE & ~mask


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
