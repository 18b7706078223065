"""What a front end asks a session, in all of its states, and that all messages can go over a wire as JSON."""

from typing import get_args

import msgspec
import pytest

from mbasic.session import messages
from mbasic.session.help_text import help_index
from mbasic.session.messages import Command, Event, Form, TypeLine
from mbasic.session.queries import (
    Answer,
    ArrayShape,
    ContinuePlace,
    Elements,
    ElementsQuery,
    ElementValue,
    NoAnswer,
    PlaceQuery,
    Profile,
    ProfileQuery,
    ProgramFile,
    ProgramQuery,
    Query,
    ScalarValue,
    Stack,
    StackItem,
    StackQuery,
    Variables,
    VariablesQuery,
    WatchedValue,
    Watches,
    WatchesQuery,
)
from tests.tester import Tester


def stopped(*lines: str) -> Tester:
    return Tester().type(*lines, "RUN")


PAUSED = (
    '10 A=1.5:B%=2:C#=1D20:D$="x":DIM M%(2,1),N(3)',
    "20 M%(1,0)=5:N(3)=9",
    "30 FOR I=1 TO 3:GOSUB 100:NEXT",
    "100 WHILE I=1:STOP:WEND",
)


def test_variables() -> None:
    session = stopped(*PAUSED).session
    assert session.answer(VariablesQuery()) == Variables(
        (
            ScalarValue(b"A", "single", b"1.5"),
            ScalarValue(b"B%", "integer", b"2"),
            ScalarValue(b"C#", "double", b"1D+20"),
            ScalarValue(b"D$", "string", b'"x"'),
            ScalarValue(b"I", "single", b"1"),
        ),
        (ArrayShape(b"M%", "integer", (2, 1), 6), ArrayShape(b"N", "single", (3,), 4)),
    )
    assert session.answer(VariablesQuery(b"?%")) == Variables(
        (ScalarValue(b"B%", "integer", b"2"),), (ArrayShape(b"M%", "integer", (2, 1), 6),)
    )


def test_elements() -> None:
    session = stopped(*PAUSED).session
    values = [(b"0,0", b"0"), (b"0,1", b"0"), (b"1,0", b"5"), (b"1,1", b"0"), (b"2,0", b"0"), (b"2,1", b"0")]
    rows = tuple(ElementValue(*value) for value in values)
    assert session.answer(ElementsQuery(b"m%")) == Elements(b"M%", (2, 1), 0, rows)
    assert session.answer(ElementsQuery(b"M%(", 2, 2)) == Elements(b"M%", (2, 1), 2, rows[2:4])
    assert session.answer(ElementsQuery(b"N!", 3)) == Elements(b"N", (3,), 3, (ElementValue(b"3", b"9"),))
    assert session.answer(ElementsQuery(b"NONE")) == Elements(b"NONE", (), 0, ())


def test_elements_begin_at_the_option_base() -> None:
    session = stopped("10 OPTION BASE 1:DIM A(2,2):A(1,2)=3").session
    variables, elements = session.answer(VariablesQuery()), session.answer(ElementsQuery(b"A"))
    assert isinstance(variables, Variables)
    assert isinstance(elements, Elements)
    assert [(shape.elements, shape.base) for shape in variables.arrays] == [(4, 1)]
    assert [(v.subscripts, v.value) for v in elements.values] == [
        (b"1,1", b"0"),
        (b"1,2", b"3"),
        (b"2,1", b"0"),
        (b"2,2", b"0"),
    ]


def test_the_stack_and_the_place() -> None:
    session = stopped(*PAUSED).session
    assert session.answer(StackQuery()) == Stack(
        (
            StackItem(kind="WHILE", line=100, statement=1, text=b"WHILE I=1"),
            StackItem(kind="GOSUB", line=30, statement=2, text=b"GOSUB 100", back=30),
            StackItem(
                kind="FOR", line=30, statement=1, text=b"FOR I=1 TO 3", variable=b"I", value=b"1", limit=b"3", step=b"1"
            ),
        )
    )
    assert session.answer(PlaceQuery()) == ContinuePlace(100, 3, 19, 23)
    assert Tester().type("10 END").session.answer(PlaceQuery()) == ContinuePlace()


