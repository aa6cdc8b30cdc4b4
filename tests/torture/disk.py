"""Media folder full during rendering: no partial file, and everything is rendered once there is space."""

import subprocess
from random import Random

from .stage import Stage, wait
from .story import tell

TOO_SMALL, ENOUGH = "96k", "64m"  # Space for one or two letters.


def media_full(stage: Stage, random: Random, seconds: float) -> int:
    if not _mount("-t", "tmpfs", "-o", f"size={TOO_SMALL}", "torture", str(stage.media)):
        raise NotHereError("a folder that gets full needs a user who may mount")
    if wait(stage.teller(tell)) == 0:
        raise RuntimeError("the disk was large enough")
    _mount("-o", f"remount,size={ENOUGH}", str(stage.media))
    return 0


def let_go(stage: Stage) -> None:
    subprocess.run(["umount", str(stage.media)], check=False, stderr=subprocess.DEVNULL)


class NotHereError(RuntimeError):
    pass


def _mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], check=False, stderr=subprocess.DEVNULL).returncode == 0
