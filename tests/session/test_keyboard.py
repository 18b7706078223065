"""The queue of keys."""

import pytest

from mbasic.session.keyboard import BREAK_PATIENCE, Keyboard


def typed(*pieces: bytes) -> Keyboard:
    keyboard = Keyboard()
    for piece in pieces:
        keyboard.type(piece)
    return keyboard


@pytest.mark.parametrize(
    ("pieces", "keys"),
    [
        ([b"A\n"], b"A\r"),
        ([b"A\r\nB\r"], b"A\rB\r"),
        ([b"A\r", b"\nB"], b"A\rB"),
        ([b"A\n\nB"], b"A\r\rB"),
        ([b"\r", b"\r"], b"\r\r"),
    ],
)
def test_all_line_ends_are_enter(pieces: list[bytes], keys: bytes) -> None:
    assert typed(*pieces).take_all() == keys


def test_keys_have_seven_bits() -> None:
    keyboard = typed(b"\xc1\xff")
    assert [keyboard.next(), keyboard.next()] == [0x41, 0x7F]


def test_a_break_ahead_of_its_time_waits() -> None:
    keyboard = typed(b"\x03X")
    keyboard.begin_run()
    assert not keyboard.take_due_break(BREAK_PATIENCE)
    assert keyboard.take_due_break(1)
    assert keyboard.take_all() == b"X"


def test_only_the_first_key_can_break() -> None:
    keyboard = typed(b"A\x03")
    assert not keyboard.take_due_break(10 * BREAK_PATIENCE)


def test_waiting_restores_the_patience() -> None:
    keyboard = typed(b"\x03")
    keyboard.take_due_break(BREAK_PATIENCE)
    keyboard.begin_run()
    assert not keyboard.take_due_break(1)


def test_a_break_from_a_person_drops_what_is_before_it() -> None:
    keyboard = typed(b"abc\x03de\x03f")
    assert keyboard.drop_to_break()
    assert keyboard.take_all() == b"f"
    assert not keyboard.drop_to_break()


def test_keys_can_be_put_back() -> None:
    keyboard = typed(b"c")
    keyboard.put_back(b"ab")
    assert keyboard.take_all() == b"abc"
