"""Pinned dependencies: each package has digests, and production uses the tested versions.

Known vulnerabilities are checked by ``make audit``, which needs an advisory database on the internet.
"""

import json
import re
import subprocess
import sys

import pytest
from django.conf import settings

from scripts.pin_images import FILES, images, pinned, unpinned

LOCKS = ["production", "dev", "bench", "build", "node"]


# Package, version, platform marker, and digests.
ENTRY = re.compile(r"^([a-z0-9._-]+(?:\[[^\]]*\])?)==([^\s;]+)( ;[^\\\n]*?)?((?: \\\n    --hash=\S+)*)$", re.MULTILINE)


def _packages(name: str) -> dict[str, tuple[str, int]]:
    """Package and marker → version and number of digests."""
    text = (settings.BASE_DIR / f"requirements/{name}.txt").read_text()
    found = ENTRY.findall(text)
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#", "-c"))]
    assert len(found) == len(entries), f"{name}: a line that is no pinned package"
    return {
        f"{package}{marker}": (version, digests.count("--hash=sha256:")) for package, version, marker, digests in found
    }


@pytest.mark.parametrize("name", LOCKS)
def test_every_python_package_is_pinned_with_digests(name: str):
    packages = _packages(name)

    assert packages
    assert [package for package, (_, digests) in packages.items() if not digests] == []


def test_production_uses_the_tested_versions():
    tested, production = _packages("dev"), _packages("production")

    assert {package: tested.get(package) for package in production} == production


def test_every_npm_package_is_pinned_with_a_digest():
    lock = json.loads((settings.BASE_DIR / "package-lock.json").read_text())

    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if not package.get("integrity")] == []


DIGEST = f"sha256:{'0' * 63}1"


def test_external_images_are_pinned_by_name_version_and_digest():
    for name in FILES:
        text = (settings.BASE_DIR / name).read_text()
        found = images(name, text)
        assert len(found) == 2, name
        assert all(re.fullmatch(r"[a-z/]+:[0-9][^@]*(@sha256:[0-9a-f]{64})?", image) for image in found), found

        done = pinned(name, text, lambda _image: DIGEST)
        assert unpinned(name, done) == []
        assert done.count(DIGEST) == 2
        # Pinned again: the old digest is replaced.
        assert pinned(name, done, lambda _image: DIGEST[:-1] + "2").count(DIGEST) == 0
        assert unpinned(name, done.replace(DIGEST, "sha256:abc", 1)) != []


def test_release_refuses_unpinned_images():
    makefile = (settings.BASE_DIR / "Makefile").read_text()
    steps = re.search(r"^release:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert steps
    first, second, *_rest = steps[1].splitlines()
    assert "pin_images.py check" in first
    assert second.startswith("\tdocker build")

    open_images = [image for name in FILES for image in unpinned(name, (settings.BASE_DIR / name).read_text())]
    done = subprocess.run(
        [sys.executable, "scripts/pin_images.py", "check"], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.returncode == (1 if open_images else 0)
    assert all(image in done.stderr for image in open_images)


def test_pages_load_nothing_from_other_sites():
    """Static check of the policy: no template or style sheet refers to another site."""
    kinds = {".html", ".css", ".js"}
    files = [
        path for top in ("templates", "static") for path in (settings.BASE_DIR / top).rglob("*") if path.suffix in kinds
    ]
    loads = re.compile(r"""(?:src=|<link[^>]*href=|url\(|@import)\s*["']?(?:https?:)?//""")

    assert files
    assert [str(path) for path in files if loads.search(path.read_text())] == []
