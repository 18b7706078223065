"""The text of a program in an editor that may be open in several places, beside the program in memory.

    apply(version, changes)    what an editor did: accepted only against the version it knew
    merge(event)               what the prompt or a program did to the program: as changes for all editors

Changes are those of CodeMirror: (from, to, insert), ascending, all of them offsets into the text before the first.
Text is a character a byte (latin-1), lines end with LF.
"""

import re
from collections.abc import Sequence
from typing import Final

from mbasic.errors import BasicError
from mbasic.session.messages import ProgramChangedEvent
from mbasic.session.program_text import number_of, read_line, statement_columns

Change = tuple[int, int, str]

_NUMBERED: Final = re.compile(r"^[ \t]*([0-9]{1,5})(?![ \t\x1c]*[0-9])", re.MULTILINE)
_ODD_NUMBER: Final = re.compile(r"^[ \t]*(?:[6-9][0-9]{4}|[0-9]{6}|[0-9]+[ \t\x1c]+[0-9])[^\n]*", re.MULTILINE)
_BARE_NUMBER: Final = re.compile(r"[ \t]*[0-9]+[ \t]*")
_DIGITS: Final = re.compile(r"[ \t]*([0-9]+)")
_MAXIMUM_SURE: Final = 65529
_LARGEST: Final = "\xff"


