"""Load generator: a process that knows only the site's pages. Prints one line of JSON at the end.

``python -m benchmarks.web.choosers ADDRESS PROCESS… < sessions``. Every chooser goes the whole way: the first page, a
question per page, the answers, the button, the receipt. Every other one presses the button twice at once. Every fourth
chooses without the pages' script. ``PROCESS``: ids of the servers, whose processor seconds are measured.
"""

import asyncio
import html
import json
import re
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import httpx
import psutil

HIDDEN = re.compile(r'<input type="hidden"\s+name="([\w-]+)"\s+value="([^"]*)"')
OFFERED = re.compile(r'value="valj:([\w-]+)"')
ANSWERS = {"vill-du": "ja", "ko": "ja", "tillfallig": "ja", "tillsammans": "nej", "sprak": "inget"}
# As static/js/citizens/choosing.js.
SCRIPT = {"X-Page": "1"}
# One more page than possible: a longer path is a cycle.
MOST_PAGES = 30
TIMEOUT = 120


class Page(NamedTuple):
    path: str
    text: str


class Chooser:
    def __init__(self, address: str, number: int, session: str) -> None:
        self.number, self.times, self.picked = number, list[tuple[str, float]](), list[str]()
        self.client = httpx.AsyncClient(base_url=address, cookies={"sessionid": session}, timeout=TIMEOUT)

    async def go(self) -> None:
        page = await self.ask("first page", "GET", "/mitt/val/")
        page = await self.turn("begin", page, act="borja")
        for _each in range(MOST_PAGES):
            step = page.path.removeprefix("/mitt/val/").strip("/")
            if step == "kontrollera":
                break
            page = await (self.rank(page) if step == "ordning" else self.turn(step, page, answer=ANSWERS[step]))
        twice = 2 if self.number % 2 else 1
        receipts = await asyncio.gather(*(self.send("send", page) for _each in range(twice)))
        for receipt in receipts:
            assert receipt.path.startswith("/mitt/val/kvitto/"), receipt.path
        assert len({receipt.path for receipt in receipts}) == 1, receipts
        await self.client.aclose()

    async def rank(self, page: Page) -> Page:
        for _each in range(2):
            offered = OFFERED.findall(page.text)
            code = offered[self.number % len(offered)]
            page = await self.turn("ordning", page, act=f"valj:{code}")
            self.picked.append(code)
        return await self.turn("ordning", page, act="vidare")

    async def turn(self, name: str, page: Page, **fields: str) -> Page:
        if self.number % 4:
            return await self.send(f"{name}, by the script", page, SCRIPT, **fields)
        return await self.send(name, page, **fields)

    async def send(self, name: str, page: Page, headers: Mapping[str, str] | None = None, /, **fields: str) -> Page:
        hidden = {key: html.unescape(value) for key, value in HIDDEN.findall(page.text) if key != "next"}
        return await self.ask(name, "POST", page.path, data=hidden | fields, headers=headers)

    async def ask(self, name: str, method: str, path: str, **more: Any) -> Page:
        """One request: the answer and the page it leads to."""
        began = time.perf_counter()
        page = await self.client.request(method, path, **more)
        while page.is_redirect:
            page = await self.client.get(page.headers["Location"])
        self.times.append((name, time.perf_counter() - began))
        if page.status_code != 200:
            raise RuntimeError(f"{method} {path}: {page.status_code}")
        return Page(page.headers.get("Content-Location", page.url.path).partition("?")[0], page.text)


class Processors:
    """Processor seconds of the servers and their processes, which run until the end."""

    def __init__(self, servers: list[int]) -> None:
        self.servers = [psutil.Process(pid) for pid in servers]

    def seconds(self) -> float:
        every = [each for server in self.servers for each in (server, *server.children(recursive=True))]
        return sum(sum(each.cpu_times()[:2]) for each in every)


async def choose(address: str, sessions: list[dict[str, Any]], processors: Processors) -> dict[str, Any]:
    choosers = [Chooser(address, number, each["session"]) for number, each in enumerate(sessions)]
    began, before = time.perf_counter(), processors.seconds()
    done = await asyncio.gather(*(_timed(chooser.go) for chooser in choosers), return_exceptions=True)
    return {
        "seconds": time.perf_counter() - began,
        "processor": processors.seconds() - before,
        "errors": [repr(each) for each in done if isinstance(each, BaseException)],
        "whole": [each for each in done if not isinstance(each, BaseException)],
        "presses": [pair for chooser in choosers for pair in chooser.times],
        "picked": {each["person"]: chooser.picked for each, chooser in zip(sessions, choosers, strict=True)},
    }


async def bare(address: str, at_once: int, times: int, processors: Processors) -> dict[str, Any]:
    """Baseline at the same concurrency, with this many inserts each."""
    taken: list[float] = []

    async def one() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=TIMEOUT) as client:
            for _each in range(times):
                began = time.perf_counter()
                answer = await client.post("/bare/")
                taken.append(time.perf_counter() - began)
                answer.raise_for_status()

    began, before = time.perf_counter(), processors.seconds()
    await asyncio.gather(*(one() for _each in range(at_once)))
    return {"seconds": time.perf_counter() - began, "processor": processors.seconds() - before, "presses": taken}


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def main(address: str, servers: list[int]) -> dict[str, Any]:
    sessions, processors = json.load(sys.stdin), Processors(servers)
    # Warm-up: the server has read its templates.
    await bare(address, 4, 5, processors)
    first = await choose(address, sessions[:2], processors)
    measured = sessions[2:]
    before = await bare(address, len(measured), 10, processors)
    chosen = await choose(address, measured, processors)
    after = await bare(address, len(measured), 10, processors)
    chosen["picked"] |= first["picked"]
    chosen["errors"] += first["errors"]
    return {"bare": [before, after], "chosen": chosen, "bare_inserts": 20 + 2 * 10 * len(measured)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(sys.argv[1], [int(each) for each in sys.argv[2:]]))) + "\n")
