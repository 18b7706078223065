"""The image: one growable block of bytes that holds all variables, the control stack and the machine's registers.

`layout.py` draws it. This file makes the block, grows and compacts its regions, and keeps strings; what the words
mean to BASIC (names, types, dimensions) is in variables.py.
"""

from collections.abc import Callable, Iterable

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime import layout
from mbasic.runtime.layout import HEADER_WORDS

MEMORY_LIMIT = 4 << 20
"""Bytes an image may grow to. The original has 64 KB; a program that fits there fits here."""

_FIRST_SCALARS = 128
_FIRST_DESCRIPTORS = 16
_FIRST_STACK = 64
_STACK_LIMIT = 16384
_FIRST_ARRAYS = 64
_FIRST_HEAP = 4096


class Strings(dict[int, bytes]):
    """The strings of the heap by their word, read from the image when first asked for.

    Heap bytes never change, so a word stands for the same string until the heap is compacted; then the cache is
    emptied. Words that point into file buffers are never kept.
    """

    __slots__ = ("image",)

    def __init__(self, image: "Image") -> None:
        super().__init__({0: b""})
        self.image = image

    def __missing__(self, word: int) -> bytes:
        offset = word >> 8
        if offset >= layout.FIELD_BASE:
            return self.image.field_text(offset - layout.FIELD_BASE, word & 255)
        start = self.image.q[layout.HEAP_BASE] + offset
        text = self.image.memory[start : start + (word & 255)]
        self[word] = value = bytes(text)
        return value


