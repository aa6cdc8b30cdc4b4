"""Reference images of letters, small and grey, approved by a person and stored in the repository.

``make letters-approve`` updates them: ``python -m tests.letters.pictures``. Review the changes before you commit.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

APPROVED = Path(__file__).parent / "approved"
# A line of text is three pixels high: enough to show that it moved, wrapped, became bold, or vanished.
_DPI = 25
_GREYS = 16
# Machines differ in font smoothing. A word moved by a millimetre differs more.
_DIFFERS = 70
_SPOTS = 12


def picture_of(content: bytes) -> Image.Image:
    """Pages side by side."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "letter.pdf").write_bytes(content)
        command = ["pdftoppm", "-r", str(_DPI), "-gray", "letter.pdf", "page"]
        subprocess.run(command, cwd=folder, check=True)
        pages = []
        for path in sorted(Path(folder).glob("page*.pgm")):
            with Image.open(path) as image:
                pages.append(image.copy())
    whole = Image.new("L", (sum(page.width for page in pages), pages[0].height))
    left = 0
    for page in pages:
        whole.paste(page, (left, 0))
        left += page.width
    return whole


def spots(one: Image.Image, other: Image.Image) -> int:
    """Number of visible differences between two images; an added or missing page counts as a whole page."""
    if one.size != other.size:
        return one.width * one.height
    soft = ImageFilter.BoxBlur(1)
    difference = ImageChops.difference(one.filter(soft), other.filter(soft))
    return sum(difference.histogram()[_DIFFERS:])


def same(one: Image.Image, other: Image.Image) -> bool:
    return spots(one, other) <= _SPOTS


def approved(name: str) -> Image.Image:
    with Image.open(APPROVED / f"{name}.png") as image:
        return image.convert("L")


def approve(name: str, picture: Image.Image) -> None:
    APPROVED.mkdir(exist_ok=True)
    # Without the means, median cut may lose the black of a page with little ink.
    picture.quantize(_GREYS, kmeans=3).save(APPROVED / f"{name}.png", optimize=True)


def main() -> None:
    from tests.letters.sample import CASES, letter

    for kind, language, data in CASES:
        name, picture = f"{kind}-{language}-{data}", picture_of(letter(kind, language, data))
        if not (APPROVED / f"{name}.png").exists() or not same(picture, approved(name)):
            approve(name, picture)
            sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    import django

    django.setup()
    main()
