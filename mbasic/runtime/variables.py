"""Names, types and dimensions of the variables whose values are in the image.

A variable is its name and its type sign: A, A%, A#, A$ are four, and the arrays of these names are four more
(tests/transcripts/lang/variables). Scalars keep their word for as long as the image lives, CLEAR only zeroes them.
"""

from collections.abc import Callable

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime import layout
from mbasic.runtime.image import Image

ELEMENT_BYTES = {"%": 2, "!": 8, "#": 8, "$": 8}
ORIGINAL_BYTES = {"%": 2, "!": 4, "#": 8, "$": 3}
"""What an element takes in the original, whose arrays end at 64 KB."""

DEFAULT_SIZE = 11
"""Elements of an array that is used without DIM: 0 to 10."""

NO_TYPES = "!" * 26


class Array:
    """One dimensioned array: `sizes` are highest subscript + 1; the first subscript runs fastest."""

    __slots__ = ("elements", "first_byte", "index", "name", "sign", "sizes")

    def __init__(self, index: int, name: bytes, sign: str) -> None:
        self.index = index
        self.name = name
        self.sign = sign
        self.sizes: tuple[int, ...] = ()
        self.elements = 0
        self.first_byte = 0

    @property
    def bytes_taken(self) -> int:
        """Bytes of its elements in the image, whole words."""
        return self.elements * ELEMENT_BYTES[self.sign] + 7 & -8


