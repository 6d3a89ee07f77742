"""The process of the server: Granian, which ends after the first signal to end, whatever follows."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import granian._signals
import granian.cli
from granian._signals import set_main_signals
from granian.server import MPServer

END_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# How often a server that replaces a worker looks whether it is to end, in seconds.
CHECK_INTERVAL = 0.2


class WakeUps:
    """What wakes the main loop, in place of an Event.

    A signal handler runs between any two steps of the main thread, within `Event.set()` or `Event.wait()` as well. It would
    then wait forever for their lock. And a signal that another thread receives would not wake the main thread, which alone runs
    handlers. A byte in a pipe does both. Nothing is cleared, so that nothing is missed: the loop looks after each byte.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def wake_by_signals(self) -> None:
        """Have every signal that has a handler write a byte."""
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)

    def set(self) -> None:
        # A full pipe wakes as well.
        with contextlib.suppress(BlockingIOError):
            os.write(self._writer, b"\0")

    def wait(self) -> None:
        os.read(self._reader, 4096)

    def clear(self) -> None:
        pass


class EndingServer(MPServer):
    """Granian's server, which no second signal keeps from ending, nor a replacement of workers."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        wake_ups = WakeUps()
        wake_ups.wake_by_signals()
        self.main_loop_interrupt = wake_ups  # type: ignore[assignment]

    def _respawn_workers(
        self, workers: list[int], spawn_target: object, target_loader: object, delay: float = 0
    ) -> None:
        """Replace these workers one by one.

        As Granian does, which first finishes this if it is told to end. Here what is left is stopped with all others.
        """
        for index in workers:
            if self._is_ending():
                return
            self.respawned_wrks[index] = time.monotonic()
            # Granian's workers have no types.
            former: Any = self.wrks[index]
            new: Any = self._spawn_worker(idx=index, target=spawn_target, callback_loader=target_loader)
            new.start()
            self.wrks[index] = new
            self._wait(delay)
            if not self._is_ending():
                former.terminate()
                self._wait(self.workers_kill_timeout or 0, until_end_of=former)
            if self._is_ending():
                self.wrks.append(former)
            elif former.is_alive():
                former.kill()
                former.join()

    def _is_ending(self) -> bool:
        return bool(self.interrupt_signal)

    def _wait(self, seconds: float, *, until_end_of: Any = None) -> None:
        """Wait so long, but not once this worker has ended or the server is to end."""
        end = time.monotonic() + seconds
        while not self._is_ending() and (left := end - time.monotonic()) > 0:
            if until_end_of is not None and not until_end_of.is_alive():
                return
            time.sleep(min(left, CHECK_INTERVAL))


def set_signals_of_worker(interrupt: Callable[..., None], reload: Callable[..., None] | None = None) -> None:
    """Set the handlers of a worker. Granian's waits forever if it is called twice, as with a signal to a whole group."""
    left = [interrupt]

    def end(number: int, frame: FrameType | None) -> None:
        # In one step, between which and the call no other signal matters.
        with contextlib.suppress(IndexError):
            left.pop()(number, frame)

    set_main_signals(end, reload)  # type: ignore[no-untyped-call]


def _reset_signals() -> None:
    """Let a new worker end at once until it has handlers of its own: those of the server would only note the signal."""
    for number in END_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    _unblock_signals()


def _block_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, END_SIGNALS)


def _unblock_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)


def run() -> None:
    """Run the server with the options of Granian's command."""
    os.register_at_fork(
        before=_block_signals, after_in_parent=_unblock_signals, after_in_child=_reset_signals
    )
    granian._signals.set_main_signals = set_signals_of_worker
    granian.cli.Server = EndingServer
    granian.cli.entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    run()
