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
def test_every_service_restarts_and_says_whether_it_is_well(name: str) -> None:
    service = SERVICES[name]
    if name == "migrate":  # ends when it is done
        assert service["restart"] == "on-failure"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@pytest.mark.parametrize("name", SERVICES)
def test_everything_waited_for_can_be_waited_for(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        assert wait["condition"] == ("service_completed_successfully" if other == "migrate" else "service_healthy")
        assert other in SERVICES


def test_only_the_web_is_reached_from_outside_and_only_by_a_proxy_on_the_machine() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:${WEB_PORT:-8000}:8000"]
    }


@pytest.mark.parametrize("name", OURS)
def test_our_services_have_few_rights(name: str) -> None:
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
        "postgres:/var/lib/postgresql",  # where version 18 keeps them
        "./scripts/database_roles.sh:/docker-entrypoint-initdb.d/10-roles.sh:ro",
    ]


def test_no_secret_is_written_here() -> None:
    for service in SERVICES.values():
        for key, value in service["environment"].items():
            if "PASSWORD" in key or "AUTH" in key or "URL" in key:
                assert "_PASSWORD:?" in value  # from .env, and without it nothing starts


def test_the_image_takes_only_packages_it_knows() -> None:
    installs = [line for line in DOCKERFILE.splitlines() if "pip install" in line]
    assert installs
    assert all("--require-hashes" in line for line in installs)
    assert "npm ci" in DOCKERFILE
    assert "npm install" not in DOCKERFILE
