"""INPUT, LINE INPUT, RANDOMIZE's question, INPUT$, INKEY$: statements that may have to wait.

A statement that must wait leaves the run with a Halt and is executed anew when the answer is there; what it has done
already (`asked`, keys taken, random numbers drawn) is plain data here, so it can wait on another host.
"""

from mbasic.errors import BasicError, ErrorCode
from mbasic.machine.stop import Halt, Stop, StopReason
from mbasic.runtime import layout
from mbasic.runtime.image import Image
from mbasic.runtime.input_items import Answer, convert, number_from, parse_answer
from mbasic.runtime.library.strings import check_byte
from mbasic.runtime.printing import Paper
from mbasic.values.kinds import Kind
from mbasic.values.warn import Warn

SEED_QUESTION = b"Random number seed (-32768 to 32767)? "
REDO = b"?Redo from start"


class ConsoleInput:
    """`line` is the answer that was typed, `keys` what is typed ahead, `asked` whether the prompt is on the screen."""

    __slots__ = ("_answer", "_image", "_mark", "_paper", "_taken", "_warn", "asked", "empty_polls", "keys", "line")

    def __init__(self, image: Image, paper: Paper, warn: Warn) -> None:
        self._image = image
        self._paper = paper
        self._warn = warn
        self.line: bytes | None = None
        self.keys = bytearray()
        self.asked = False
        self.empty_polls = 0
        """How often INKEY$ found no key; whoever runs the machine may set it back to 0."""
        self._answer = Answer((), 0)
        self._taken = bytearray()
        self._mark = (0, 0)

    def reset(self) -> None:
        """Forget a question that will not be answered (Break)."""
        self.line = None
        self.asked = False

    # ---- lines

    def _ask(self, prompt: bytes, same_line: bool) -> bytes:
        """The typed line; asks and waits if there is none yet."""
        if self.line is None:
            if not self.asked:
                self._paper.write(prompt)
                self.asked = True
            raise Halt(Stop(StopReason.INPUT, same_line=same_line))
        line, self.line, self.asked = self.line, None, False
        return line

    def ask_items(self, prompt: bytes, same_line: int, kinds: str | None) -> None:
        """INPUT: read the line and split it for targets of these kinds; None: its targets cannot be read.

        A line that does not fit is asked for again (tests/transcripts/lang/input/input_redo_*).
        """
        line = self._ask(prompt, bool(same_line))
        if kinds is None:
            return
        answer = parse_answer(line, [Kind(k) for k in kinds], self._warn)
        while answer is None:
            self._paper.write(REDO)
            self._paper.newline()
            answer = parse_answer(self._ask(prompt, bool(same_line)), [Kind(k) for k in kinds], self._warn)
        self._answer = answer

    def item(self, place: int) -> int | float | bytes:
        """The value of INPUT's variable number `place`; raises the error that came with it."""
        if place >= len(self._answer.values):
            raise BasicError(self._answer.error)
        return self._answer.values[place]

    def ask_line(self, prompt: bytes, same_line: int) -> None:
        """LINE INPUT."""
        self._answer = Answer((self._ask(prompt, bool(same_line))[:255],), 0)

    def text(self) -> bytes:
        """The line that ask_line read."""
        value = self._answer.values[0]
        assert isinstance(value, bytes)
        return value

    def show_prompt(self, prompt: bytes) -> None:
        """The prompt of a LINE INPUT that goes no further."""
        self._paper.write(prompt)

    def ask_seed(self) -> int:
        """RANDOMIZE without a number: asks until a number is typed."""
        while True:
            line = self._ask(SEED_QUESTION, False)
            kind, value, end = number_from(line, 0, False, self._warn)
            if line[:end].strip() and not line[end:].strip():
                seed = convert(kind, value, Kind.INTEGER, self._warn)
                assert isinstance(seed, int)
                return seed

    # ---- keys

    def begin_keys(self) -> None:
        """A statement that may wait for keys begins: remember what it would have to give back."""
        q = self._image.q
        self._taken.clear()
        self._mark = (q[layout.RANDOM_SEED], q[layout.RANDOM_COUNTERS])

    def chars(self, count: int) -> bytes:
        """INPUT$(count): keys as they are, no echo; waits for the missing ones."""
        if check_byte(count) == 0:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if len(self.keys) < count:
            missing = count - len(self.keys)
            self.keys[:0] = self._taken
            self._taken.clear()
            q = self._image.q
            q[layout.RANDOM_SEED], q[layout.RANDOM_COUNTERS] = self._mark
            raise Halt(Stop(StopReason.KEY, count=missing))
        taken = bytes(self.keys[:count])
        del self.keys[:count]
        self._taken += taken
        return taken

    def inkey(self) -> bytes:
        """INKEY$: the next key, empty if none was typed."""
        key = bytes(self.keys[:1])
        del self.keys[:1]
        if not key:
            self.empty_polls += 1
        return key
