"""The cipher of SAVE "X",P.

    FE  cipher(all bytes of the plain file behind its FF, the last 00 00 included)  1A

Position i counts from 0 at the first byte behind FE; arithmetic is modulo 256:

    c = ((p - (13 - i mod 13)) xor A[i mod 11] xor B[i mod 13]) + (11 - i mod 11)

The pattern repeats after 143 bytes, so each of the 143 places of the pattern is one table of 256 bytes.
Proof: tests/transcripts/direct/saved/p_* (pairs of plain and protected saves).
"""

from functools import cache

HEADER = 0xFE

_KEY_11 = bytes.fromhex("2fc1fe7b846e02783bd74a")
_KEY_13 = bytes.fromhex("e18723345887992665861ed7fb")
_PERIOD = 11 * 13


def encipher(plain: bytes) -> bytes:
    """Return the bytes to stand behind FE for those that stand behind FF in the plain file."""
    return _translate(plain, _cipher_tables())


def decipher(secret: bytes) -> bytes:
    """Return the bytes behind FF of the plain file for those behind FE."""
    return _translate(secret, _plain_tables())


def _translate(data: bytes, tables: tuple[bytes, ...]) -> bytes:
    out = bytearray(data)
    for place, table in enumerate(tables[: len(data)]):
        out[place::_PERIOD] = data[place::_PERIOD].translate(table)
    return bytes(out)


@cache
def _cipher_tables() -> tuple[bytes, ...]:
    return tuple(_cipher_table(place) for place in range(_PERIOD))


@cache
def _plain_tables() -> tuple[bytes, ...]:
    return tuple(bytes.maketrans(table, bytes(range(256))) for table in _cipher_tables())


def _cipher_table(place: int) -> bytes:
    key = _KEY_11[place % 11] ^ _KEY_13[place % 13]
    less, more = 13 - place % 13, 11 - place % 11
    return bytes(((((plain - less) & 0xFF) ^ key) + more) & 0xFF for plain in range(256))
