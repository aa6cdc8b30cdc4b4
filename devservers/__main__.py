"""python -m devservers start|stop|status|urls|destroy INSTANCE"""

import argparse
import sys

from devservers import instance
from devservers.locations import EmbeddedError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devservers")
    parser.add_argument("action", choices=("start", "stop", "status", "urls", "destroy"))
    parser.add_argument("instance", help="dev, demo or test")
    asked = parser.parse_args()
    try:
        return ACTIONS[asked.action](asked.instance)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def start(name: str) -> int:
    instance.start(name)
    return status(name)


def stop(name: str) -> int:
    say(f"{name}: {'stopped' if instance.stop(name) else 'was not running'}")
    return 0


def status(name: str) -> int:
    found = instance.running(name)
    for server, pid in found.items():
        say(f"{name}: {server} {f'runs (process {pid})' if pid else 'is not running'}")
    return 0 if all(found.values()) else 3


def urls(name: str) -> int:
    found = instance.urls(name)
    if not found:
        sys.stderr.write(f"{name}: not running\n")
        return 3
    say(f"DATABASE_URL={found.database_url}\nREDIS_URL={found.redis_url}")
    return 0


def destroy(name: str) -> int:
    say(f"{name}: {'removed' if instance.destroy(name) else 'there was none'}")
    return 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


ACTIONS = {"start": start, "stop": stop, "status": status, "urls": urls, "destroy": destroy}

if __name__ == "__main__":
    sys.exit(main())
