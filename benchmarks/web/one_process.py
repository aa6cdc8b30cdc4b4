"""Processor time of each press, one citizen after another in one process; prints one line of JSON.

``python -m benchmarks.web.one_process < sessions``. The requests go through the whole site by WSGI, without a server.
After each press a bare view with one insert runs, so that both meet the same machine. The quarter of each is counted:
on a machine with other work the slow ones measure that work. Every other citizen has the script of the pages, which
gets the next page in the response.
"""

import html
import io
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

import psutil
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from benchmarks.web.choosers import ANSWERS, HIDDEN, OFFERED, SCRIPT

HANDLER = WSGIHandler()
# Templates, plans of queries and what is kept are warm after so many.
WARM_UP = 2


class Measured:
    """Milliseconds of processor time: Python's of each request, PostgreSQL's in all."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.database = psutil.Process(cursor.fetchone()[0])
        self.python: dict[str, list[float]] = defaultdict(list)
        self.postgresql: dict[str, float] = defaultdict(float)

    def ask(self, name: str, *request: Any) -> tuple[int, dict[str, str], str]:
        before, began = self._database(), time.process_time()
        answer = _answer(*request)
        self.python[name].append((time.process_time() - began) * 1000)
        self.postgresql[name] += (self._database() - before) * 1000
        return answer

    def _database(self) -> float:
        return float(sum(self.database.cpu_times()[:2]))


def _answer(
    session: str, method: str, path: str, fields: dict[str, str], sent: dict[str, str] | None = None
) -> tuple[int, dict[str, str], str]:
    path, _mark, query = path.partition("#")[0].partition("?")
    body = urlencode(fields).encode()
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_COOKIE": session,
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (sent or {}).items()},
    }
    head: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _fault: Any = None, /) -> Callable[[bytes], object]:
        head.extend((int(status.split()[0]), headers))
        return head.append

    response = HANDLER(environ, start)
    text = b"".join(response).decode()
    response.close()
    return head[0], dict(head[1]), text


class Citizen:
    def __init__(self, number: int, session: str, measured: Measured) -> None:
        self.number, self.measured = number, measured
        self.cookie = f"sessionid={session}"
        self.path, self.text = "/mitt/val/", ""

    def go(self) -> None:
        self._ask("first page", "GET", {})
        self._turn("begin", act="borja")
        while (step := self.path.removeprefix("/mitt/val/").partition("/")[0]) != "kontrollera":
            if step == "ordning":
                for _each in range(2):
                    offered = OFFERED.findall(self.text)
                    self._turn("button of the list", act=f"valj:{offered[self.number % len(offered)]}")
                self._turn("end of the list", act="vidare")
            else:
                self._turn("question", answer=ANSWERS[step])
        self._press("send")
        assert "/kvitto/" in self.path, self.path

    def _turn(self, name: str, **fields: str) -> None:
        if self.number % 2:
            self._press(name, **fields)
        else:
            self._ask(f"{name}, and the page it leads to, by the script", "POST", self._fields(fields), SCRIPT)
            self.measured.ask("bare view, one insert", "", "POST", "/bare/", {})

    def _press(self, name: str, **fields: str) -> None:
        self._ask(name, "POST", self._fields(fields))
        self._ask(f"{name}: the page it leads to", "GET", {})
        self.measured.ask("bare view, one insert", "", "POST", "/bare/", {})

    def _fields(self, fields: dict[str, str]) -> dict[str, str]:
        return {key: html.unescape(value) for key, value in HIDDEN.findall(self.text) if key != "next"} | fields

    def _ask(self, name: str, method: str, fields: dict[str, str], sent: dict[str, str] | None = None) -> None:
        status, headers, self.text = self.measured.ask(name, self.cookie, method, self.path, fields, sent)
        for cookie in (value for key, value in headers.items() if key == "Set-Cookie"):
            self.cookie = "; ".join([self.cookie.partition(";")[0], cookie.partition(";")[0]])
        self.path = headers.get("Location", headers.get("Content-Location", self.path))
        assert status in (200, 302), (status, self.path)


def main(sessions: list[dict[str, Any]]) -> dict[str, Any]:
    warm = Measured()
    for number, each in enumerate(sessions[:WARM_UP]):
        Citizen(number, each["session"], warm).go()
    measured = Measured()
    for number, each in enumerate(sessions[WARM_UP:]):
        Citizen(number, each["session"], measured).go()
    return {
        name: {
            "times": len(found),
            "python": sorted(found)[len(found) // 4],
            "postgresql": measured.postgresql[name] / len(found),
        }
        for name, found in measured.python.items()
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.load(sys.stdin))) + "\n")
