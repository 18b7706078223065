"""A variable as a person names it to the debugger."""

from msgspec import Struct


class VariableName(Struct, frozen=True):
    """A variable as it is written: `sign` may be "", then DEFINT and the like decide; `subscripts` of an element."""

    name: bytes
    sign: str = ""
    subscripts: tuple[int, ...] | None = None

    def text(self) -> bytes:
        """Its text: A, N$, M%(3,4)."""
        tail = b"" if self.subscripts is None else b"(%s)" % b",".join(b"%d" % s for s in self.subscripts)
        return self.name + self.sign.encode() + tail
