"""Answers to what a page asks the host: files, help, faults of the text. Plain data that becomes JSON."""

from mbasic.errors import HostError
from mbasic.host.messages import HostAsk, Topic
from mbasic.host.services import Services
from mbasic.session.document import Document
from mbasic.session.help_text import help_lines
from mbasic.session.lint import lint_line
from mbasic.storage.session_store import SessionId


class NoAnswerError(HostError):
    """There is no answer, and the text says why."""


async def answer_question(question: HostAsk, sid: SessionId, document: Document, services: Services) -> object:
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
        case Topic.LINT:
            return {"version": document.version, "faults": _faults(document)}
        case _:
            raise NoAnswerError(f"nothing is known about {question.what.value} yet")


def _faults(document: Document) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    at = 0
    for text in document.text.split("\n"):
        found += [
            {"from": at + fault.start, "to": at + fault.end, "message": fault.message}
            for fault in lint_line(text.encode("latin-1"))
        ]
        at += len(text) + 1
    return found