class Document:
    """`version` grows by one with each change of the text."""

    __slots__ = ("text", "version")

    def __init__(self, text: str = "", version: int = 0) -> None:
        self.text = text
        self.version = version

    def apply(self, base: int, changes: Sequence[Change]) -> tuple[Change, ...] | None:
        """Make the changes of an editor that has version `base`; return them.

        None, and nothing is changed, where the editor knew another version, or the changes do not fit the text.
        """
        if base != self.version or not _fit(changes, len(self.text)):
            return None
        return self._make(changes)

    def merge(self, event: ProgramChangedEvent) -> tuple[Change, ...]:
        """Make the text follow the program; return the changes, none where it says the same already.

        A line that means the same stays as the user wrote it. Text without a number stays where it is, unless nothing
        at all is left of the program around it (LOAD, NEW).
        """
        if event.protected:
            return self._replace_all("")
        if event.whole:
            return self._merge_whole(event)
        return self._make(_changes_for_lines(self.text, dict(event.lines)))

    def find(self, line: int, statement: int = 1) -> tuple[int, int] | None:
        """Return where a statement of the program is in the text: offsets, half open; None where it is not there."""
        place = {number: (start, end) for number, start, end in _numbered_lines(self.text)}.get(line)
        if place is None:
            return None
        columns = statement_columns(_encoded(self.text[place[0] : place[1]]), statement)
        return None if columns is None else (place[0] + columns[0], place[0] + columns[1])

    def _merge_whole(self, event: ProgramChangedEvent) -> tuple[Change, ...]:
        wanted = {number: text for number, text in event.lines if text is not None}
        lines = _numbered_lines(self.text)
        numbers = {number for number, start, end in lines if not _BARE_NUMBER.fullmatch(self.text, start, end)}
        if len(numbers) == len(wanted) and numbers != wanted.keys():
            moved = _renumbered(self.text, lines, numbers, wanted)
            if moved is not None:
                return self._make(moved)
        if not any(number in wanted and _mean_same(self.text[a:b], wanted[number]) for number, a, b in lines):
            return self._replace_all("".join(_decoded(text) + "\n" for text in wanted.values()))
        gone = dict.fromkeys({number for number, _, _ in lines} - wanted.keys())
        return self._make(_changes_for_lines(self.text, {**wanted, **gone}))

    def _replace_all(self, text: str) -> tuple[Change, ...]:
        return self._make([(0, len(self.text), text)] if text != self.text else [])

    def _make(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        if changes:
            parts: list[str] = []
            at = 0
            for start, end, insert in changes:
                parts += (self.text[at:start], insert)
                at = end
            self.text = "".join((*parts, self.text[at:]))
            self.version += 1
        return tuple(changes)


def _fit(changes: Sequence[Change], length: int) -> bool:
    at = 0
    for start, end, insert in changes:
        if not at <= start <= end <= length or "\r" in insert or (insert and max(insert) > _LARGEST):
            return False
        at = end
    return True


# ---- lines --------------------------------------------------------------------------


def _numbered_lines(text: str) -> list[tuple[int, int, int]]:
    """(number, start, end without LF) of each line of the program; of those with the same number, all."""
    found: list[tuple[int, int, int]] = []
    odd: dict[int, int | None] = {}
    for match in _NUMBERED.finditer(text):
        number = int(match[1])
        if number <= _MAXIMUM_SURE:
            end = text.find("\n", match.start())
            found.append((number, match.start(), len(text) if end < 0 else end))
            odd[match.start()] = None
    return _with_odd(text, found, odd)


def _with_odd(text: str, found: list[tuple[int, int, int]], seen: dict[int, int | None]) -> list[tuple[int, int, int]]:
    """Add the lines whose number has blanks within, or more digits than it can use: `3 0 X` is line 30."""
    more: list[tuple[int, int, int]] = []
    for match in _ODD_NUMBER.finditer(text):
        if match.start() not in seen and (number := number_of(_encoded(match[0]))) is not None:
            more.append((number, match.start(), match.end()))
    return sorted(found + more, key=lambda line: line[1]) if more else found


def _changes_for_lines(text: str, wanted: dict[int, bytes | None]) -> list[Change]:
    lines = _numbered_lines(text)
    last = {number: (start, end) for number, start, end in lines}
    changes: list[Change] = []
    for number, start, end in lines:
        if number not in wanted:
            continue
        new = wanted[number]
        if new is None:
            changes.append(_deletion(text, start, end))
        elif last[number] == (start, end) and not _mean_same(text[start:end], new):
            changes.append((start, end, _decoded(new)))
    new_lines = {number: new for number, new in wanted.items() if new is not None and number not in last}
    if new_lines:
        changes += _insertions(text, lines, wanted, new_lines)
    return sorted(changes, key=lambda change: change[:2])


def _deletion(text: str, start: int, end: int) -> Change:
    """Delete a line with the line end behind it."""
    return start, min(end + 1, len(text)), ""


def _insertions(
    text: str, lines: list[tuple[int, int, int]], wanted: dict[int, bytes | None], new: dict[int, bytes]
) -> list[Change]:
    """Put each line behind the one with the next smaller number; lines for the same place go there together."""
    staying = sorted((number, end) for number, _, end in lines if wanted.get(number, b"") is not None)
    first = min((start for number, start, _ in lines if not staying or wanted.get(number, b"") is not None), default=-1)
    places: dict[int, list[str]] = {}
    index = 0
    for number in sorted(new):
        while index < len(staying) and staying[index][0] < number:
            index += 1
        places.setdefault(staying[index - 1][1] if index else first, []).append(_decoded(new[number]))
    return [_insertion(text, place, added, first) for place, added in places.items()]


def _insertion(text: str, place: int, added: list[str], first: int) -> Change:
    """`place`: the end of a line, or `first`, the start of the first numbered one; -1: no line is numbered."""
    if place < 0:
        behind = "" if not text or text.endswith("\n") else "\n"
        return len(text), len(text), behind + "".join(line + "\n" for line in added)
    if place == first:
        return place, place, "".join(line + "\n" for line in added)
    return place, place, "".join("\n" + line for line in added)


def _renumbered(
    text: str, lines: list[tuple[int, int, int]], numbers: set[int], wanted: dict[int, bytes]
) -> list[Change] | None:
    """The lines of `numbers` with the new ones, in their order, as RENUM gives them; None where no line is an old one.

    Of lines with the same number the last one stays, as it is the program's.
    """
    new_numbers = dict(zip(sorted(numbers), wanted.items(), strict=True))
    last = {number: start for number, start, _ in lines}
    changes: list[Change] = []
    kept = False
    for number, start, end in lines:
        if last[number] != start or number not in new_numbers:
            changes.append(_deletion(text, start, end))
            continue
        new_number, new = new_numbers[number]
        first, behind = _digits(text, start)
        if _mean_same(f"{new_number}{text[behind:end]}", new):
            kept = True
            if text[first:behind] != str(new_number):
                changes.append((first, behind, str(new_number)))
        else:
            changes.append((start, end, _decoded(new)))
    return changes if kept else None


def _digits(text: str, start: int) -> tuple[int, int]:
    """Where the digits of the number of a line are."""
    match = _DIGITS.match(text, start)
    assert match is not None  # the line has a number
    return match.span(1)


def _mean_same(text: str, new: bytes) -> bool:
    """Whether a line of the document is the line of the program that is listed as `new`."""
    old = _encoded(text)
    if old == new:
        return True
    try:
        return read_line(old) == read_line(new)
    except BasicError:
        return False


def _encoded(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _decoded(text: bytes) -> str:
    return text.decode("latin-1")
