"""What a line being typed can go on with: keywords, the program's names, its line numbers, the files on the disk.

Where these come from is a `WordSource`: a machine, for a prompt; a program's text, for an editor.

    GOTO 10, 2|         line numbers, behind the words that take them
    LOAD "GA|           files, in a string that has just been opened behind a word that takes a file name
    PRINT AL|           keywords and names; none in strings and remarks

A front end shows the list and puts one in; the program is only read.
"""

import re
from collections.abc import Iterable
from typing import Final, Protocol

from msgspec import Struct

from mbasic.errors import BasicError
from mbasic.language.keywords import KEYWORDS
from mbasic.language.lister import list_line
from mbasic.language.names import names_in
from mbasic.machine.machine import Machine
from mbasic.session.debug_words import PHRASES
from mbasic.settings.definitions import DEFINITIONS

_LINE_NUMBER: Final = re.compile(
    r"(?:GO ?TO|GO ?SUB|THEN|ELSE|RUN|LIST|LLIST|RESTORE|RESUME|DELETE|EDIT|AUTO|RENUM)"
    r"\s*(?:\d+\s*[-,]\s*)*([0-9]*)",
    re.IGNORECASE,
)
_FILE_NAME: Final = re.compile(
    r'(?:.*\b)?(?:LOAD|SAVE|RUN|MERGE|CHAIN|KILL|NAME|AS|FILES|OPEN\s*"[IOR]"\s*,\s*#?\s*\d+\s*,)\s*"([^"]*)',
    re.IGNORECASE,
)
_SETTING: Final = re.compile(r'\s*(?:SET|SHOW\s+SETTINGS|RESET\s+SETTINGS|HELP\s+SET)\s*"([^"]*)', re.IGNORECASE)
_UNFINISHED_TEXT: Final = re.compile(r"""(?:[^"']|"[^"]*")*(?:"[^"]*|'.*)|(?:[^"]|"[^"]*")*\bREM\b.*""", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9.]*\Z")
_NOTE_LENGTH: Final = 40
_WORDS: Final = frozenset(keyword.name for keyword in KEYWORDS if keyword.name[0].isalpha())
_COMMANDS: Final = frozenset(PHRASES)
"""Words of our own, which only begin a line."""


class Completion(Struct, frozen=True):
    """Put `text` in the place of the `replaces` characters before the cursor; `note` says what it is."""

    text: str
    replaces: int
    note: str = ""


class Choices(Protocol):
    """The settings, or a dict of them."""

    def get(self, key: str, /) -> object:
        """Return the value of a setting."""
        ...


class WordSource(Protocol):
    """What there is to choose from beside the keywords."""

    def lines(self, prefix: str) -> Iterable[tuple[int, str]]:
        """The program's lines whose numbers begin with `prefix`: number and text; none of a protected program."""
        ...

    def names(self) -> frozenset[str]:
        """The names in the program, and those of variables that exist."""
        ...

    def files(self) -> list[str]:
        """The files on the disk."""
        ...


class Completer:
    """The completions for one source; `strict`: there are no commands but those of MBASIC 5.21."""

    __slots__ = ("_settings", "_source", "_strict")

    def __init__(self, source: WordSource, *, strict: bool = False, settings: Choices | None = None) -> None:
        self._strict = strict
        self._settings = settings
        self._source = source

    def completions(self, before: str) -> list[Completion]:
        """Return what the text before the cursor can go on with, in order."""
        commands = self._commands()
        if commands and (match := _SETTING.fullmatch(before)) is not None:
            return self._setting_keys(match[1])
        if (match := _FILE_NAME.fullmatch(before)) is not None:
            return self._files(match[1])
        if _UNFINISHED_TEXT.fullmatch(before):
            return []
        digits = _digits_behind_line_word(before)
        if digits is not None:
            return self._line_numbers(digits)
        word = _WORD.search(before)
        if word is None:
            return []
        begins_line = not before[: word.start()].strip()
        return self._words(word[0], _WORDS | commands if begins_line else _WORDS)

    def _commands(self) -> frozenset[str]:
        strict = self._strict or (self._settings is not None and bool(self._settings.get("strict")))
        return frozenset() if strict else _COMMANDS

    def _setting_keys(self, prefix: str) -> list[Completion]:
        wanted = prefix.lower()
        rows = [row for key, row in DEFINITIONS.items() if key.startswith(wanted)]
        return [Completion(row.key, len(prefix), row.title) for row in rows]

    def _files(self, prefix: str) -> list[Completion]:
        wanted = prefix.upper()
        return [Completion(name, len(prefix)) for name in self._source.files() if name.upper().startswith(wanted)]

    def _line_numbers(self, prefix: str) -> list[Completion]:
        return [
            Completion(str(number), len(prefix), text[:_NOTE_LENGTH]) for number, text in self._source.lines(prefix)
        ]

    def _words(self, prefix: str, words: frozenset[str]) -> list[Completion]:
        """Words are offered in small letters to those who type them so; LIST shows capitals all the same.

        For names the setting `case_conflict` decides; the program knows them in capitals.
        """
        wanted = prefix.upper()
        names = self._source.names()
        conflict = "first_wins" if self._settings is None else self._settings.get("case_conflict")
        if conflict == "error" and prefix != wanted:
            names = words
        found = {word for word in words | names if word.startswith(wanted) and word != wanted}
        return [
            Completion(_spelled(word, prefix, str(conflict) if word not in words else ""), len(prefix))
            for word in sorted(found)
        ]


class MachineWords:
    """The words of one machine: its program, its variables, its disk."""

    __slots__ = ("_machine", "_names", "_version")

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._names: frozenset[str] = frozenset()
        self._version = -1

    def lines(self, prefix: str) -> Iterable[tuple[int, str]]:
        """The program's lines whose numbers begin with `prefix`, as LIST shows them."""
        program = self._machine.program
        if not program.protected:
            for number, body in program:
                if str(number).startswith(prefix):
                    yield number, list_line(number, body).decode("cp437")

    def names(self) -> frozenset[str]:
        """The names in the program's text, and the variables that exist."""
        machine = self._machine
        if machine.program.protected:
            return frozenset()
        if self._version != machine.program.version:
            self._version = machine.program.version
            self._names = frozenset(name.decode("ascii") for name in _names_of(machine))
        return self._names | {
            self._live_name(*key) for key in (*machine.variables.slots, *machine.variables.array_index)
        }

    def files(self) -> list[str]:
        """The files on the disk; none where it cannot be read."""
        try:
            return [name.decode("latin-1") for name in self._machine.disk.names()]
        except BasicError:
            return []

    def _live_name(self, name: bytes, sign: str) -> str:
        """A variable as one writes it: without the sign that its first letter implies."""
        implied = self._machine.variables.types[name[0] - ord("A")]
        return name.decode("ascii") + ("" if sign == implied else sign)


def _digits_behind_line_word(before: str) -> str | None:
    """Return the digits typed so far of a line number, None where none is wanted."""
    for match in _LINE_NUMBER.finditer(before):
        begins_word = not before[: match.start()][-1:].isalnum()
        if match.end() == len(before) and begins_word and before[-1:] in " \t,-0123456789":
            return match[1]
    return None


def _names_of(machine: Machine) -> set[bytes]:
    names: set[bytes] = set()
    for _, body in machine.program:
        names |= names_in(body)
    return names


def _spelled(word: str, prefix: str, conflict: str) -> str:
    match conflict:
        case "upper":
            return word
        case "lower":
            return word.lower()
        case _:
            rest = word[len(prefix) :]
            return prefix + (rest.lower() if prefix.islower() else rest)
