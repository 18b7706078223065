"""What every snapshot begins with, and how one of an older format becomes one of today's.

    magic  version (1 byte)  crc32 of what follows (4 bytes, low first)  msgpack of the state

A newer format is refused; an older one goes through the upgrade of each format on the way: the state as msgpack's plain
values in, that of the next format out.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar
from zlib import crc32

import msgspec
from msgspec import Struct

from mbasic.errors import HostError

_State = TypeVar("_State", bound=Struct)

Plain = dict[str, object]
Upgrade = Callable[[Plain], Plain]


class SnapshotError(HostError):
    """Bytes that are no snapshot, a damaged one, or one of a newer version."""


class Frame(Struct, frozen=True):
    """A kind of snapshot. `upgrades`: by the format that each begins with; `what` ends "a snapshot of ..."."""

    magic: bytes
    version: int
    what: str
    upgrades: Mapping[int, Upgrade]

    def pack(self, state: Struct) -> bytes:
        """Return the snapshot of `state`."""
        payload = msgspec.msgpack.encode(state)
        return self.magic + bytes((self.version,)) + crc32(payload).to_bytes(4, "little") + payload

    def unpack(self, data: bytes, kind: type[_State]) -> _State:
        """Return the state, of class `kind`, in a snapshot. Raises SnapshotError."""
        payload, version = self._payload(data)
        try:
            if version == self.version:
                return msgspec.msgpack.decode(payload, type=kind)
            plain = msgspec.msgpack.decode(payload, type=Plain)
            for step in range(version, self.version):
                plain = self.upgrades[step](plain)
            return msgspec.convert(plain, kind)
        except msgspec.MsgspecError as error:
            raise SnapshotError(f"this snapshot cannot be read: {error}") from None

    def _payload(self, data: bytes) -> tuple[bytes, int]:
        head = len(self.magic)
        if data[:head] != self.magic:
            raise SnapshotError(f"these bytes are not a snapshot of {self.what}")
        version = int.from_bytes(data[head : head + 1], "little")
        if version != self.version and version not in self.upgrades:
            raise SnapshotError(
                f"this snapshot of {self.what} has format {version}, this version of MBASIC reads {self.version}"
            )
        payload = data[head + 5 :]
        if crc32(payload).to_bytes(4, "little") != data[head + 1 : head + 5]:
            raise SnapshotError("this snapshot is damaged: its checksum is wrong")
        return payload, version
