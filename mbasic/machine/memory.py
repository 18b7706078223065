"""PEEK, POKE, VARPTR, ports: what a program sees of the machine below BASIC.

There are 64 KB of memory of the program's own; it starts as zeros. VARPTR gives a variable an address in it, and from
then on PEEK and POKE there read and change the variable's bytes as the original stores them:

    INTEGER 2 bytes, SINGLE 4, DOUBLE 8, low byte first; STRING 3: length, address of the text

There is no 8080: USR gives back its argument and CALL does nothing, as if the machine code were a RET.
"""

from typing import TypeAlias

from msgspec import Struct

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime.image import Image
from mbasic.runtime.library.strings import address as to_address
from mbasic.runtime.library.strings import check_byte
from mbasic.runtime.variables import ORIGINAL_BYTES, Variables
from mbasic.values import single

SIZE = 65536
FIRST_WINDOW = 0x8000
"""Where the first variable asked for appears; free memory in the original too."""


Cells: TypeAlias = "memoryview[int] | memoryview[float]"


class Window(Struct):
    """Addresses `start` to `end` show a variable: `key` is (name, type sign), array or scalar."""

    start: int
    end: int
    name: bytes
    sign: str
    array: bool


class Memory:
    """The bytes that were POKEd, the windows onto variables, the ports and the USR addresses."""

    __slots__ = ("_poked", "contents", "image", "ports", "users", "variables", "windows")

    def __init__(self, image: Image, variables: Variables) -> None:
        self.image = image
        self.variables = variables
        self.contents = bytearray()
        self.windows: list[Window] = []
        self.ports: dict[int, int] = {}
        self.users: dict[int, int] = {}
        self._poked: dict[tuple[str, int], tuple[int | float, bytes]] = {}
        """Bytes POKEd into a number, and what it then was: a zero keeps no mantissa, the bytes on the way do."""

    # ---- bytes

    def peek(self, where: int | float) -> int:
        """PEEK(address)."""
        at = to_address(where)
        window = self._window(at)
        if window is not None:
            return self._variable_byte(window, at - window.start)
        return self.contents[at] if self.contents else 0

    def poke(self, where: int | float, value: int) -> None:
        """POKE address, value."""
        at = to_address(where)
        check_byte(value)
        window = self._window(at)
        if window is not None:
            self._set_variable_byte(window, at - window.start, value)
            return
        if not self.contents:
            self.contents = bytearray(SIZE)
        self.contents[at] = value

    # ---- variables

    def address_of_scalar(self, slot: int) -> int:
        """VARPTR(variable). A variable that was never used has no address: ILLEGAL_FUNCTION_CALL."""
        for (name, sign), place in self.variables.slots.items():
            if place == slot and (slot in self.variables.used or self.image.q[slot]):
                return _signed(self._window_of(name, sign, False, ORIGINAL_BYTES[sign]).start)
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)

    def address_of_element(self, index: int, place: int) -> int:
        """VARPTR(array(…)); `place` counts the elements."""
        array = self.variables.arrays[index]
        size = ORIGINAL_BYTES[array.sign]
        window = self._window_of(array.name, array.sign, True, size * array.elements)
        return _signed(window.start + place * size)

    def _window(self, at: int) -> Window | None:
        return next((w for w in self.windows if w.start <= at < w.end), None)

    def _window_of(self, name: bytes, sign: str, array: bool, size: int) -> Window:
        for window in self.windows:
            if (window.name, window.sign, window.array) == (name, sign, array) and window.end - window.start == size:
                return window
        start = self.windows[-1].end if self.windows else FIRST_WINDOW
        if start + size > SIZE:
            self.windows.clear()
            start = FIRST_WINDOW
        window = Window(start, start + size, name, sign, array)
        self.windows.append(window)
        return window

    def _cell(self, window: Window, offset: int) -> tuple[Cells, int, int]:
        """(view, index, byte of the stored form) of a variable's byte."""
        size = ORIGINAL_BYTES[window.sign]
        if not window.array:
            slot = self.variables.slots[window.name, window.sign]
            return (self.image.d if window.sign == "!" else self.image.u), slot, offset
        array = self.variables.arrays[self.variables.array_index[window.name, window.sign]]
        place, byte = divmod(offset, size)
        if window.sign == "%":
            return memoryview(self.image.memory).cast("H"), (array.first_byte >> 1) + place, byte
        view = self.image.d if window.sign == "!" else self.image.u
        return view, (array.first_byte >> 3) + place, byte

    def _stored(self, window: Window, value: int | float) -> bytes:
        """The value's bytes as the original keeps them."""
        if isinstance(value, float):
            return single.to_bits(value).to_bytes(4, "little")
        if window.sign == "$":
            return bytes((value & 255,)) + (value >> 8 & 0xFFFF).to_bytes(2, "little")
        size = ORIGINAL_BYTES[window.sign]
        return (value & (1 << 8 * size) - 1).to_bytes(size, "little")

    def _bytes_of(self, window: Window, view: Cells, index: int) -> bytes:
        """The variable's bytes: those that were POKEd, as long as they are its value."""
        value, poked = self._poked.get((window.sign, index), (None, b""))
        return poked if value == view[index] and poked else self._stored(window, view[index])

    def _variable_byte(self, window: Window, offset: int) -> int:
        view, index, byte = self._cell(window, offset)
        return self._bytes_of(window, view, index)[byte]

    def _set_variable_byte(self, window: Window, offset: int, value: int) -> None:
        view, index, byte = self._cell(window, offset)
        if window.sign == "$":
            return
        stored = bytearray(self._bytes_of(window, view, index))
        stored[byte] = value
        word = int.from_bytes(stored, "little")
        if window.sign == "!":
            self.image.d[index] = single.from_bits(word)
        elif window.sign == "%" and window.array:
            memoryview(self.image.memory).cast("H")[index] = word
        elif window.sign == "%":
            self.image.q[index] = word - 65536 if word > 32767 else word
        else:
            self.image.u[index] = word
        self._poked[window.sign, index] = view[index], bytes(stored)

    # ---- ports and machine code

    def inp(self, port: int) -> int:
        """INP(port): what OUT last put there."""
        return self.ports.get(check_byte(port), 0)

    def out(self, port: int, value: int) -> None:
        """OUT port, value."""
        self.ports[check_byte(port)] = check_byte(value)

    def ready(self, port: int, mask: int, invert: int | None) -> bool:
        """Whether WAIT port, mask, invert has come to its end."""
        return bool((self.inp(port) ^ check_byte(invert or 0)) & check_byte(mask))

    def define_user(self, number: int, where: int | float) -> None:
        """DEF USRn = address."""
        self.users[number] = to_address(where)

    def call(self, where: float) -> None:
        """CALL variable: the machine code at `where` is a RET."""

    def user(self, number: int, argument: int | float | bytes) -> int | float | bytes:
        """USRn(argument); ILLEGAL_FUNCTION_CALL without DEF USRn."""
        if number not in self.users:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        return argument


def _signed(at: int) -> int:
    return at - SIZE if at > 32767 else at
