"""supervisord keeps the processes: it restarts what ends, waits longer after each failure, keeps their logs.

This module writes its settings and speaks to it; what runs, and in which order, is the plan's matter.
"""

import http.client
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from deploy.local import ports, processes
from deploy.local.plan import Program
from deploy.local.settings import LocalSettings

USER = "maillage"
UP = frozenset({"STARTING", "RUNNING"})
FAILED = frozenset({"BACKOFF", "EXITED", "FATAL", "UNKNOWN"})
GONE = frozenset({"STOPPED", "EXITED", "FATAL"})
SETTLED_AFTER = 1  # second: what cannot start at all has ended by then
STOP_WITHIN = 30  # seconds a process has to finish what it holds before it is killed


class Supervisor:
    """The supervisord of one network, running or not."""

    def __init__(self, settings: LocalSettings) -> None:
        self._settings = settings
        self._password = settings.password("supervisor")
        self._port = settings.port("SUPERVISOR")
        server = xmlrpc.client.ServerProxy(f"http://{USER}:{self._password}@127.0.0.1:{self._port}/RPC2")
        self._remote: Any = server.supervisor

    def log(self, program: str) -> Path:
        """Where a process's output goes."""
        return self._settings.folder / "log" / f"{program}.log"

    def is_running(self) -> bool:
        """Whether this network's own supervisord answers."""
        try:
            return bool(self._remote.getIdentification() == self._settings.id)
        except (OSError, xmlrpc.client.Error, http.client.HTTPException):
            return False

    def launch(self, programs: Iterable[Program]) -> None:
        """Start supervisord itself; it starts none of the programs yet."""
        configuration = self._settings.folder / "supervisord.conf"
        (self._settings.folder / "log").mkdir(mode=0o700, exist_ok=True)
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration(programs))
        done = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd=self._settings.folder,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise processes.NotReadyError(f"The process manager did not start:\n{done.stdout}{done.stderr}")
        until = time.monotonic() + 15
        while not self.is_running():
            if time.monotonic() > until:
                log = self.log("supervisord")
                raise processes.NotReadyError(f"The process manager does not answer:\n{processes.end_of(log)}")
            time.sleep(0.05)

    def states(self) -> dict[str, dict[str, Any]]:
        """What supervisord knows of each process: `statename`, `pid`, `start`, `now`, `spawnerr`..."""
        return {one["name"]: one for one in self._remote.getAllProcessInfo()}

    def start(self, programs: list[Program], *, seconds: float = 90) -> None:
        """Start these programs and return when each is ready; raise NotReadyError with the log of one that is not."""
        states = self.states()
        for program in programs:
            if states[program.name]["statename"] not in UP:
                self._remote.startProcess(program.name, False)
        until = time.monotonic() + seconds
        waiting = list(programs)
        while waiting:
            states = self.states()
            for program in waiting:
                self._refuse_failure(program.name, states[program.name]["statename"])
            waiting = [one for one in waiting if not (_has_settled(states[one.name]) and one.ready())]
            if waiting and time.monotonic() > until:
                raise self._not_ready(waiting[0].name, f"is not ready after {seconds:.0f} s")
            if waiting:
                time.sleep(0.1)

    def stop(self, programs: list[Program]) -> None:
        """Stop these programs together; each has STOP_WITHIN seconds to end by itself."""
        for program in programs:
            try:
                self._remote.stopProcess(program.name, False)
            except xmlrpc.client.Fault:  # it does not run
                continue
        until = time.monotonic() + STOP_WITHIN + 15
        names = {program.name for program in programs}
        while time.monotonic() < until:
            states = self.states()
            if all(state["statename"] in GONE for name, state in states.items() if name in names):
                return
            time.sleep(0.05)

    def end(self) -> None:
        """End supervisord, with whatever it still runs."""
        pid = int(self._remote.getPID())
        self._remote.shutdown()
        until = time.monotonic() + STOP_WITHIN + 15
        while (_is_alive(pid) or not ports.is_free(self._port)) and time.monotonic() < until:
            time.sleep(0.05)

    def _refuse_failure(self, name: str, state: str) -> None:
        if state in FAILED:
            raise self._not_ready(name, "ended instead of starting")

    def _not_ready(self, name: str, what: str) -> processes.NotReadyError:
        log = self.log(name)
        return processes.NotReadyError(f"{name} {what}. The end of {log}:\n{processes.end_of(log)}")

    def _configuration(self, programs: Iterable[Program]) -> str:
        folder = self._settings.folder
        parts = [
            "[supervisord]",
            f"identifier = {self._settings.id}",
            f"logfile = {_escaped(str(self.log('supervisord')))}",
            f"pidfile = {_escaped(str(folder / 'supervisord.pid'))}",
            f"directory = {_escaped(str(folder))}",
            "logfile_maxbytes = 1MB",
            "logfile_backups = 1",
            "umask = 077",
            *(["user = root"] if os.geteuid() == 0 else []),
            "",
            "[inet_http_server]",
            f"port = 127.0.0.1:{self._port}",
            f"username = {USER}",
            f"password = {self._password}",
            "",
            "[rpcinterface:supervisor]",
            "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
        ]
        for program in programs:
            parts += ["", *self._section(program)]
        return "\n".join(parts) + "\n"

    def _section(self, program: Program) -> list[str]:
        return [
            f"[program:{program.name}]",
            f"command = {_escaped(shlex.join(_parting_with_its_keeper(program)))}",
            f"directory = {_escaped(str(program.folder))}",
            f"environment = {_environment(program.environment)}",
            *([f"user = {program.user}"] if program.user else []),
            f"priority = {program.wave}",
            "autostart = false",
            "autorestart = true",
            "startsecs = 10",  # ends sooner: waits before the next try, each time a second longer
            "startretries = 45",
            f"stopsignal = {program.stop_signal.name.removeprefix('SIG')}",
            f"stopwaitsecs = {STOP_WITHIN}",
            "redirect_stderr = true",
            f"stdout_logfile = {_escaped(str(self.log(program.name)))}",
            "stdout_logfile_maxbytes = 5MB",
            "stdout_logfile_backups = 2",
        ]


def _has_settled(state: dict[str, Any]) -> bool:
    return state["statename"] in UP and state["now"] - state["start"] >= SETTLED_AFTER


def _parting_with_its_keeper(program: Program) -> list[str]:
    """A supervisord killed outright must leave no server behind that holds ports and data."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return program.command
    parting = signal.Signals(program.stop_signal).name.removeprefix("SIG")
    return [setpriv, "--pdeathsig", parting, "--", *program.command]


def _environment(values: dict[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(values.items()))


def _escaped(text: str) -> str:
    """supervisord reads % as the begin of a name to fill in."""
    return text.replace("%", "%%")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
