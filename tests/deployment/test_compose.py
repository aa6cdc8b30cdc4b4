"""docker-compose.yml and Dockerfile: guarantees for operators."""

from typing import Any

import pytest
import yaml
from django.conf import settings

COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
DOCKERFILE = (settings.BASE_DIR / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["web", "worker", "beat", "migrate"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_restarts_and_has_a_health_check(name: str) -> None:
    service = SERVICES[name]
    if name == "migrate":  # a one-off service
        assert service["restart"] == "on-failure"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@pytest.mark.parametrize("name", SERVICES)
def test_every_dependency_has_a_condition_it_can_meet(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        assert wait["condition"] == ("service_completed_successfully" if other == "migrate" else "service_healthy")
        assert other in SERVICES


def test_only_the_web_service_is_published_on_localhost() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:${WEB_PORT:-8000}:8000"]
    }


@pytest.mark.parametrize("name", OURS)
def test_own_services_have_minimal_privileges(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "\nUSER hemtjanst\n" in DOCKERFILE


def test_data_is_in_named_volumes() -> None:
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith("./")
    }
    assert used == set(COMPOSE["volumes"]) == {"beat", "media", "postgres", "valkey"}
    assert SERVICES["postgres"]["volumes"] == [
        "postgres:/var/lib/postgresql",  # the location of version 18
        "./scripts/database_roles.sh:/docker-entrypoint-initdb.d/10-roles.sh:ro",
    ]


def test_no_secret_is_in_the_file() -> None:
    for service in SERVICES.values():
        for key, value in service["environment"].items():
            if "PASSWORD" in key or "AUTH" in key or "URL" in key:
                assert "_PASSWORD:?" in value  # from .env; a start without it fails


def test_image_installs_only_locked_packages() -> None:
    installs = [line for line in DOCKERFILE.splitlines() if "pip install" in line]
    assert installs
    assert all("--require-hashes" in line for line in installs)
    assert "npm ci" in DOCKERFILE
    assert "npm install" not in DOCKERFILE
