"""Bytes with a checksum before them: crc32 (4 bytes, low first), then the bytes. Finds what decayed or was overwritten,
not what was forged."""

from zlib import crc32

SEAL_LENGTH = 4


class BrokenSealError(ValueError):
    """The bytes are not those that were sealed."""


def seal(data: bytes) -> bytes:
    """Return `data` with its checksum."""
    return crc32(data).to_bytes(SEAL_LENGTH, "little") + data


def unseal(sealed: bytes) -> bytes:
    """Return the bytes that were sealed; raises BrokenSealError."""
    data = sealed[SEAL_LENGTH:]
    if len(sealed) < SEAL_LENGTH or crc32(data) != int.from_bytes(sealed[:SEAL_LENGTH], "little"):
        raise BrokenSealError("the checksum does not match")
    return data
