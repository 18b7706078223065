"""The events of a step as an instance is told them: a thousand lines pasted at Ok are one change of the program.

An instance follows each change of the program through the whole text, so the number of changes counts, not their size.
"""

from collections.abc import Iterable

from mbasic.session.messages import Event, OutputEvent, ProgramChangedEvent


def joined(events: Iterable[Event]) -> list[Event]:
    """The same with neighbours made one: outputs, and changes of lines with nothing but output between them."""
    result: list[Event] = []
    output: list[OutputEvent] = []
    changes: list[ProgramChangedEvent] = []
    for event in events:
        match event:
            case OutputEvent():
                output.append(event)
            case ProgramChangedEvent(whole=False, protected=False):
                changes.append(event)
            case _:
                _put(result, changes, output)
                result.append(event)
    _put(result, changes, output)
    return result


def _put(result: list[Event], changes: list[ProgramChangedEvent], output: list[OutputEvent]) -> None:
    """Add what was gathered, and gather anew."""
    if changes:
        lines = {number: text for change in changes for number, text in change.lines}
        result.append(ProgramChangedEvent(changes[-1].version, tuple(sorted(lines.items()))))
        changes.clear()
    if output:
        result.append(OutputEvent(output[0].offset, b"".join(event.data for event in output)))
        output.clear()
