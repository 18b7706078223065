"""Which function reads which statement.

A reader is called with the cursor behind the statement's token and returns the node; it stops where the original stops
looking. What it leaves unread in front of the next colon becomes a FaultStatement (`parser`). IF and ELSE belong to
the line's flow and are read by `parser` itself.
"""

from mbasic.language import nodes
from mbasic.language.command_statements import COMMAND_STATEMENTS
from mbasic.language.expressions import ExpressionScanner, StatementReader
from mbasic.language.file_statements import FILE_STATEMENTS
from mbasic.language.keywords import FUNCTION_PREFIX, REMARK_SIGN, one_byte_token
from mbasic.language.printing_statements import PRINTING_STATEMENTS
from mbasic.language.program_statements import PROGRAM_STATEMENTS, let, mid_statement

_READERS: dict[int, StatementReader] = {
    one_byte_token(name.encode()): reader
    for table in (PROGRAM_STATEMENTS, PRINTING_STATEMENTS, FILE_STATEMENTS, COMMAND_STATEMENTS)
    for name, reader in table.items()
}
_READERS[REMARK_SIGN] = PROGRAM_STATEMENTS["REM"]
_FIRST_TOKEN = 0x81


def read_statement(scan: ExpressionScanner) -> nodes.StatementNode:
    """Read the statement at the cursor (not IF, not ELSE, not the statement's end)."""
    byte = scan.data[scan.pos]
    if byte < _FIRST_TOKEN:
        return let(scan)
    if byte == FUNCTION_PREFIX:
        scan.step()
        return mid_statement(scan)
    reader = _READERS.get(byte)
    if reader is None:
        return scan.refuse()
    scan.step()
    return reader(scan)