class Image:
    """The block and its views: `q` signed words, `u` unsigned words, `d` binary64, `h` 16 bits."""

    __slots__ = (
        "array_words",
        "d",
        "descriptors",
        "field_text",
        "h",
        "limit",
        "memory",
        "moved",
        "q",
        "roots",
        "scalars",
        "stack_entries",
        "strings",
        "u",
    )

    def __init__(self, limit: int = MEMORY_LIMIT) -> None:
        self.limit = limit
        self.scalars: int = _FIRST_SCALARS
        self.descriptors: int = _FIRST_DESCRIPTORS
        self.stack_entries: int = _FIRST_STACK
        self.array_words: int = _FIRST_ARRAYS
        self.moved: Callable[[int], None] = lambda _shift: None
        """Called when the views were replaced, with the bytes by which the arrays moved."""
        self.roots: Callable[[], Iterable[int]] = lambda: ()
        """Gives the word index of every string scalar and string array element."""
        self.field_text: Callable[[int, int], bytes] = lambda _offset, _length: b""
        """Reads the buffer of an open file."""
        self.strings = Strings(self)
        self._adopt(bytearray(8 * (self.arrays_base + self.array_words) + _FIRST_HEAP))
        self.reset_registers()

    # ---- regions

    @property
    def descriptors_base(self) -> int:
        """Word index of the first array descriptor."""
        return HEADER_WORDS + self.scalars

    @property
    def stack_base(self) -> int:
        """Word index of the control stack."""
        return self.descriptors_base + self.descriptors * layout.DESCRIPTOR_WORDS

    @property
    def arrays_base(self) -> int:
        """Word index of the arrays' elements."""
        return self.stack_base + self.stack_entries * layout.ENTRY_WORDS

    @property
    def heap_base(self) -> int:
        """Byte offset of the string heap."""
        return 8 * (self.arrays_base + self.array_words)

    def _adopt(self, memory: bytearray) -> None:
        self.memory = memory
        view = memoryview(memory)
        self.q = view.cast("q")
        self.u = view.cast("Q")
        self.d = view.cast("d")
        self.h = view.cast("h")
        self.q[layout.STACK_BASE] = self.stack_base
        self.q[layout.STACK_LIMIT] = self.arrays_base
        self.q[layout.HEAP_BASE] = self.heap_base

    def reset_registers(self) -> None:
        """The header as it is when MBASIC starts."""
        q = self.q
        q[layout.STACK_POINTER] = self.stack_base + layout.ENTRY_WORDS
        q[layout.WIDTH] = 80
        q[layout.PRINTER_WIDTH] = 132
        q[layout.DATA_PC] = q[layout.OPTION_BASE] = -1

    def grow(
        self, *, scalars: int = 0, descriptors: int = 0, stack_entries: int = 0, array_words: int = 0, heap: int = 0
    ) -> None:
        """Give regions at least the sizes asked for (heap in bytes, the rest in items) and move what lies behind.

        Raises OUT_OF_MEMORY when the image would pass its limit; nothing has changed then.
        """
        old = self.memory
        old_regions = self._regions()
        old_arrays = self.arrays_base
        used_stack = self.q[layout.STACK_POINTER] - self.stack_base
        heap_size = max(heap, len(old) - self.heap_base)
        sizes = (
            max(scalars, self.scalars),
            max(descriptors, self.descriptors),
            max(stack_entries, self.stack_entries),
            max(array_words, self.array_words),
        )
        words = HEADER_WORDS + sizes[0] + 4 * sizes[1] + 4 * sizes[2] + sizes[3]
        total = 8 * words + (heap_size + 7 & -8)
        if total > self.limit:
            raise BasicError(ErrorCode.OUT_OF_MEMORY)
        self.scalars = sizes[0]
        self.descriptors = sizes[1]
        self.stack_entries = sizes[2]
        self.array_words = sizes[3]
        memory = bytearray(total)
        for (start, end), (place, _) in zip(old_regions, self._regions(), strict=True):
            memory[place : place + end - start] = old[start:end]
        self._adopt(memory)
        self.q[layout.STACK_POINTER] = self.stack_base + used_stack
        self.moved(8 * (self.arrays_base - old_arrays))

    def _regions(self) -> tuple[tuple[int, int], ...]:
        marks = (0, self.descriptors_base, self.stack_base, self.arrays_base)
        ends = (*marks[1:], self.arrays_base + self.array_words)
        heap = (self.heap_base, len(self.memory) if hasattr(self, "memory") else self.heap_base)
        return (*((8 * a, 8 * b) for a, b in zip(marks, ends, strict=True)), heap)

    def adopt(self, memory: bytes, regions: tuple[int, int, int, int]) -> None:
        """Become a copy of another image: its block, and the sizes of its regions in the order of layout.py."""
        self.scalars, self.descriptors = regions[0], regions[1]
        self.stack_entries, self.array_words = regions[2], regions[3]
        self._adopt(bytearray(memory))
        self.clear_cache()
        self.moved(0)

    # ---- control stack

    def grow_stack(self) -> None:
        """Double the control stack; OUT_OF_MEMORY at its limit (endless GOSUB)."""
        if self.stack_entries >= _STACK_LIMIT:
            raise BasicError(ErrorCode.OUT_OF_MEMORY)
        self.grow(stack_entries=2 * self.stack_entries)

    # ---- strings

    @property
    def heap_size(self) -> int:
        """Bytes the string heap can hold."""
        return len(self.memory) - self.heap_base

    def keep(self, text: bytes) -> int:
        """Put a string of at most 255 bytes into the heap; its word. OUT_OF_STRING_SPACE when nothing is left."""
        size = len(text)
        if not size:
            return 0
        q = self.q
        top = q[layout.HEAP_TOP]
        start = q[layout.HEAP_BASE] + top
        if start + size > len(self.memory):
            self._make_room(size)
            q = self.q
            top = q[layout.HEAP_TOP]
            start = q[layout.HEAP_BASE] + top
        self.memory[start : start + size] = text
        q[layout.HEAP_TOP] = top + size
        word = top << 8 | size
        self.strings[word] = text
        return word

    def _make_room(self, size: int) -> None:
        self.compact()
        used = self.q[layout.HEAP_TOP] + size
        if 2 * used <= self.heap_size:
            return
        room = self.limit - self.heap_base
        wanted = min(room, max(2 * self.heap_size, 2 * used))
        if wanted > self.heap_size:
            self.grow(heap=wanted)
        if used > self.heap_size:
            raise BasicError(ErrorCode.OUT_OF_STRING_SPACE)

    def compact(self) -> None:
        """Drop every string that no variable holds."""
        u, base = self.u, self.q[layout.HEAP_BASE]
        kept = bytearray()
        places: dict[int, int] = {}
        for index in self.roots():
            word = u[index]
            if not word or word >> 8 >= layout.FIELD_BASE:
                continue
            if word not in places:
                start = base + (word >> 8)
                places[word] = len(kept) << 8 | word & 255
                kept += self.memory[start : start + (word & 255)]
            u[index] = places[word]
        self.memory[base : base + len(kept)] = kept
        self.q[layout.HEAP_TOP] = len(kept)
        self.clear_cache()

    def clear_heap(self) -> None:
        """Forget all strings (their variables have been zeroed)."""
        self.q[layout.HEAP_TOP] = 0
        self.clear_cache()

    def clear_cache(self) -> None:
        """What words stand for has changed."""
        self.strings.clear()
        self.strings[0] = b""
