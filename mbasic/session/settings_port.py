"""What a session needs of the settings; `mbasic.settings.SettingsManager` is one."""

from typing import Protocol

from mbasic.settings.definitions import Definition, Scope, Value


class Settings(Protocol):
    """Settings by key. All that changes something raises SettingsError."""

    notices: list[str]
    """What is wrong with the place where they are kept."""

    def get(self, key: str) -> Value:
        """Return the value that holds."""
        ...

    def set(self, key: str, value: object, scope: Scope | None = ...) -> Value:
        """Change one; return what holds then."""
        ...

    def reset(self, key: str | None = None, scope: Scope | None = ...) -> None:
        """Go back to the default, for one or all."""

    def refresh(self) -> dict[str, Value]:
        """Read them again where they are kept; return what holds now and did not before."""
        ...

    def keys(self, pattern: str = ...) -> list[str]:
        """Return the keys that fit."""
        ...

    def values(self) -> dict[str, Value]:
        """Return all that holds."""
        ...

    def definition(self, key: str) -> Definition:
        """Return what can be set."""
        ...

    def origin(self, key: str) -> str:
        """Return where the value comes from."""
        ...

    def shadow(self, key: str) -> str:
        """Say why another value holds than the one that was set; empty where it does not."""
        ...
