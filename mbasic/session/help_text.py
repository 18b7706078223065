"""What HELP prints: a topic, the list of all, or what SEARCH found."""

from typing import Final

from msgspec import Struct

from mbasic.language.help_topic import Topic
from mbasic.language.help_topics import TOPICS, find, search

_COLUMNS: Final = 79
_KINDS: Final = ("command", "statement", "function", "operator", "extension")
_TITLES: Final = {
    "command": "Commands",
    "statement": "Statements",
    "function": "Functions",
    "operator": "Operators",
    "extension": "Extensions, not in MBASIC 5.21",
}
_SEARCH: Final = "SEARCH "
_HARD_BLANK: Final = "\xa0"


def help_lines(request: str) -> list[str]:
    """Return the lines for what follows HELP."""
    wanted = request.strip()
    if not wanted:
        return _overview()
    if wanted.upper().startswith(_SEARCH) and wanted[len(_SEARCH) :].strip():
        return _found(wanted[len(_SEARCH) :].strip())
    topics = find(wanted)
    if not topics:
        return [_cut(f"No topic {wanted}. HELP lists all, HELP SEARCH text looks for words.")]
    return [line for topic in topics for line in _page(topic)]


def _overview() -> list[str]:
    lines: list[str] = []
    for kind in _KINDS:
        names = sorted(topic.name.replace(" ", _HARD_BLANK) for topic in TOPICS if topic.kind == kind)
        rows = _wrapped("  ".join(names), "  ")
        lines += [f"{_TITLES[kind]}:", *(row.replace(_HARD_BLANK, " ") for row in rows)]
    return [*lines, "HELP name explains one, HELP number an error, HELP SEARCH text finds a word."]


def _page(topic: Topic) -> list[str]:
    lines = [f"{topic.name} ({_kind(topic)})"]
    if topic.kind != "error":
        lines += _wrapped(topic.syntax, "  ")
    lines += _wrapped(topic.text, "")
    examples = topic.example.split("\n") if topic.example else []
    return [*lines, *(f"  {'e.g.' if not place else '    '}  {line}" for place, line in enumerate(examples))]


def _kind(topic: Topic) -> str:
    match topic.kind:
        case "error":
            return topic.syntax
        case "extension":
            return "extension, not in MBASIC 5.21"
        case _:
            return topic.kind


def _found(text: str) -> list[str]:
    topics = search(text)
    if not topics:
        return [f"Nothing is said of {text}."]
    return [_cut(f"{topic.name:<16} {_kind(topic)}: {topic.text}") for topic in topics]


def _cut(line: str) -> str:
    return line if len(line) <= _COLUMNS else line[: _COLUMNS - 3] + "..."


def _wrapped(text: str, margin: str) -> list[str]:
    """Fill lines with the words of `text`; blanks in a row stay together with the word before."""
    lines: list[str] = []
    line = margin
    for word in text.split(" "):
        if len(line) + len(word) >= _COLUMNS and line.strip():
            lines.append(line.rstrip())
            line = margin
        line += word + " "
    return [*lines, line.rstrip()]


class HelpEntry(Struct, frozen=True):
    """A row of the list of all topics."""

    name: str
    kind: str
    syntax: str
    text: str


def help_index() -> tuple[HelpEntry, ...]:
    """Return all topics, by kind and name, for a front end that lists them."""
    order = (*_KINDS, "error")
    rows = sorted(TOPICS, key=lambda topic: (order.index(topic.kind), topic.name))
    return tuple(HelpEntry(topic.name, topic.kind, topic.syntax, topic.text) for topic in rows)


def help_search(text: str) -> list[str]:
    """Return the names of the topics that hold every word of `text`."""
    return [topic.name for topic in search(text)]
