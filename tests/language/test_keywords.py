"""The table of words."""

from mbasic.language.keywords import KEYWORDS, NAME_OF, TOKEN_OF


def test_each_word_has_bytes_of_its_own() -> None:
    assert len(KEYWORDS) == len(TOKEN_OF) == len(NAME_OF) == 140


def test_the_ends_of_each_run_of_the_table() -> None:
    expected = {
        b"END": "81", b"ON": "95", b"NULL": "96", b"CONT": "9A", b"OUT": "9D", b"LLIST": "9F", b"WIDTH": "A1",
        b"LINE": "B1", b"WHILE": "B4", b"RANDOMIZE": "BB", b"SYSTEM": "BD", b"OPEN": "BF", b"RESET": "CC",
        b"TO": "CE", b"INKEY$": "DD", b">": "EF", b"\\": "FD", b"LEFT$": "FF 81", b"FRE": "FF 8F",
        b"INP": "FF 90", b"FIX": "FF 9F", b"CVI": "FF AB", b"CVD": "FF AD", b"EOF": "FF AF", b"MKD$": "FF B4",
    }  # fmt: skip
    assert {name: TOKEN_OF[name] for name in expected} == {
        name: bytes.fromhex(token) for name, token in expected.items()
    }
