"""Answers to what a page asks the host: files, help, faults of the text. Plain data that becomes JSON."""

import asyncio
from functools import lru_cache
from typing import Final

from msgspec import Struct

from mbasic.errors import HostError
from mbasic.examples import examples, find_example
from mbasic.host.messages import HostAsk, Topic
from mbasic.host.services import Services
from mbasic.session.colouring import word_lists
from mbasic.session.completion import Completer
from mbasic.session.document import Document
from mbasic.session.help_text import help_index, help_lines, help_search
from mbasic.session.lint import Fault, lint_line, lint_program
from mbasic.session.text_words import TextWords
from mbasic.storage.session_store import SessionId

_KEPT_LINES: Final = 20_000
"""Lines whose faults are remembered, for all sessions together."""


class NoAnswerError(HostError):
    """There is no answer, and the text says why."""


async def answer_question(
    question: HostAsk, sid: SessionId, document: Document, services: Services, settings: dict[str, object]
) -> object:
    """The answer. Raises HostError in words for the person."""
    calls = services.calls
    match question.what:
        case Topic.FILES:
            sizes = await calls.do(lambda store: store.file_sizes(sid))
            return [{"name": name.decode("latin-1"), "size": size} for name, size in sorted(sizes.items())]
        case Topic.FILE:
            data = await calls.do(lambda store: store.read_file(sid, question.name.encode("latin-1", "replace")))
            if data is None:
                raise NoAnswerError(f"there is no file {question.name}")
            return {"name": question.name, "data": data}
        case Topic.PRINTER:
            return {"data": await calls.do(lambda store: store.read_printer(sid))}
        case Topic.SETTINGS:
            return await services.settings.definitions(sid)
        case Topic.HELP:
            return "\n".join(help_lines(question.topic))
        case Topic.HELP_INDEX:
            return [
                {"name": row.name, "kind": row.kind, "syntax": row.syntax, "summary": row.text} for row in help_index()
            ]
        case Topic.HELP_SEARCH:
            return help_search(question.text)
        case Topic.EXAMPLES:
            return [_Example(row.name, row.category, row.title, row.description) for row in examples()]
        case Topic.EXAMPLE:
            example = find_example(question.name)
            if example is None:
                raise NoAnswerError(f"there is no example {question.name}")
            return example.text.decode("latin-1")
        case Topic.LINT:
            version, text = document.version, document.text
            return {"version": version, "faults": await asyncio.to_thread(_faults, text)}
        case Topic.COMPLETE:
            names = await calls.do(lambda store: store.file_sizes(sid))
            words = TextWords(lambda: document.text, lambda: sorted(name.decode("latin-1") for name in names))
            return Completer(words, settings=settings).completions(question.before)
        case Topic.LANGUAGE:
            keywords, functions = word_lists()
            return {"keywords": keywords, "functions": functions}
        case Topic.CLEAR_PRINTER:
            raise NoAnswerError("the printer is cleared by the session that owns it")


class _Example(Struct, frozen=True):
    name: str
    category: str
    title: str
    description: str


class _Row(Struct, frozen=True):
    """A fault as the editor marks it; `line` is a row of the text from 0, the columns too."""

    line: int
    start: int
    end: int
    message: str


_faults_of_line = lru_cache(_KEPT_LINES)(lint_line)


def _faults(text: str) -> list[_Row]:
    lines = text.encode("latin-1").split(b"\n")
    found = [(row, fault) for row, line in enumerate(lines) for fault in _faults_of_line(line)]
    found += [(row.row, row.fault) for row in lint_program(lines)]
    return [_row(row, fault) for row, fault in sorted(found, key=lambda pair: (pair[0], pair[1].start))]


def _row(row: int, fault: Fault) -> _Row:
    return _Row(row, fault.start, fault.end, fault.message)
