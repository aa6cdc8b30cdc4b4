"""Hosts of a drill on one machine: network namespaces of Linux on a bridge, each with its own cable, name and address.

Everything is in namespaces of the drill's own process, and gone when it ends. Needs root and ``ip``.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

INSIDE = "--inside"
# Of the host with the database, the broker and the files.
BASE = "10.77.0.1"
_NETNS = Path("/run/netns")


def missing() -> str:
    """Reason why there can be no hosts here; empty if there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    programs = [name for name in ("ip", "unshare", "hostname") if not shutil.which(name)]
    if programs:
        return f"not installed: {', '.join(programs)}"
    tried = subprocess.run([*_APART, "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip() if tried.returncode else ""


_APART = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def run_inside(module: str) -> int:
    """The module again, in namespaces of its own: no address or port of the machine is used."""
    return subprocess.call([*_APART, sys.executable, "-m", module, INSIDE])


def build() -> None:
    """The bridge, with the address ``BASE``."""
    _NETNS.mkdir(parents=True, exist_ok=True)
    _run("mount", "-t", "tmpfs", "netns", str(_NETNS))
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "link", "add", "drill", "type", "bridge")
    _run("ip", "address", "add", f"{BASE}/24", "dev", "drill")
    _run("ip", "link", "set", "drill", "up")


class Host:
    """``number``: the last part of its address."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.address, self._cable = name, f"10.77.0.{number}", f"cable-{number}"
        self._processes: dict[subprocess.Popen[bytes], str] = {}
        _run("ip", "netns", "add", name)
        _run("ip", "link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        _run("ip", "link", "set", self._cable, "master", "drill", "up")
        _run("ip", "-n", name, "address", "add", f"{self.address}/24", "dev", "eth0")
        for link in ("lo", "eth0"):
            _run("ip", "-n", name, "link", "set", link, "up")

    def start(self, module: str, *arguments: str, environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
        with log.open("ab") as output:
            process = subprocess.Popen(self._here(module, arguments), env=environment, stdout=output, stderr=output)
        self._processes[process] = module
        return process

    def pull_cable(self) -> None:
        _run("ip", "link", "set", self._cable, "down")

    def put_cable(self) -> None:
        _run("ip", "link", "set", self._cable, "up")

    def stop(self, module: str = "") -> None:
        """Processes of the module, or all."""
        ending = [process for process, of in self._processes.items() if module in ("", of)]
        for process in ending:
            process.terminate()
        for process in ending:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            del self._processes[process]

    def _here(self, module: str, arguments: Sequence[str]) -> list[str]:
        own_name = 'hostname "$0" && exec "$@"'
        inside = ["unshare", "--uts", "sh", "-c", own_name, self.name, sys.executable, "-m", module, *arguments]
        return ["ip", "netns", "exec", self.name, *inside]


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
