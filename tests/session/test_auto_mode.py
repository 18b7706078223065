"""AUTO's numbers (tests/transcripts/direct/auto)."""

import pytest

from mbasic.session.auto_mode import AutoMode


def started(line: int | None = None, increment: int | None = None, comma: bool = False) -> AutoMode:
    auto = AutoMode()
    auto.start(line, increment, comma)
    return auto


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        ((None, None, False), [10, 20, 30]),
        ((100, None, False), [100, 110, 120]),
        ((50, 7, True), [50, 57, 64]),
        ((None, 7, True), [0, 7, 14]),
        ((100, None, True), [100, 110, 120]),
    ],
)
def test_numbers(arguments: tuple[int | None, int | None, bool], numbers: list[int]) -> None:
    auto = started(*arguments)
    assert [auto.take() for _ in numbers] == numbers


def test_a_comma_alone_takes_the_last_increment() -> None:
    auto = started(50, 7, True)
    auto.start(100, None, True)
    assert [auto.take(), auto.line] == [100, 107]


def test_without_a_comma_the_increment_is_10_again() -> None:
    auto = started(50, 7, True)
    auto.start(100, None, False)
    assert [auto.take(), auto.line] == [100, 110]


def test_past_the_last_line_auto_is_over() -> None:
    auto = started(65525, 10, True)
    assert auto.take() == 65525
    assert auto.line is None


def test_stop() -> None:
    auto = started()
    auto.stop()
    assert auto.line is None
