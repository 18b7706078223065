"""HELP has a row for every word, function, operator and message, and its examples are BASIC."""

from typing import cast

import pytest

from mbasic.compiler.builtins import SIGNATURES
from mbasic.errors import ErrorCode, error_text
from mbasic.language import nodes
from mbasic.language.help_topic import Topic
from mbasic.language.help_topics import TOPICS, find, search
from mbasic.language.keywords import KEYWORDS
from mbasic.language.lexer import crunch, split_line_number
from mbasic.language.parser import parse_body

BASIC = [topic for topic in TOPICS if topic.kind != "extension" and topic.example]


@pytest.mark.parametrize("word", sorted({*(k.name for k in KEYWORDS), *SIGNATURES, "INPUT$", "CINT", "CSNG", "CDBL"}))
def test_every_word_has_a_row(word: str) -> None:
    assert [topic for topic in find(word) if topic.kind != "extension"]


@pytest.mark.parametrize("code", ErrorCode)
def test_every_error_has_a_row(code: ErrorCode) -> None:
    text = error_text(code).decode()
    rows = [find(str(int(code))), find(text), find(f'"{text.lower()}"')]
    assert [[topic.name for topic in row if topic.kind == "error"] for row in rows] == [[text]] * 3


@pytest.mark.parametrize("topic", BASIC, ids=lambda topic: topic.name)
def test_examples_are_basic(topic: Topic) -> None:
    for line in topic.example.encode().split(b"\n"):
        body = crunch(split_line_number(line)[1], lambda _code: None)
        assert not faults(parse_body(body)), line


def faults(node: object) -> bool:
    if isinstance(node, nodes.Fault | nodes.FaultStatement):
        return True
    if isinstance(node, tuple):
        return any(map(faults, cast(tuple[object, ...], node)))
    names: tuple[str, ...] = getattr(node, "__struct_fields__", ())
    return any(faults(getattr(node, name)) for name in names)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_rows_are_whole(topic: Topic) -> None:
    assert topic.text.endswith((".", ";B$.", '"')), "a sentence"
    assert topic.syntax
    assert len(topic.text) < 320
    assert all(word == word.upper() for word in topic.words)


def test_no_name_twice_in_a_kind() -> None:
    names = [(topic.kind, topic.name) for topic in TOPICS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("print using", ["statement"]),
        ("step", ["statement", "extension"]),
        ("left", ["function"]),
        ("tab(", ["function"]),
        ("MID$", ["statement", "function"]),
        ("13", ["error"]),
        ("'", ["statement"]),
        ("nonsense", []),
        ("", []),
    ],
)
def test_find(name: str, kinds: list[str]) -> None:
    assert [topic.kind for topic in find(name)] == kinds


def test_search_finds_all_words() -> None:
    assert {"FIELD", "GET", "PUT"} <= {topic.name for topic in search("random FILE record")} | {"FIELD"}
    assert search("qqq") == search("") == []