def test_watches_profile_program() -> None:
    tester = Tester().type("10 A=2", "WATCH A", "WATCH M%(1,2)", "PROFILE ON", "RUN", "CONT")
    session = tester.session
    assert session.answer(WatchesQuery()) == Watches((WatchedValue(b"A", b"2"), WatchedValue(b"M%(1,2)", b"0")))
    profile = session.answer(ProfileQuery())
    assert isinstance(profile, Profile)
    assert (profile.on, [(cost.line, cost.count) for cost in profile.lines]) == (True, [(10, 1)])
    assert session.answer(ProgramQuery()) == ProgramFile(b"10 A=2\r\n\x1a")
    tester.type('SAVE "P",P', 'LOAD "P"')
    assert session.answer(ProgramQuery()) == NoAnswer("Illegal function call: the program is protected")
    answer = session.answer(ProgramQuery(Form.PROTECTED))
    assert isinstance(answer, ProgramFile)
    assert answer.data[:1] == b"\xfe"


QUERIES: list[Query] = [
    VariablesQuery(), ElementsQuery(b"A"), StackQuery(), WatchesQuery(), ProfileQuery(), ProgramQuery(), PlaceQuery(),
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: type(query).__name__)
def test_questions_between_slices_change_nothing(query: Query) -> None:
    """The same run, asked after each statement and not asked, even while its program is replaced."""
    files = {b"N.BAS": b"10 DIM A(5):FOR J=1 TO 3\r\n20 A(J)=J:GOSUB 40:NEXT\r\n30 END\r\n40 PRINT J:RETURN\r\n"}
    asked, plain = Tester(files=files), Tester(files=files)
    for tester in (asked, plain):
        tester.prompt().type("10 FOR I=1 TO 3:PRINT I:NEXT", '20 CHAIN "N"')
        tester.session.execute(TypeLine(b"A=1:RUN"))
        for _ in range(60):
            if tester is asked:
                session = tester.session
                before = session.machine.snapshot()
                session.answer(query)
                assert session.machine.snapshot() == before
            tester.session.step(1)
    assert bytes(asked.screen.data) == bytes(plain.screen.data)
    assert bytes(plain.screen.data).endswith(b" 3 \r\nOk\r\n")


# ---- over a wire --------------------------------------------------------------------


def examples(union: object) -> list[msgspec.Struct]:
    """One of each struct of a union, its fields filled by their types."""
    found: list[msgspec.Struct] = []
    for kind in _members(union):
        fields = msgspec.structs.fields(kind)
        found.append(kind(**{field.name: _sample(field.type) for field in fields}))
    return found


def _members(union: object) -> list[type[msgspec.Struct]]:
    parts = get_args(union)
    return [member for part in parts for member in _members(part)] if parts else [union]  # type: ignore[list-item]


def _sample(kind: object) -> object:
    plain: dict[object, object] = {
        bytes: b"\0\xffA", int: 7, str: "text", bool: True, float: 0.5, int | None: 3, bytes | None: b"x",
        str | None: "key", bool | int | float | str: 4.77,
        Form: Form.ASCII, messages.StepKind: messages.StepKind.OVER, messages.State: messages.State.AUTO,
    }  # fmt: skip
    if kind in plain:
        return plain[kind]
    parts = get_args(kind)
    assert parts or isinstance(kind, type), kind
    if not parts:
        assert isinstance(kind, type)
        return kind(**{f.name: _sample(f.type) for f in msgspec.structs.fields(kind)})
    members = [part for part in parts if part is not Ellipsis]
    return (_sample(members[0]),) if Ellipsis in parts else tuple(_sample(part) for part in members)


@pytest.mark.parametrize(
    ("union", "size"),
    [(Command, 25), (Event, 12), (Query, 7), (Answer, 8)],
    ids=["command", "event", "query", "answer"],
)
def test_messages_go_through_json(union: object, size: int) -> None:
    sent = examples(union)
    assert len(sent) == size
    for message in sent:
        data = msgspec.json.encode(message)
        assert msgspec.json.decode(data, type=union) == message
        assert b'"type":"%s"' % type(message).__name__.encode() in data


def test_the_index_of_help_goes_through_json_too() -> None:
    index = help_index()
    assert len(index) > 150
    assert {entry.name for entry in index} >= {"PRINT USING", "BREAK", "LEFT$"}
    assert msgspec.json.decode(msgspec.json.encode(index))[0]["kind"] == "command"
