"""Pin the images that a release is built from and runs on to what was pulled and tried, by digest.

``pin`` asks the registry for the digest of each image in Dockerfile and docker-compose.yml, and writes it there:
NAME:TAG@sha256:… (needs docker with buildx, and a network that reaches the registry). ``check`` ends with 1 and names
each image that is not pinned: a release is not made of one.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Lines that name an image. Earlier stages of the Dockerfile and images built here are not pulled.
FILES = {
    "Dockerfile": re.compile(r"^(FROM )(\S+)(?= |$)", re.MULTILINE),
    "docker-compose.yml": re.compile(r"^( +image: )(\S+)$", re.MULTILINE),
}
OURS = "hemtjanstvalet"
PINNED = re.compile(r"\S+:\S+@sha256:[0-9a-f]{64}")


def images(name: str, text: str) -> list[str]:
    """The images from elsewhere that a file names."""
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", text, re.MULTILINE))
    return [image for _before, image in FILES[name].findall(text) if image not in stages | {OURS}]


def unpinned(name: str, text: str) -> list[str]:
    return [image for image in images(name, text) if not PINNED.fullmatch(image)]


def pinned(name: str, text: str, digest_of: Callable[[str], str]) -> str:
    """The text with each image by name, version and the digest that ``digest_of`` gives for them."""
    known = set(images(name, text))

    def pin(found: re.Match[str]) -> str:
        before, image = found.groups()
        if image not in known:
            return found.group()
        named = image.partition("@")[0]
        return f"{before}{named}@{digest_of(named)}"

    return FILES[name].sub(pin, text)


def _ask_registry(image: str) -> str:
    command = ["docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}"]
    digest = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise ValueError(f"{image}: the registry answered {digest!r}, which is no digest")
    return digest


def main(action: str) -> int:
    texts = {name: (ROOT / name).read_text() for name in FILES}
    if action == "pin":
        # All are known before any is written.
        for name, text in {name: pinned(name, text, _ask_registry) for name, text in texts.items()}.items():
            (ROOT / name).write_text(text)
        return 0
    missing = [
        f"{name}: {image} is not pinned by digest" for name, text in texts.items() for image in unpinned(name, text)
    ]
    sys.stderr.write("".join(f"{line}\n" for line in missing))
    if missing:
        sys.stderr.write(
            "Nothing is released of these: run `make pin-images` where the registry is reached, and commit it.\n"
        )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
