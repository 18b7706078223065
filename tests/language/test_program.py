"""The program as a whole: storing, loading, merging, renumbering, saving."""

import pytest

from mbasic.errors import BasicError, ErrorCode
from mbasic.language.lexer import crunch
from mbasic.language.program import Program
from tests.language.recorded import DIRECT, ignore

FILES = DIRECT / "files"


def program_of(*lines: bytes) -> Program:
    program = Program()
    program.load_ascii(b"\n".join(lines), ignore)
    return program


def text_of(program: Program) -> list[bytes]:
    return program.save_ascii().removesuffix(b"\x1a").split(b"\r\n")[:-1]


def load_recorded(case: str, name: str) -> tuple[Program, bytes]:
    program = Program()
    rest = program.load_bytes((FILES / f"{case}.d" / name).read_bytes(), ignore)
    return program, rest


def code_of(error: pytest.ExceptionInfo[BasicError]) -> int:
    return error.value.code


def numbers_of(program: Program) -> list[int]:
    return [number for number, _ in program]


# ---- lines ------------------------------------------------------------------------


def test_lines_are_kept_in_order_and_later_ones_replace() -> None:
    program = program_of(b"30 PRINT 3", b"10 PRINT 1", b"20 PRINT 2", b"10 END")
    assert text_of(program) == [b"10 END", b"20 PRINT 2", b"30 PRINT 3"]


def test_finding_lines() -> None:
    program = program_of(b"10 END", b"20 STOP", b"30 END")
    assert [program.index_of(number) for number in (10, 15, 30)] == [0, None, 2]
    assert [program.index_from(number) for number in (0, 15, 20, 31)] == [0, 1, 1, 3]
    assert (program.number_at(1), program.body_at(1), program.body(20), program.body(21)) == (
        20,
        b"\x90",
        b"\x90",
        None,
    )
    assert [number for number, _ in program.lines(15, 30)] == [20, 30]
    assert program.lines(30, 10) == []
    assert 20 in program
    assert 21 not in program


def test_each_change_gives_a_new_version() -> None:
    program = program_of(b"10 END", b"20 END")
    seen = {program.version}
    for change in (
        lambda: program.store(10, b"\x81"),
        lambda: program.remove(10),
        lambda: program.remove_range(0, 20),
        program.renumber,
        program.clear,
        lambda: program.load_bytes(b"\xff\0\0\x1a", ignore),
    ):
        change()
        assert program.version > max(seen)
        seen.add(program.version)


def test_a_line_of_blanks_deletes() -> None:
    program = program_of(b"10 END", b"20 END", b"10 \t ")
    assert numbers_of(program) == [20]
    with pytest.raises(BasicError) as error:
        program.store_or_remove(10, b"")
    assert code_of(error) == ErrorCode.UNDEFINED_LINE_NUMBER


def test_delete_wants_its_last_line() -> None:
    program = program_of(b"10 END", b"20 END", b"30 END")
    for first, last in ((10, 25), (30, 10), (99, 99)):
        with pytest.raises(BasicError):
            program.remove_range(first, last)
    program.remove_range(15, 30)
    assert numbers_of(program) == [10]


# ---- text files -------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends(end: bytes) -> None:
    program = Program()
    assert program.load_ascii(b"10 END" + end + end + b"  20 print 2" + end, ignore) == b""
    assert text_of(program) == [b"10 END", b"20 PRINT 2"]


def test_a_unix_file_needs_no_final_line_end() -> None:
    assert text_of(program_of(b"10 END", b"20 END")) == [b"10 END", b"20 END"]


def test_a_cp_m_file_leaves_an_unfinished_line_in_the_input() -> None:
    program, rest = load_recorded("load_no_final_return", "HALF.BAS")
    assert text_of(program) == [b"10 REM A"]
    assert rest == b"20 REM NO LINE END"


def test_where_lines_end_in_cr_lf_a_lone_lf_is_a_character() -> None:
    program = Program()
    program.load_ascii(b"10 END\n20 STOP\r\n", ignore)
    assert list(program) == [(10, b"\x81\n\x0f\x14 \x90")]


def test_nul_is_dropped_and_control_z_ends() -> None:
    program = Program()
    program.load_ascii(b"1\x000 E\x00ND\r\n\x1a20 END\r\n", ignore)
    assert text_of(program) == [b"10 END"]


def test_a_text_is_no_program() -> None:
    with pytest.raises(BasicError) as error:
        load_recorded("load_text", "TEXT.TXT")
    assert code_of(error) == ErrorCode.DIRECT_STATEMENT_IN_FILE


def test_the_lines_before_an_error_stay() -> None:
    program = program_of(b"5 END")
    with pytest.raises(BasicError) as error:
        program.load_bytes((FILES / "load_text.d" / "MIX.BAS").read_bytes(), ignore)
    assert code_of(error) == ErrorCode.DIRECT_STATEMENT_IN_FILE
    assert text_of(program) == [b"10 REM A"]


def test_a_line_too_long_names_its_number() -> None:
    with pytest.raises(BasicError) as error:
        load_recorded("load_long_line", "LONG.BAS")
    assert (code_of(error), error.value.line) == (ErrorCode.LINE_BUFFER_OVERFLOW, 10)
    assert len(load_recorded("load_long_line", "FITS.BAS")[0]) == 2


