"""HELP: one row for every word, operator and message of MBASIC, and for what this version adds to it.

    find("PRINT USING"), find("13"), find("type mismatch")      the rows of a name
    search("array")                                              the rows whose text holds a word

The rows are in help_statements, help_functions, help_errors and help_extensions, in words of our own.
"""

from mbasic.language.help_errors import ERRORS
from mbasic.language.help_extensions import EXTENSIONS
from mbasic.language.help_functions import FUNCTIONS, OPERATORS
from mbasic.language.help_statements import COMMANDS, STATEMENTS
from mbasic.language.help_topic import Topic

TOPICS: tuple[Topic, ...] = (*STATEMENTS, *COMMANDS, *FUNCTIONS, *OPERATORS, *EXTENSIONS, *ERRORS)

_QUOTES = "\"'"


def find(name: str) -> list[Topic]:
    """Return the rows of a name: as it stands, or a function's without its sign; an error's number or text."""
    wanted = _plain(name)
    exact = [topic for topic in TOPICS if wanted in _names(topic)]
    return exact or [topic for topic in TOPICS if wanted and any(n.rstrip("$(") == wanted for n in _names(topic))]


def search(text: str) -> list[Topic]:
    """Return the rows that hold every word of `text` anywhere."""
    words = text.strip(_QUOTES + " ").upper().split()
    return [topic for topic in TOPICS if words and all(word in _everything(topic) for word in words)]


def _plain(name: str) -> str:
    stripped = name.strip()
    if len(stripped) > 1 and stripped[0] in _QUOTES:
        stripped = stripped.strip(stripped[0])
    return " ".join(stripped.upper().split())


def _names(topic: Topic) -> list[str]:
    return [topic.name.upper(), *topic.words]


def _everything(topic: Topic) -> str:
    return " ".join((topic.name, topic.kind, topic.syntax, topic.text, topic.example, *topic.words)).upper()
