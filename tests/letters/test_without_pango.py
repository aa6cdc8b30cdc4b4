"""The site starts on a machine without Pango: WeasyPrint is imported only to make a PDF."""

import subprocess
import sys

START = """
import sys
sys.modules["weasyprint"] = None
import django
django.setup()
from django.urls import get_resolver
assert get_resolver().reverse_dict is not None
import botkyrka_hemtjanst.wsgi, letters.tasks, letters.services
print("started")
"""


def test_site_starts_without_weasyprint():
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("started"), done.stderr
