"""A settings document: JSON as it stands in a file or in Redis, and what can be wrong with it.

    {"version": "1.0", "settings": {"theme": "dark", ...}}          a file
    {"version": "1.0", "settings": {...}, "project": {...}}         a session in Redis

Keys that this version does not know stay as they are, as do all other fields. A document of another main version, or
one that is none, is refused and left alone: whoever wrote it, or damaged it, decides what becomes of it.
"""

from collections.abc import Mapping
from typing import Final, cast

import msgspec

from mbasic.storage.session_store import StoreError

VERSION: Final = "1.0"
_MAIN_VERSION: Final = "1."
GLOBAL_FIELD: Final = "settings"
PROJECT_FIELD: Final = "project"

Fields = dict[str, object]
Changes = Mapping[str, object]
"""Key -> new value; None takes the key out of the document."""


def new_document(settings: Changes | None = None) -> Fields:
    """Return a document that holds `settings`."""
    return {"version": VERSION, GLOBAL_FIELD: dict(settings or {})}


def read_document(data: bytes, name: str) -> Fields:
    """Return the document in `data`, which `name` calls in messages. Raises StoreError."""
    try:
        document = msgspec.json.decode(data, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{name} is damaged, it is no settings document ({error}); mend or remove it") from None
    version = document.get("version", VERSION)
    if not isinstance(version, str) or not version.startswith(_MAIN_VERSION):
        raise StoreError(f"{name} was written by a newer MBASIC (format {version}); this one leaves it as it is")
    if not isinstance(document.get(GLOBAL_FIELD), dict):
        raise StoreError(f'{name} is damaged, it has no "{GLOBAL_FIELD}"; mend or remove it')
    return document


def field(document: Fields, name: str) -> Fields:
    """Return a part of a document; empty where it has none."""
    part = document.get(name)
    return cast(Fields, part) if isinstance(part, dict) else {}


def with_changes(part: Fields, changes: Changes) -> Fields:
    """Return `part` after `changes`."""
    merged = {**part, **changes}
    if None in changes.values():
        merged = {key: value for key, value in merged.items() if value is not None}
    return merged


def difference(before: Fields, after: Fields) -> Fields:
    """Return the changes that make `after` of `before`."""
    changes: Fields = {key: value for key, value in after.items() if key not in before or before[key] != value}
    changes |= {key: None for key in before if key not in after}
    return changes


def write_document(document: Fields) -> bytes:
    """Return a document as it is stored."""
    return msgspec.json.encode(document)
