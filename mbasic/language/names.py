"""The names of variables and functions in a stored line: what an editor offers to complete."""

import re

from mbasic.language import keywords, tokenized

_NAME = re.compile(
    rb"%b|%b|\x0e..|\xff.|((?:%b[ \t\n]*+)?+[A-Z][A-Z0-9.]*+[$%%!#]?+)"
    % (tokenized.TEXT, tokenized.CONSTANT, re.escape(bytes((keywords.FN,)))),
    re.DOTALL,
)


def names_in(body: bytes) -> set[bytes]:
    """Return the names in `body` as they are written, with their type signs; those of functions begin with FN."""
    return {_spelled(match[1]) for match in _NAME.finditer(body) if match[1]}


def _spelled(name: bytes) -> bytes:
    return b"FN" + name[1:].lstrip(b" \t\n") if name[0] == keywords.FN else name
