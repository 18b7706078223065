"""HELP for the error messages: what each usually means."""

from mbasic.errors import error_text
from mbasic.language.help_topic import Topic

_CAUSES: dict[int, tuple[str, str]] = {
    1: ("A NEXT is met whose FOR has not been executed, or has ended: a jump into a loop, or loops that cross.", ""),
    2: ("The statement cannot be understood: a misspelled word, a missing bracket or sign, text behind its end. In a "
        "program the line is opened for EDIT.", ""),
    3: ("RETURN is met without an open GOSUB: often the program runs into a subroutine, and END is missing before it.",
        "90 END"),
    4: ("READ finds no more DATA: too few items, or RESTORE is missing.", "RESTORE"),
    5: ("An argument is outside of what a function or statement takes: LOG or SQR of a negative number, a negative "
        "subscript, MID$ from position 0, a file mode that is none.", ""),
    6: ("A number is too large for its type: an integer beyond -32768 to 32767, or a single or double beyond 1.7E38. "
        "In arithmetic the largest number is taken, unless ON ERROR traps it.", "A#=30000*2"),
    7: ("The program, its variables or its open loops and GOSUBs need more memory than there is: a large DIM, or a "
        "GOSUB that never returns.", "CLEAR"),
    8: ("GOTO, GOSUB, THEN, RESTORE, RUN, EDIT or DELETE names a line that is not there.", ""),
    9: ("A subscript is above the DIM of its array (10 without DIM), below OPTION BASE, or there are more or fewer of "
        "them than in DIM.", "DIM A(50)"),
    10: ("An array is dimensioned twice, perhaps because it was used before its DIM; or OPTION BASE comes too late.",
         "ERASE A:DIM A(20)"),
    11: ("A division by zero, or zero to a negative power. The largest number is taken, unless ON ERROR traps it.",
         "IF B<>0 THEN PRINT A/B"),
    12: ("DEF FN or another statement that only a program may hold was typed without a line number.", ""),
    13: ("A string where a number is wanted, or a number where a string is wanted.", 'A$=STR$(5):B=VAL("5")'),
    14: ("The strings of the program need more memory than there is.", ""),
    15: ("A string would get longer than 255 characters.", ""),
    16: ("A string expression has too many parts: assign some of them to variables first.", ""),
    17: ("CONT has nothing to go on with: no program was stopped, or it was changed since.", "RUN"),
    18: ("FN is called before its DEF FN was executed.", "10 DEF FNA(X)=X*2"),
    19: ("The program ended inside of an error handler: it needs RESUME, END or ON ERROR GOTO 0.", "RESUME NEXT"),
    20: ("RESUME is met although no error is being handled: often END is missing before the handler.", "90 END"),
    22: ("An operator has nothing behind it.", ""),
    23: ("A line is too long.", ""),
    26: ("FOR has no NEXT in the text behind it.", "FOR I=1 TO 3:NEXT"),
    29: ("WHILE has no WEND in the text behind it.", "WHILE A<3:A=A+1:WEND"),
    30: ("WEND is met without its WHILE: a jump into the loop.", ""),
    50: ("FIELD takes more characters than the record of the file has.", ""),
    51: ("The interpreter itself is in error.", ""),
    52: ("The number is that of no open file, or not from 1 to 15.", 'OPEN "I",1,"DATA.TXT"'),
    53: ("LOAD, KILL, NAME, RUN or OPEN names a file that is not on the disk. FILES lists those that are.", "FILES"),
    54: ("The file cannot be used so: PRINT to one that is open for input, GET from a sequential one, MERGE of a "
         "program not saved with ,A; or the mode of OPEN is not O, I or R.", 'SAVE "PROG",A'),
    55: ("OPEN for output, or KILL, of a file that is open.", "CLOSE"),
    57: ("The disk could not be read or written.", ""),
    58: ("NAME would give a file the name of another.", ""),
    61: ("There is no more room on the disk.", ""),
    62: ("INPUT # or LINE INPUT # behind the last item of a file: ask EOF before.", 'IF NOT EOF(1) THEN INPUT #1,A$'),
    63: ("The record number of GET or PUT is zero or too large.", "GET #1,1"),
    64: ("The name of a file is none: too long, or with characters that cannot be.", 'LOAD "PROG.BAS"'),
    66: ("A line without a number was found in a program file, which ends LOAD or MERGE there.", ""),
    67: ("The directory is full, or a name was given that cannot be created.", ""),
}  # fmt: skip


def _row(code: int, cause: str, example: str) -> Topic:
    return Topic(error_text(code).decode(), "error", f"error {code}", cause, example, (str(code), f"ERROR {code}"))


ERRORS = tuple(_row(code, cause, example) for code, (cause, example) in _CAUSES.items())
