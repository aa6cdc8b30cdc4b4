"""Valkey: broker of the task queue, and cache."""

import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from devservers import processes
from devservers.locations import Places

ENDING = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True)
class Valkey:
    places: Places
    password: str
    durable: bool

    name = "Valkey"

    @property
    def data(self) -> Path:
        return self.places.folder / "valkey"

    @property
    def log(self) -> Path:
        return self.places.folder / "valkey.log"

    def url(self, port: int) -> str:
        return f"redis://:{self.password}@127.0.0.1:{port}/0"

    def pid(self) -> int | None:
        return next(iter(self.processes()), None)

    def processes(self) -> list[int]:
        return processes.find(self.places, "valkey-server")

    def start(self, port: int) -> int:
        """The configuration with its password is passed on standard input: not in a file, not on the command line.
        The process is found by its title.
        """
        self.places.make_data_folder(self.data)
        title = f"{{title}} {{listen-addr}} {self.places.token}"
        return processes.start_apart(
            self.places,
            [self.places.programs().valkey, "-", "--proc-title-template", title],
            stdin=self._configuration(port),
            log=self.log,
        )

    def stop(self) -> None:
        processes.end(self.processes, ENDING)

    def answer(self, port: int) -> str:
        """Empty when the connection succeeds; otherwise the error."""
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as replies:
                    said = replies.readline() + replies.readline()
        except OSError as error:
            return str(error)
        return "" if said == b"+OK\r\n+PONG\r\n" else said.decode(errors="replace").strip()

    def provision(self) -> None:
        """No-op: the password is part of the configuration."""

    def _configuration(self, port: int) -> str:
        folder = str(self.data).replace("\\", "\\\\").replace('"', '\\"')
        lines = [
            "bind 127.0.0.1",
            f"port {port}",
            "tcp-backlog 128",
            f"requirepass {self.password}",
            f'dir "{folder}"',
            "maxmemory-policy noeviction",  # a queue must not lose entries
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
        ]
        return "\n".join(lines) + "\n"
