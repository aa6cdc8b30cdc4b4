"""A log record is one line, without identity numbers."""

import json
import socket
import subprocess
import sys
from http.client import HTTPConnection

import pytest
from django.conf import settings

from common.access_log import safe_path


@pytest.mark.parametrize(("path", "line"), [
    ("/handlaggare/", "/handlaggare/"),
    ("/x\n127.0.0.1 GET /handlaggare/ 200", "/x?127.0.0.1 GET /handlaggare/ 200"),
    ("/x\r\x1b[2J\u2028y", "/x??[2J?y"),
    ("/personer/19391204-9803/", "/personer/[nummer]/"),
    ("/personer/391204 9803", "/personer/[nummer]"),
])  # fmt: skip
def test_path_cannot_forge_a_line_or_leak_a_number(path, line):
    assert safe_path(path) == line
    assert len(safe_path("/å" * 5000)) == 200


def test_gunicorn_log_is_one_line_without_numbers(tmp_path):
    """A real request, logged as in production: its path contains a line break and a number."""
    (tmp_path / "bare.py").write_text("def app(environ, start):\n    start('200 OK', [])\n    return [b'']\n")
    dockerfile = (settings.BASE_DIR / "Dockerfile").read_text()
    started = json.loads(dockerfile.split("\nCMD ")[1].replace("\\\n", ""))
    logging = [word for word in started if word.startswith(("--access-log", "--logger-class"))]
    assert len(logging) == 2
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port, fd = listener.getsockname()[1], listener.fileno()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "bare:app",
            f"--bind=fd://{fd}",
            f"--pythonpath={tmp_path}",
            *logging,
        ]
        with subprocess.Popen(
            command, cwd=settings.BASE_DIR, pass_fds=[fd], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server:
            http = HTTPConnection("127.0.0.1", port, timeout=120)
            http.request("GET", "/personer/19391204-9803/%0aGET%20/handlaggare/%20200%201ms?q=hemligt")
            answer = http.getresponse().status
            server.terminate()
            logged, _ = server.communicate(timeout=300)
    assert answer == 200
    (line,) = logged.splitlines()
    fields = json.loads(line)
    assert (fields["method"], fields["status"]) == ("GET", 200)
    assert fields["path"] == "/personer/[nummer]/?GET /handlaggare/ 200 1ms"
    assert "hemligt" not in line
