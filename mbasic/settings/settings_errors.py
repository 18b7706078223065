"""What can be wrong with a setting; the text is for the user and says what to do."""

from mbasic.errors import HostError


class SettingsError(HostError):
    """There is no such setting, it cannot have this value, or it is fixed from outside; nothing was changed."""


class NotKeptError(SettingsError):
    """The change holds in this session, but could not be stored; it is stored with the next change that can be."""
