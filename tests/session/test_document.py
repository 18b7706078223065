"""The document of an editor beside the program: edits by version, and what the prompt changes."""

import random

import pytest

from mbasic.session.document import Document
from mbasic.session.messages import EditText, Event, ProgramChangedEvent, RenumberCommand, TypeLine
from mbasic.session.program_text import TextReader
from mbasic.session.session import Session
from mbasic.storage.disks import MemoryDisk
from tests.tester import Paper


def changed(*lines: tuple[int, str | None], whole: bool = False) -> ProgramChangedEvent:
    told = tuple((number, None if text is None else text.encode("latin-1")) for number, text in lines)
    return ProgramChangedEvent(1, told, whole)


# ---- edits --------------------------------------------------------------------------


def test_edits_count_versions() -> None:
    document = Document("10 PRINT\n20 END\n")
    assert document.apply(0, [(3, 8, "print 1"), (16, 16, "30 X\n")]) == ((3, 8, "print 1"), (16, 16, "30 X\n"))
    assert (document.text, document.version) == ("10 print 1\n20 END\n30 X\n", 1)
    assert document.apply(0, [(0, 1, "")]) is None
    assert document.apply(1, []) == ()
    assert document.version == 1


@pytest.mark.parametrize(
    "changes",
    [[(5, 3, "")], [(0, 99, "")], [(3, 4, ""), (2, 2, "x")], [(0, 0, "\u20ac")], [(0, 0, "a\rb")], [(-1, 0, "")]],
)
def test_changes_that_do_not_fit_are_refused(changes: list[tuple[int, int, str]]) -> None:
    document = Document("10 PRINT\n")
    assert document.apply(0, changes) is None
    assert (document.text, document.version) == ("10 PRINT\n", 0)


# ---- what the prompt did ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "event", "wanted"),
    [
        ("10 print 1\n", changed((10, "10 PRINT 1")), "10 print 1\n"),
        ("10 print 1\n", changed((10, "10 PRINT 2")), "10 PRINT 2\n"),
        ("10 a\nnote\n30 b\n", changed((20, "20 C")), "10 a\n20 C\nnote\n30 b\n"),
        ("10 a\nnote\n30 b\n", changed((10, None)), "note\n30 b\n"),
        ("10 a\n30 b", changed((40, "40 C")), "10 a\n30 b\n40 C"),
        ("note\n30 b\n", changed((10, "10 A"), (20, "20 B")), "note\n10 A\n20 B\n30 b\n"),
        ("10 a\n20 b\n", changed((10, None), (15, "15 C")), "15 C\n20 b\n"),
        ("10 a\n20 b\n", changed((20, None), (15, "15 C")), "10 a\n15 C\n"),
        ("10 a\n", changed((10, None), (15, "15 C")), "15 C\n"),
        ("", changed((10, "10 A"), (20, "20 B")), "10 A\n20 B\n"),
        ("just text", changed((10, "10 A")), "just text\n10 A\n"),
        ("10 a\n10 b\n", changed((10, "10 C")), "10 a\n10 C\n"),
        ("1 0 a\n", changed((10, "10 B")), "10 B\n"),
        ("30 c\n10 a\n", changed((20, "20 B")), "30 c\n10 a\n20 B\n"),
        ("10 a\nnote\n20 b\n", changed((10, "10 A"), (20, "20 C"), whole=True), "10 a\nnote\n20 C\n"),
        ("10 a\nnote\n20 b\n", changed((10, "10 A"), whole=True), "10 a\nnote\n"),
        ("10 a\nnote\n", changed((10, "10 X"), (20, "20 Y"), whole=True), "10 X\n20 Y\n"),
        ("10 a\nnote\n", changed(whole=True), ""),
        (
            "5 goto 7\nnote\n7 print\n",
            changed((10, "10 GOTO 20"), (20, "20 PRINT"), whole=True),
            "10 GOTO 20\nnote\n20 print\n",
        ),
    ],
)
def test_merge(text: str, event: ProgramChangedEvent, wanted: str) -> None:
    document = Document(text)
    changes = document.merge(event)
    assert document.text == wanted
    assert document.version == (1 if changes else 0)
    other = Document(text)
    assert other.apply(0, changes) == changes, "the changes for the editors are in order"
    assert other.text == wanted


def test_a_protected_program_is_not_shown() -> None:
    document = Document("10 A\n")
    document.merge(ProgramChangedEvent(1, (), True, True))
    assert document.text == ""


@pytest.mark.parametrize(
    ("line", "statement", "found"),
    [
        ('10 print "a:b" :  goto 10', 1, 'print "a:b"'),
        ('10 print "a:b" :  goto 10', 2, "goto 10"),
        ("  10if a then print 1 else ? 2' x", 1, "if a then"),
        ("  10if a then print 1 else ? 2' x", 2, "print 1"),
        ("  10if a then print 1 else ? 2' x", 3, "? 2"),
        ("  10if a then print 1 else ? 2' x", 4, "' x"),
        ("10 go to 10:rem x", 2, "rem x"),
        ("10 A=1", 2, None),
        ("20 A=1", 1, None),
    ],
)
def test_where_a_statement_is_as_its_user_wrote_it(line: str, statement: int, found: str | None) -> None:
    document = Document(f"note\n{line}\n30 END\n")
    place = document.find(10, statement)
    assert (None if place is None else document.text[place[0] : place[1]]) == found


def test_document_and_program_stay_together() -> None:
    """Random lines typed and deleted at the prompt and in the editor: both say the same in the end."""
    events: list[Event] = []
    session = Session(screen=Paper(), disk=MemoryDisk(), printer=Paper(), listener=events.append)
    document, chance = Document("' a note\n"), random.Random(5)
    for turn in range(150):
        number, events[:] = chance.randrange(1, 40) * 5, []
        text = chance.choice(["", f"print {turn}", f"goto {number}", "rem x"])
        if turn % 10 == 9:
            session.execute(RenumberCommand(10, 0, 5))
        elif turn % 3:
            session.execute(TypeLine(f"{number} {text}".encode()))
        else:
            at = chance.choice([0, document.text.find("\n") + 1])
            document.apply(document.version, [(at, at, f"{number} {text}\n")])
            session.execute(EditText(document.text.encode("latin-1")))
        for _ in range(20):
            session.step()
        for event in events:
            if isinstance(event, ProgramChangedEvent):
                document.merge(event)
        program = dict(session.machine.program)
        left = TextReader().changes(document.text.encode("latin-1"), program)
        assert not left.bodies, (turn, document.text, left)
    assert document.text.count("' a note") == 1
