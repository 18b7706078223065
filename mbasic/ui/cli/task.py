"""What the command line asks a session to do."""

from msgspec import Struct


class Task(Struct):
    """Run `program`, execute `direct`, or neither: the Ok prompt. `stay`: the prompt afterwards, too."""

    program: bytes | None = None
    direct: bytes | None = None
    stay: bool = False
    echo: bool = False
    printer: str | None = None
    plain: bool = False
    """In a terminal, too, lines are edited with the original's own line editor."""
    strict: bool = False
    """The prompt knows no commands but those of MBASIC 5.21."""
    keys_follow: bool = True
    """Standard input holds keys; False where it held the program."""

    @property
    def prompts(self) -> bool:
        """The task comes to the Ok prompt sooner or later."""
        return self.stay or (self.program is None and self.direct is None)
