"""Events made one before an instance is told them."""

from mbasic.host.step_events import joined
from mbasic.session.messages import Event, OutputEvent, ProgramChangedEvent, State, StateEvent


def test_lines_and_their_echoes_become_one_of_each() -> None:
    events: list[Event] = [
        ProgramChangedEvent(4, ((20, b"20 A"),)),
        OutputEvent(100, b"20 A\r\n"),
        ProgramChangedEvent(5, ((10, b"10 B"),)),
        OutputEvent(106, b"10 B\r\n"),
        ProgramChangedEvent(6, ((20, None),)),
    ]
    assert joined(events) == [
        ProgramChangedEvent(6, ((10, b"10 B"), (20, None))),
        OutputEvent(100, b"20 A\r\n10 B\r\n"),
    ]


def test_order_is_kept_about_everything_else() -> None:
    whole = ProgramChangedEvent(5, (), True)
    running = StateEvent(State.RUNNING)
    events: list[Event] = [
        ProgramChangedEvent(4, ((1, b"1 A"),)),
        whole,
        OutputEvent(0, b"a"),
        running,
        OutputEvent(1, b"b"),
        OutputEvent(2, b"c"),
    ]
    assert joined(events) == [events[0], whole, OutputEvent(0, b"a"), running, OutputEvent(1, b"bc")]
