"""Where things stand in the image: the header's words, the regions behind it, the control stack's entries.

The image is one block of 8-byte words; nothing in it is an address, only indexes and byte offsets, so a copy of the
block is a checkpoint, and the same block can be the linear memory of compiled code.

    words   0 .. 63              header, the constants below
            64 .. +scalars       one word a scalar: INTEGER as i64, SINGLE as binary64, DOUBLE as its own 64 bits,
                                 STRING as offset << 8 | length
            .. +descriptors      4 words an array: first byte, elements, size of dimension 1, of dimension 2
            .. +stack            control stack, entries of 4 words
            .. +arrays           elements: INTEGER 2 bytes, the others 8
            .. end               string heap: immutable bytes; offsets count from the heap's beginning

A control stack entry: word 0 is statement << 8 | kind, where `statement` is the pc of the FOR, the GOSUB or the WHILE;
then for FOR: unused, limit, step; for GOSUB: pc to return to. The first entry is empty: the stack's bottom.
"""

from typing import Final

HEADER_WORDS: Final = 64

PC: Final = 1
"""Index of the statement to execute next."""
STACK_POINTER: Final = 3
"""Word index of the first free control stack entry."""
ERR: Final = 4
ERL: Final = 5
ON_ERROR: Final = 6
"""pc of the ON ERROR GOTO handler + 1; 0 is none."""
RESUME_PC: Final = 7
"""pc that RESUME repeats + 1 while a handler runs; 0 outside of handlers."""
COLUMN: Final = 8
"""Console cursor, from 0."""
WIDTH: Final = 9
PRINTER_COLUMN: Final = 10
PRINTER_WIDTH: Final = 11
NULLS: Final = 12
DATA_PC: Final = 13
"""pc of the DATA statement that READ is in; -1: search from the beginning."""
DATA_OFFSET: Final = 14
"""Offset into its text of the next item."""
RANDOM_SEED: Final = 15
RANDOM_COUNTERS: Final = 16
CONT_PC: Final = 17
"""pc that CONT goes to + 1; 0: Can't continue."""
TRACE: Final = 18
OPTION_BASE: Final = 19
"""0 or 1; -1 while nothing has fixed it."""
STACK_BASE: Final = 20
"""Word index of the control stack's first entry."""
STACK_LIMIT: Final = 21
"""Word index behind its last entry."""
HEAP_BASE: Final = 22
"""Byte offset of the string heap."""
HEAP_TOP: Final = 23
"""Offset in the heap of its first free byte."""

ENTRY_WORDS: Final = 4
FOR_ENTRY: Final = 1
GOSUB_ENTRY: Final = 2
WHILE_ENTRY: Final = 3

DESCRIPTOR_WORDS: Final = 4
FIELD_BASE: Final = 1 << 40
"""String offsets from here on point into the buffers of open files: FIELD_BASE + file << 16 + offset."""
