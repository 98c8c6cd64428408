"""Starting, watching and stopping one server process for as long as its starter lives."""

import ctypes
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


class NotReadyError(RuntimeError):
    """A server did not answer in time, or ended before it did. The message holds the end of its log."""


def end_of(log: Path, lines: int = 20) -> str:
    """The last lines of a log, as they stand."""
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    folder: Path,
    user: int | None = None,
    group: int | None = None,
    parting_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a process that gets `parting_signal` should its starter die, however it dies."""
    libc = ctypes.CDLL(None, use_errno=True)

    def follow_the_starter() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(parting_signal))

    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=folder,
            user=user,
            group=group,
            extra_groups=[] if user is not None else None,
            start_new_session=True,
            preexec_fn=follow_the_starter,
        )


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, *, seconds: float = 60) -> None:
    """Return once `ready()`; raise NotReadyError when the process ends first or the time is over."""
    until = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise NotReadyError(f"ended with code {process.returncode}; the end of {log}:\n{end_of(log)}")
        if time.monotonic() > until:
            raise NotReadyError(f"not ready after {seconds:.0f} s; the end of {log}:\n{end_of(log)}")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, *, seconds: float = 30) -> None:
    """Ask a process to end; end it by force when it has not after `seconds`."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
