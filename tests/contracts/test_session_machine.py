"""Any sequence of calls gives the same answers from every store as from the one in memory."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mbasic.storage.memory_store import MemoryStore
from mbasic.storage.session_store import OUTPUT_KEPT, Commit, Held, SessionId, SessionRecord, SessionStore
from tests.contracts.stores import Stores, new_sid

LEASE_MS = 600_000
owners = st.sampled_from(["a:1", "b:2", "ö {} \n"])
places = st.integers(0, 1)
blobs = st.one_of(st.binary(max_size=20), st.sampled_from([b"x" * 300, bytes(range(256)) * 30]))
names = st.one_of(st.sampled_from([b"A", b"B.DAT"]), st.binary(max_size=4))
field_names = st.sampled_from(["text", "owner", "fence", "snapshot", "", "x y", "ü"])
aims = st.sampled_from([0, 0, 0, 0, 0, 0, -1, 1])
"""How far a number is from the right one: mostly not at all."""


class SameAnswers(RuleBasedStateMachine):
    """Two sessions in a store and in memory; `stores` is set by the test."""

    stores: Stores

    def __init__(self) -> None:
        super().__init__()
        self.model = MemoryStore()
        self.store: SessionStore = self.stores.open()
        self.sids = [new_sid(), SessionId(f"{new_sid()}.2")]
        self.fences = [0, 0]
        self.numbers = [0, 0]
        self.ends = [0, 0]

    @rule(place=places, owner=owners, steal=st.booleans())
    def acquire(self, place: int, owner: str, steal: bool) -> None:
        sid = self.sids[place]
        mine = self.store.acquire(sid, owner, LEASE_MS, steal=steal)
        model = self.model.acquire(sid, owner, LEASE_MS, steal=steal)
        if isinstance(model, Held):
            assert isinstance(mine, Held)
            assert mine.owner == model.owner
            return
        assert isinstance(mine, SessionRecord)
        assert mine.out_start <= max(0, mine.out_end - OUTPUT_KEPT)
        mine.out_start = model.out_start
        assert mine == model
        self.fences[place], self.numbers[place], self.ends[place] = model.fence, model.number, model.out_end

    @rule(place=places, late=aims)
    def renew(self, place: int, late: int) -> None:
        self.both("renew", self.sids[place], self.fences[place] + late, LEASE_MS)

    @rule(place=places, late=aims)
    def release(self, place: int, late: int) -> None:
        self.both("release", self.sids[place], self.fences[place] + late)

    @rule(
        place=places,
        wrong=st.tuples(aims, aims, aims),
        state=st.sampled_from(["running", "ready"]),
        snapshot=st.none() | blobs,
        output=blobs,
        printer=blobs,
        taken=st.dictionaries(st.sampled_from(["v1", "v2", ""]), st.integers(-1, 9), max_size=2),
        files=st.dictionaries(names, st.none() | blobs, max_size=3),
    )
    def commit(self, place: int, wrong: tuple[int, int, int], output: bytes, **rest: Any) -> None:
        commit = Commit(
            number=self.numbers[place] + 1 + wrong[0], out_start=self.ends[place] + wrong[1], output=output, **rest
        )
        if self.both("commit", self.sids[place], self.fences[place] + wrong[2], commit, LEASE_MS) == "ok":
            self.numbers[place] += 1
            self.ends[place] += len(output)

    @rule(place=places, late=aims, fields=st.dictionaries(field_names, st.none() | blobs, max_size=3))
    def save_fields(self, place: int, late: int, fields: dict[str, bytes | None]) -> None:
        self.both("save_fields", self.sids[place], self.fences[place] + late, fields)

    @rule(place=places, late=aims)
    def clear_printer(self, place: int, late: int) -> None:
        self.both("clear_printer", self.sids[place], self.fences[place] + late)

    @rule(place=places)
    def remove(self, place: int) -> None:
        self.both("remove", self.sids[place])

    @rule()
    def open_anew(self) -> None:
        self.store = self.stores.open()

    @rule(place=places, start=st.integers(-2, 20_000), limit=st.integers(0, 9_000))
    def read_output(self, place: int, start: int, limit: int) -> None:
        assert self.model.read_output(self.sids[place], 0)[0] == 0
        self.both("read_output", self.sids[place], start, limit)

    @rule(place=places, name=names)
    def read_file(self, place: int, name: bytes) -> None:
        self.both("read_file", self.sids[place], name)

    @invariant()
    def all_that_can_be_read_is_the_same(self) -> None:
        for sid in self.sids:
            for question in ("file_sizes", "read_files", "read_printer"):
                self.both(question, sid)

    @invariant()
    def the_descriptions_are_the_same(self) -> None:
        mine = {info.sid: info for info in self.store.infos()}
        models = {info.sid: info for info in self.model.infos()}
        for sid in self.sids:
            assert (sid in mine) == (sid in models)
            if sid in mine:
                one, other = mine[sid], models[sid]
                assert (one.owner, one.state, one.number) == (other.owner, other.state, other.number)
                assert (one.snapshot_bytes, one.output_bytes) == (other.snapshot_bytes, other.output_bytes)
                assert (one.files, one.files_bytes) == (other.files, other.files_bytes)
        lapsed = {info.sid for info in self.store.lapsed()} & set(self.sids)
        assert lapsed == {info.sid for info in self.model.lapsed()}

    def both(self, method: str, *arguments: object) -> object:
        """Ask both, and want the same answer."""
        mine = getattr(self.store, method)(*arguments)
        model = getattr(self.model, method)(*arguments)
        assert mine == model
        return model

    def teardown(self) -> None:
        for sid in self.sids:
            self.store.remove(sid)


def test_every_store_answers_as_memory_does(stores: Stores) -> None:
    SameAnswers.stores = stores
    run_state_machine_as_test(SameAnswers, settings=settings(max_examples=40, stateful_step_count=30))
