"""The process that workers are forked from: all is imported and warm in it, so a worker is there in milliseconds.

    instance -- first message: Plan (JSON) --> zygote
    instance -- one byte and a socket -------> zygote --fork--> worker on that socket
    instance <-------- the worker's pid, 4 bytes, high first --

It has one thread, runs no BASIC of anybody, and ends with its instance; its workers end with it.
"""

import array
import ctypes
import gc
import os
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from typing import Final

import msgspec
from msgspec import Struct

from mbasic.host.limits import Limits
from mbasic.host.settings_desk import open_settings
from mbasic.host.worker import run_worker
from mbasic.session.messages import State
from mbasic.session.session import Session
from mbasic.storage.disks import MemoryDisk
from mbasic.storage.store_address import StoreAddress, open_store

PID_BYTES: Final = 4
_PR_SET_PDEATHSIG: Final = 1
_WARM_UP: Final = (b'10 FOR I=1 TO 2:PRINT I;"A"+STR$(I):NEXT', b"20 A%=1:B#=2:IF A%=B# THEN 20", b"RUN", b"LIST")


class Plan(Struct, frozen=True):
    """What every worker needs to know."""

    address: StoreAddress
    limits: Limits


class _Nowhere:
    def write(self, data: bytes) -> None:
        pass


def main(descriptor: int) -> None:
    """Serve the instance at the other end of this socket until it closes it."""
    _die_with_parent()
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, signal.SIG_IGN)  # the instance decides when it is over
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    plan = _receive_plan(control)
    _warm_up(plan)
    with suppress(ConnectionError):
        while (end := _receive_socket(control)) is not None:
            pid = os.fork()
            if pid == 0:
                control.close()
                _be_worker(end, plan)
            end.close()
            control.sendall(pid.to_bytes(PID_BYTES, "big"))


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _receive_plan(control: socket.socket) -> Plan:
    length = int.from_bytes(_receive_exactly(control, 4), "big")
    return msgspec.json.decode(_receive_exactly(control, length), type=Plan)


def _receive_exactly(control: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        part = control.recv(count - len(data))
        if not part:
            sys.exit(0)
        data += part
    return bytes(data)


def _receive_socket(control: socket.socket) -> socket.socket | None:
    """The next worker's end of a pipe; None when the instance is gone."""
    fds = array.array("i")
    data, ancillary, _, _ = control.recvmsg(1, socket.CMSG_LEN(fds.itemsize))
    if not data:
        return None
    for level, kind, value in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(value[: fds.itemsize])
    return socket.socket(fileno=fds[0])


def _warm_up(plan: Plan) -> None:
    """Do once what every worker would do first: imports, caches, and the store's own."""
    session = Session(screen=_Nowhere(), disk=MemoryDisk(), printer=_Nowhere(), live=True)
    session.start()
    for line in _WARM_UP:
        session.type_keys(line + b"\r")
        while session.step() is State.RUNNING or session.has_keys:
            pass
    open_store(plan.address).close()
    del session
    gc.collect()
    gc.freeze()


def _be_worker(end: socket.socket, plan: Plan) -> None:
    """In the child: work, and leave without what the parent has still to do."""
    status = 1
    try:
        parent = os.getppid()
        _die_with_parent()
        if os.getppid() == parent:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            status = run_worker(end, open_store(plan.address), plan.limits, partial(open_settings, plan.address))
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main(int(sys.argv[1]))
