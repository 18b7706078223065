"""Settings of one session in Redis; the disk is never written.

    key                    type     who writes            ttl
    nicegui:settings:<id>  string   scripts OPEN, MERGE   24 h from the last use

The string is a settings document (document.py) with both parts. OPEN reads it, or seeds it with the defaults, and
refreshes the ttl. MERGE changes single keys of it in one atomic step, so that of two tabs that change two settings
neither loses; a session that has vanished meanwhile is written anew with all that is known of it. A document that is
damaged or newer is a notice: the defaults hold, and it is kept as it is until its ttl ends.
"""

from typing import Final, cast

from mbasic.settings.backends import MergingBackend
from mbasic.settings.definitions import Scope
from mbasic.settings.document import (
    GLOBAL_FIELD,
    PROJECT_FIELD,
    Changes,
    Fields,
    field,
    new_document,
    read_document,
    with_changes,
    write_document,
)
from mbasic.storage.redis_connection import RedisCommands, Script, redis_failures, store_error_of_text
from mbasic.storage.session_store import StoreError

TTL_SECONDS: Final = 24 * 3600
_FIELDS: Final = {Scope.GLOBAL: GLOBAL_FIELD, Scope.PROJECT: PROJECT_FIELD}

OPEN: Final = Script("""
-- KEYS[1] the document; ARGV: ttl in ms, what a new one holds. Returns the document and the error of the write.
local text = redis.call('GET', KEYS[1])
local written
if text then
    written = redis.pcall('PEXPIRE', KEYS[1], ARGV[1])
else
    text = ARGV[2]
    written = redis.pcall('SET', KEYS[1], text, 'PX', ARGV[1])
end
return {text, type(written) == 'table' and written.err or ''}
""")

MERGE: Final = Script("""
-- KEYS[1] the document; ARGV: ttl in ms, the document as the caller knows it, the same with the changes, the part that
-- changes, the changes (null takes a key out). Returns 1, the document where others had changed it too, or 0 and the
-- document where it is not of version 1: that one stays as it is.
local text = redis.call('GET', KEYS[1])
if not text or text == ARGV[2] then
    redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[1])
    return 1
end
local fine, document = pcall(cjson.decode, text)
if not fine or type(document) ~= 'table' or type(document.settings) ~= 'table'
        or string.sub(tostring(document.version), 1, 2) ~= '1.' then
    return {0, text}
end
local part = document[ARGV[4]]
if type(part) ~= 'table' then
    part = {}
    document[ARGV[4]] = part
end
for name, value in pairs(cjson.decode(ARGV[5])) do
    if value == cjson.null then value = nil end
    part[name] = value
end
text = cjson.encode(document)
redis.call('SET', KEYS[1], text, 'PX', ARGV[1])
return {1, text}
""")


class RedisSettingsBackend(MergingBackend):
    """The settings of session `session_id`; a new one begins with `default_settings`."""

    def __init__(
        self,
        redis_client: RedisCommands,
        session_id: str,
        default_settings: Fields | None = None,
        *,
        ttl_seconds: float = TTL_SECONDS,
    ) -> None:
        super().__init__()
        if not session_id or not session_id.isprintable():
            raise StoreError("a session without a name has no settings")
        self.redis_key = f"nicegui:settings:{session_id}"
        self._client = redis_client
        self._defaults = dict(default_settings or {})
        self._ttl_ms = b"%d" % int(ttl_seconds * 1000)
        self._key = self.redis_key.encode()
        self._known = new_document(self._defaults)
        self._text = write_document(self._known)
        """The document as it was last seen; what a session that has vanished is written anew with."""
        self._opened = False

    def open(self) -> None:
        """Read the document now; the `load` that follows takes what this found. Raises StoreError."""
        self.load()
        self._opened = True

    def load(self) -> tuple[Fields, Fields]:
        """Return both parts, in one round trip; a session that is new gets the defaults."""
        if not self._opened:
            self._read()
        self._opened = False
        return self._part(Scope.GLOBAL), self._part(Scope.PROJECT)

    def load_global(self) -> Fields:
        """Return the session's settings."""
        return self.load()[0]

    def load_project(self) -> Fields:
        """Return what the session has set for its project."""
        return self.load()[1]

    def load_defaults(self) -> Fields:
        """Return what a new session begins with."""
        return dict(self._defaults)

    def change(self, scope: Scope, changes: Changes) -> Fields:
        """Change keys of a part and no other, atomically."""
        name = _FIELDS[scope]
        wanted = {**self._known, name: with_changes(field(self._known, name), changes)}
        text = write_document(wanted)
        self._opened = False
        answer = self._run(MERGE, self._text, text, name, write_document({**changes}))
        if isinstance(answer, list):
            changed, stored = cast(list[object], answer)
            self._know(_bytes(stored))
            if not changed:
                raise StoreError(f"{self._name} is damaged; remove it")
        else:
            self._known, self._text = wanted, text
        return self._part(scope)

    # ---- round trips

    @property
    def _name(self) -> str:
        return f"the document {self.redis_key} in Redis"

    def _read(self) -> None:
        answer = self._run(OPEN, self._text)
        text, refused = cast(list[object], answer)
        self.notices = []
        if refused:
            self.notices.append(f"{store_error_of_text(_bytes(refused).decode())}; changes hold for this session only")
        try:
            self._know(_bytes(text))
        except StoreError as error:
            self.notices.append(str(error))

    def _know(self, text: bytes) -> None:
        self._known = read_document(text, self._name)
        self._text = text

    def _run(self, script: Script, *arguments: str | bytes) -> object:
        with redis_failures:
            return script.run(self._client, self._key, self._ttl_ms, *arguments)

    def _part(self, scope: Scope) -> Fields:
        return self._see(scope, field(self._known, _FIELDS[scope]))


def _bytes(text: object) -> bytes:
    """What Redis answered, whether the client decodes or not."""
    return text if isinstance(text, bytes) else str(text).encode()