@pytest.mark.parametrize(("digits", "fits"), [(252, True), (253, False)])
def test_a_line_may_be_as_long_as_a_typed_one(digits: int, fits: bool) -> None:
    program = Program()
    line = b"1 '" + b"x" * digits
    if fits:
        program.load_ascii(line, ignore)
        return
    with pytest.raises(BasicError):
        program.load_ascii(line, ignore)


def test_a_constant_too_large_warns_and_loading_goes_on() -> None:
    warnings: list[int] = []
    program = Program()
    program.load_ascii(b"10 A=1E39\n20 END", warnings.append)
    assert warnings == [ErrorCode.OVERFLOW]
    assert len(program) == 2


def test_a_refused_constant_stops_loading() -> None:
    program = Program()
    with pytest.raises(BasicError) as error:
        program.load_ascii(b"10 END\n20 A=32768%\n30 END", ignore)
    assert (code_of(error), error.value.line) == (ErrorCode.OVERFLOW, None)
    assert numbers_of(program) == [10]


# ---- load, merge, protection ------------------------------------------------------


def test_load_forgets_and_merge_adds() -> None:
    program = program_of(b"10 A=1", b"20 A=2")
    program.merge(b"15 A=3\r\n20\r\n\x1a", ignore)
    assert numbers_of(program) == [10, 15]
    program.load_bytes(b"30 A=4\r\n\x1a", ignore)
    assert numbers_of(program) == [30]


def test_merge_takes_text_only() -> None:
    for data in (program_of(b"10 END").save_tokenized(), program_of(b"10 END").save_protected()):
        with pytest.raises(BasicError) as error:
            Program().merge(data, ignore)
        assert code_of(error) == ErrorCode.BAD_FILE_MODE


def test_a_protected_program_is_saved_only_protected() -> None:
    saved = program_of(b"10 END").save_protected()
    program = Program()
    program.load_bytes(saved, ignore)
    assert program.save_protected() == saved
    for refused in (program.save_ascii, program.save_tokenized, lambda: program.merge(b"", ignore)):
        with pytest.raises(BasicError) as error:
            refused()
        assert code_of(error) == ErrorCode.ILLEGAL_FUNCTION_CALL


def test_protection_ends_with_the_program() -> None:
    program = Program()
    program.load_bytes(Program().save_protected(), ignore)
    assert program.protected
    program.load_bytes(b"", ignore)
    assert not program.protected


def test_empty_programs() -> None:
    program = Program()
    assert program.save_ascii() == b"\x1a"
    assert program.save_tokenized() == b"\xff\0\0\x1a"
    assert program.save_protected() == b"\xfe\x48\xbc\x1a"


# ---- RENUM ------------------------------------------------------------------------


def test_renumbering_a_part() -> None:
    program = program_of(b"10 GOTO 30", b"20 GOTO 10", b"30 GOTO 20")
    assert program.renumber(100, 20, 5) == []
    assert text_of(program) == [b"10 GOTO 105", b"100 GOTO 10", b"105 GOTO 100"]


def test_undefined_lines_are_named_with_the_old_numbers() -> None:
    program = program_of(b"10 GOTO 20", b"15 GOTO 30,99", b"30 GOTO 40:ON ERROR GOTO 0")
    assert program.renumber() == [(20, 10), (99, 15), (40, 30)]
    assert text_of(program) == [b"10 GOTO 20", b"20 GOTO 30,99", b"30 GOTO 40:ON ERROR GOTO 0"]


@pytest.mark.parametrize(
    ("new", "old", "increment"), [(10, 999, 10), (10, 0, 0), (5, 20, 10), (10, 20, 10), (65520, 0, 10)]
)
def test_renumbering_that_is_refused(new: int, old: int, increment: int) -> None:
    program = program_of(b"10 GOTO 30", b"20 GOTO 10", b"30 END")
    before = (program.version, list(program))
    with pytest.raises(BasicError) as error:
        program.renumber(new, old, increment)
    assert code_of(error) == ErrorCode.ILLEGAL_FUNCTION_CALL
    assert (program.version, list(program)) == before


def test_the_last_line_may_get_the_last_number() -> None:
    program = program_of(b"10 END", b"20 END")
    assert program.renumber(65519) == []
    assert numbers_of(program) == [65519, 65529]
    assert Program().renumber(65529) == []


# ---- size -------------------------------------------------------------------------


def test_a_program_of_5000_lines() -> None:
    numbers = range(13, 65000, 13)
    program = program_of(*(b"%d IF A(%d)>1.5 THEN %d ELSE PRINT B$;X" % (n, n % 7, n) for n in reversed(numbers)))
    assert len(program) == len(numbers) == 4999
    body = crunch(b"GOTO 13", ignore)
    program.store(14, body)
    assert program.renumber(1, 0, 2) == []
    assert numbers_of(program) == list(range(1, 10001, 2))
    assert program.lines(3, 3) == [(3, crunch(b"GOTO 1", ignore))]
    copy = Program()
    copy.load_bytes(program.save_protected(), ignore)
    assert list(copy) == list(program)
