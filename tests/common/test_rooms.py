"""Every package is under the import contract, and every list of packages is complete."""

import tomllib
from pathlib import Path

from django.apps import apps
from django.conf import settings

from scripts import update_translations

PROJECT = Path(settings.BASE_DIR)
CONFIGURED = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]
# Not imported by the product.
TOOLS = {"scripts", "tests"}
# Never installed in production.
NOT_SHIPPED = {"benchmarks", "demo", "devservers"}


def packages() -> set[str]:
    return {path.parent.name for path in PROJECT.glob("*/__init__.py")} - TOOLS


def test_each_package_is_in_the_layers_contract():
    linter = CONFIGURED["importlinter"]
    (layers,) = (contract for contract in linter["contracts"] if contract["type"] == "layers")
    placed = {room.strip() for layer in layers["layers"] for room in layer.split("|")}
    assert placed == set(linter["root_packages"]) == packages()


def test_contracts_have_no_exceptions():
    for contract in CONFIGURED["importlinter"]["contracts"]:
        assert not {"ignore_imports", "unmatched_ignore_imports_alerting"} & set(contract)


def test_types_translations_and_coverage_include_each_package():
    product = packages() - NOT_SHIPPED
    assert product <= set(CONFIGURED["mypy"]["files"])
    assert product <= set(CONFIGURED["coverage"]["run"]["source"])
    assert product <= set(update_translations.FOLDERS)


def test_production_image_has_each_package_and_no_tools():
    lines = (PROJECT / ".dockerignore").read_text().splitlines()
    assert {line[1:] for line in lines if line.startswith("!")} & packages() == packages() - NOT_SHIPPED


def test_models_of_rooms_without_own_tables_use_the_desk_label():
    """The label decides table, permissions and migrations (docs/adr/0022)."""
    rooms = {model.__module__.partition(".")[0] for model in apps.get_app_config("casework").get_models()}
    assert rooms == {"administration", "choices", "desk", "oversight"}
