"""Every file of the recorded disks, byte for byte, and every recorded listing."""

from pathlib import Path

import pytest

from mbasic.language import protected, tokenized
from mbasic.language.program import Program
from tests.language.recorded import DIRECT, TRANSCRIPTS, ascii_part, binary_files, ignore, name_of, without_filler
from tests.language.session import replay

BINARY = binary_files()
# A file and the text it is listed as; where a T2 is there, it was saved after loading that text.
TWINS = [
    (disk / binary, disk / text)
    for disk in sorted(TRANSCRIPTS.rglob("*.disk"))
    for binary, text in (("T.BAS", "TA.BAS"), ("T2.BAS", "TA.BAS"), ("BIN.BAS", "AGAIN.BAS"), ("OUT.BAS", "OUTA.BAS"))
    if (disk / binary).exists() and (disk / text).exists()
]
RELOADED = [(disk / "T2.BAS", disk / "TA.BAS") for disk in sorted(DIRECT.rglob("*.disk")) if (disk / "T2.BAS").exists()]
PROTECTED = [(disk / "TP.BAS", disk / "T.BAS") for disk in sorted(DIRECT.rglob("*.disk")) if (disk / "TP.BAS").exists()]
TYPED = sorted(
    keys for area in ("entry", "saved", "renum", "delete", "merge") for keys in (DIRECT / area).glob("*.keys")
)


def load(file: Path) -> Program:
    program = Program()
    program.load_bytes(file.read_bytes(), ignore)
    return program


def plain(file: Path) -> bytes:
    """A recorded binary file in plain form, up to its 1A."""
    data = file.read_bytes()
    if data[0] == protected.HEADER:
        deciphered = b"\xff" + protected.decipher(data[1:])
        end = tokenized.program_end(deciphered)
        return deciphered[:end] + data[end : end + 1]
    return without_filler(data, tokenized.program_end(data))


def test_the_recordings_are_here() -> None:
    assert len(BINARY) > 40
    assert len(TWINS) > 30
    assert len(RELOADED) > 5
    assert len(PROTECTED) == 4


@pytest.mark.parametrize("file", BINARY, ids=name_of)
def test_a_binary_file_is_decoded_and_encoded(file: Path) -> None:
    data = plain(file)
    links_moved = file.name == "MOVED.BAS"
    assert (tokenized.encode(tokenized.decode(data)) != data) is links_moved


@pytest.mark.parametrize(("binary", "text"), TWINS, ids=lambda file: name_of(file))
def test_a_tokenized_file_lists_as_its_twin(binary: Path, text: Path) -> None:
    assert load(binary).save_ascii() == ascii_part(text)


@pytest.mark.parametrize(("binary", "text"), RELOADED, ids=lambda file: name_of(file))
def test_a_text_file_crunches_into_its_twin(binary: Path, text: Path) -> None:
    assert load(text).save_tokenized() == plain(binary)


@pytest.mark.parametrize(("secret", "open_file"), PROTECTED, ids=lambda file: name_of(file))
def test_a_protected_file_is_the_cipher_of_its_twin(secret: Path, open_file: Path) -> None:
    saved = load(open_file).save_protected()
    assert saved == without_filler(secret.read_bytes(), len(saved) - 1)
    program = load(secret)
    assert program.protected
    assert list(program) == list(load(open_file))


@pytest.mark.parametrize("keys", TYPED, ids=name_of)
def test_a_typed_session(keys: Path) -> None:
    """The transcript as far as it only enters and lists lines; then what was saved up to there."""
    session = replay(keys)
    recorded = keys.with_suffix(".out").read_bytes().replace(b"\r\n", b"\n")
    assert recorded.startswith(session.output)
    saved = keys.with_suffix(".disk") / "T.BAS"
    if session.left.startswith(b'SAVE "T"'):
        assert session.program.save_tokenized() == plain(saved)