class Variables:
    """The symbol tables. `types` holds the type sign that DEFINT and the like gave each letter."""

    __slots__ = ("array_index", "arrays", "changed", "image", "slots", "types", "used")

    def __init__(self, image: Image) -> None:
        self.image = image
        self.slots: dict[tuple[bytes, str], int] = {}
        self.array_index: dict[tuple[bytes, str], int] = {}
        self.arrays: list[Array] = []
        self.types = NO_TYPES
        self.used: set[int] = set()
        """Slots of the scalars that have been stored into, among those whose existence SWAP or VARPTR asks for."""
        self.changed: Callable[[Array], None] = lambda _array: None
        """Called with an Array that was dimensioned, erased or moved."""
        image.roots = self.string_words
        image.moved = self.rebase

    # ---- scalars

    def slot(self, name: bytes, sign: str) -> int:
        """Word index of a scalar, for reading it."""
        key = (name, sign)
        found = self.slots.get(key)
        if found is None:
            if len(self.slots) == self.image.scalars:
                self.image.grow(scalars=2 * self.image.scalars)
            found = self.slots[key] = layout.HEADER_WORDS + len(self.slots)
        return found

    def require(self, name: bytes, sign: str) -> None:
        """ILLEGAL_FUNCTION_CALL for a scalar that does not exist yet (tests/transcripts/lang/variables/swap_*)."""
        slot = self.slot(name, sign)
        if slot not in self.used and not self.image.q[slot]:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)

    def set_types(self, sign: str, letters: tuple[tuple[str, str], ...]) -> None:
        """DEFINT, DEFSNG, DEFDBL, DEFSTR for ranges of letters."""
        types = list(self.types)
        for first, last in letters:
            for letter in range(ord(first) - 65, ord(last) - 64):
                types[letter] = sign
        self.types = "".join(types)

    # ---- arrays

    def array(self, name: bytes, sign: str) -> int:
        """Index of an array's descriptor; dimensioned or not, it keeps it."""
        key = (name, sign)
        found = self.array_index.get(key)
        if found is None:
            if len(self.arrays) == self.image.descriptors:
                self.image.grow(descriptors=2 * self.image.descriptors)
            found = self.array_index[key] = len(self.arrays)
            self.arrays.append(Array(found, name, sign))
        return found

    def dimension(self, index: int, highest: tuple[int, ...]) -> None:
        """DIM, with the highest subscript of each dimension.

        DUPLICATE_DEFINITION when it has dimensions already, SUBSCRIPT_OUT_OF_RANGE for a highest subscript below the
        base or an array above 64 KB, OUT_OF_MEMORY (tests/transcripts/lang/variables/dim_*).
        """
        array = self.arrays[index]
        if array.sizes:
            raise BasicError(ErrorCode.DUPLICATE_DEFINITION)
        base = self.image.q[layout.OPTION_BASE]
        elements = counted = 1
        for top in highest:
            if top < max(base, 0):
                raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
            elements *= top + 1
            counted *= top + 1 - max(base, 0)
            if counted * ORIGINAL_BYTES[array.sign] > 65535:
                raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
        self.place(array, tuple(top + 1 for top in highest), elements)
        if base < 0:
            self.image.q[layout.OPTION_BASE] = 0

    def place(self, array: Array, sizes: tuple[int, ...], elements: int) -> None:
        """Give an array its elements, all zero, behind the last one."""
        end = self._arrays_end()
        needed = elements * ELEMENT_BYTES[array.sign] + 7 >> 3
        image = self.image
        room = 8 * (image.arrays_base + image.array_words) - end
        if room < 8 * needed:
            image.grow(array_words=max(image.array_words * 2, image.array_words + needed))
            end = self._arrays_end()
        array.sizes = sizes
        array.elements = elements
        array.first_byte = end
        image.memory[end : end + 8 * needed] = bytes(8 * needed)
        self._describe(array)
        self.changed(array)

    def _arrays_end(self) -> int:
        return max((a.first_byte + a.bytes_taken for a in self.arrays if a.sizes), default=8 * self.image.arrays_base)

    def _describe(self, array: Array) -> None:
        at = self.image.descriptors_base + array.index * layout.DESCRIPTOR_WORDS
        sizes = (*array.sizes, 0, 0)
        for offset, value in enumerate((array.first_byte, array.elements, sizes[0], sizes[1])):
            self.image.q[at + offset] = value

    def erase(self, index: int) -> None:
        """ERASE: an unknown array is an ILLEGAL_FUNCTION_CALL; the arrays behind it move down."""
        array = self.arrays[index]
        if not array.sizes:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        taken, hole = array.bytes_taken, array.first_byte
        end = self._arrays_end()
        memory = self.image.memory
        memory[hole : end - taken] = memory[hole + taken : end]
        self._forget(array)
        for other in self.arrays:
            if other.sizes and other.first_byte > hole:
                other.first_byte -= taken
                self._describe(other)
                self.changed(other)

    def _forget(self, array: Array) -> None:
        array.sizes = ()
        array.elements = array.first_byte = 0
        self._describe(array)
        self.changed(array)

    def rebase(self, shift: int) -> None:
        """The arrays' region moved by `shift` bytes."""
        for array in self.arrays:
            if array.sizes:
                array.first_byte += shift
                self._describe(array)
            self.changed(array)

    # ---- all

    def adopt(
        self,
        slots: list[tuple[bytes, str]],
        used: list[int],
        arrays: list[tuple[bytes, str, tuple[int, ...], int, int]],
        types: str,
    ) -> None:
        """Become the tables of another image. `arrays`: name, sign, sizes, elements, first byte."""
        self.slots = {key: layout.HEADER_WORDS + i for i, key in enumerate(slots)}
        self.used = set(used)
        self.array_index = {(name, sign): i for i, (name, sign, *_) in enumerate(arrays)}
        self.arrays = [Array(i, name, sign) for i, (name, sign, *_) in enumerate(arrays)]
        for array, (_, _, sizes, elements, first) in zip(self.arrays, arrays, strict=True):
            array.sizes, array.elements, array.first_byte = sizes, elements, first
        self.types = types

    def string_words(self) -> list[int]:
        """Word index of every string scalar and string element: what keeps a string alive."""
        words = [slot for (_, sign), slot in self.slots.items() if sign == "$"]
        for array in self.arrays:
            if array.sign == "$" and array.sizes:
                first = array.first_byte >> 3
                words.extend(range(first, first + array.elements))
        return words

    def clear(
        self,
        keep_scalars: frozenset[tuple[bytes, str]] = frozenset(),
        keep_arrays: frozenset[tuple[bytes, str]] = frozenset(),
    ) -> None:
        """Zero all scalars and forget all arrays, but for those named (COMMON)."""
        q = self.image.q
        for key, slot in self.slots.items():
            if key not in keep_scalars:
                q[slot] = 0
                self.used.discard(slot)
        for array in self.arrays:
            if array.sizes and (array.name, array.sign) not in keep_arrays:
                self.erase(array.index)
        if not keep_scalars and not keep_arrays:
            self.image.clear_heap()
