"""Standard output as MBASIC's screen, standard input as its keyboard."""

import os

import pytest

from mbasic.ui.cli.piped import PipeScreen


@pytest.mark.parametrize(
    ("writes", "read"),
    [
        ([b"A\r\nB\r\n"], b"A\nB\n"),
        ([b"A\r", b"\nB"], b"A\nB"),
        ([b"A\rB\n\xff\x00"], b"A\rB\n\xff\x00"),
        ([b"A\r", b"B"], b"A\rB"),
        ([b"\r\r\n"], b"\r\n"),
        ([], b""),
    ],
)
def test_only_cr_lf_is_changed(writes: list[bytes], read: bytes) -> None:
    reader, writer = os.pipe()
    screen = PipeScreen(writer)
    for data in writes:
        screen.write(data)
    screen.flush()
    os.close(writer)
    with open(reader, "rb") as file:
        assert file.read() == read
