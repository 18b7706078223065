"""The recorded transcripts beside this file: where they are, how to run one, how to compare.

    AREA/NAME.bas     a program         AREA/NAME.keys    a session typed at the prompt
         NAME.in      keys typed while the program runs (LF is Enter)
         NAME.d/      files on the disk before        NAME.disk/   files that must be there afterwards
         NAME.out     what MBASIC 5.21 printed; never made from our own output

A program's transcript ends where the original would print Ok; a session's begins with its first Ok.
"""

import difflib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from mbasic.storage.disks import MemoryDisk
from tests.tester import Tester

HERE = Path(__file__).resolve().parent


class Case(Struct, frozen=True):
    """One transcript; `path` is its .bas or .keys file."""

    path: Path

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def is_session(self) -> bool:
        return self.path.suffix == ".keys"

    @property
    def program(self) -> bytes:
        return self.path.read_bytes()

    @property
    def keys(self) -> bytes:
        typed = self.path if self.is_session else self.path.with_suffix(".in")
        return typed.read_bytes() if typed.exists() else b""

    @property
    def wanted(self) -> bytes:
        return comparable(self.path.with_suffix(".out").read_bytes(), session=self.is_session)

    @property
    def disk_before(self) -> dict[bytes, bytes]:
        """The files given, and the program itself, which may CHAIN or RUN to itself."""
        files = files_in(self.path.with_suffix(".d"))
        return files if self.is_session else {**files, b"PROG.BAS": self.program}

    @property
    def disk_after(self) -> dict[bytes, bytes]:
        return files_in(self.path.with_suffix(".disk"))


def find_cases(folder: str) -> list[Case]:
    """Return the cases of lang or direct in order."""
    return sorted(_cases_in(HERE / folder), key=lambda case: case.name)


def _cases_in(folder: Path) -> Iterator[Case]:
    for area in folder.iterdir():
        for path in area.iterdir():
            if path.suffix in (".bas", ".keys") and path.with_suffix(".out").exists():
                yield Case(path)


def files_in(folder: Path) -> dict[bytes, bytes]:
    if not folder.is_dir():
        return {}
    return {path.name.upper().encode(): path.read_bytes() for path in folder.iterdir()}


def run_case(case: Case) -> list[str]:
    """Run `case` and return what differs from the original."""
    tester = Tester(files=case.disk_before, echo=True)
    if case.is_session:
        tester.keys(case.keys)
    else:
        tester.run(case.program, case.keys)
    got = comparable(bytes(tester.screen.data), session=case.is_session)
    return difference(case.wanted, got) + disk_differences(case.disk_after, tester.disk)


def comparable(text: bytes, *, session: bool) -> bytes:
    """Return the part of an output that counts, with LF as the only line end."""
    text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if session and not text.startswith(b"Ok\n"):
        text = text[text.find(b"\nOk\n") + 1 :]
    return text.rstrip(b"\n")


def difference(wanted: bytes, got: bytes) -> list[str]:
    if wanted == got:
        return []
    before, after = (text.decode("latin-1").split("\n") for text in (wanted, got))
    return ["\n".join(difflib.unified_diff(before, after, "original", "this", lineterm="", n=1))]


def disk_differences(wanted: dict[bytes, bytes], disk: MemoryDisk) -> list[str]:
    lines: list[str] = []
    for name, data in sorted(wanted.items()):
        if not disk.exists(name):
            lines.append(f"{name!r} was not written")
        elif not is_same_file(mine := disk.read(name), data):
            lines.append(f"{name!r} differs: {mine!r} should be {data!r}")
    return lines


def is_same_file(mine: bytes, wanted: bytes) -> bool:
    """Files agree up to the filler: the original's end in whole 128-byte records, and a ^Z ends a text."""
    body = mine.rstrip(b"\x1a\0")
    rest = wanted[len(body) :]
    return wanted.startswith(body) and rest.lstrip(b"\0")[:1] in (b"", b"\x1a")
