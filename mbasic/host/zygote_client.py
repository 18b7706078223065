"""The instance's side of the zygote: start it, ask it for workers, start it anew when it dies."""

import asyncio
import os
import socket
import sys
from pathlib import Path
from subprocess import DEVNULL
from typing import Final

import msgspec

from mbasic.host.worker_process import WorkerProcess
from mbasic.host.zygote import PID_BYTES, Plan

_ROOT: Final = str(Path(__file__).resolve().parents[2])
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[2]); from mbasic.host.zygote import main; main(int(sys.argv[1]))"
)


class ZygoteClient:
    """One zygote at a time."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._process: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._lock = asyncio.Lock()

    async def fork(self) -> WorkerProcess:
        """Return a new worker. Raises OSError where the system has no room for one."""
        async with self._lock:
            try:
                return await self._fork()
            except ConnectionError:
                await self._stop()
                return await self._fork()

    async def _fork(self) -> WorkerProcess:
        if self._control is None:
            await self._start()
        assert self._control is not None
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"w"], [theirs.fileno()])
            pid = await loop.sock_recv(self._control, PID_BYTES)
            if len(pid) < PID_BYTES:
                raise ConnectionResetError("the process that workers are forked from has ended")
        except BaseException:
            ours.close()
            raise
        return await WorkerProcess.connect(int.from_bytes(pid, "big"), ours)

    async def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", _START, str(theirs.fileno()), _ROOT,
                stdin=DEVNULL, pass_fds=(theirs.fileno(),), env=os.environ,
            )  # fmt: skip
        ours.setblocking(False)
        plan = msgspec.json.encode(self._plan)
        await asyncio.get_running_loop().sock_sendall(ours, len(plan).to_bytes(4, "big") + plan)
        self._control = ours

    async def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            await self._process.wait()
            self._process = None

    async def close(self) -> None:
        """End the zygote; workers end with it."""
        async with self._lock:
            await self._stop()
