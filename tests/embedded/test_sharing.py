"""A server lives exactly as long as somebody uses it, however its users end."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from embedded import sharing
from embedded.data_folder import secret_key
from embedded.unprivileged import server_dir
from tests.embedded.conftest import POSTGRES_ONLY, VALKEY_ONLY, User, all_gone, command, query, record, wait_until
from tests.slow import slow

Start = Callable[..., User]


def test_two_users_at_once_share_one_server_of_each_kind(data: Path, start_user: Start) -> None:
    first, second = start_user(), start_user()
    urls = first.urls()
    assert second.urls() == urls

    first.leave()
    assert query(urls["database"], "SELECT current_user") == [("shaoying",)]
    pids = [record(data, name)[key] for name in sharing.SERVERS for key in ("pid", "keeper")]
    second.leave()
    assert wait_until(lambda: all_gone(*pids))
    assert not (data / "postgres" / "server.json").exists()


def test_a_killed_user_leaves_no_server_behind(data: Path, start_user: Start) -> None:
    user = start_user()
    user.urls()
    pids = [record(data, name)[key] for name in sharing.SERVERS for key in ("pid", "keeper")]
    user.kill()
    assert wait_until(lambda: all_gone(*pids))


def test_a_user_that_comes_while_the_servers_stop_waits_and_starts_them_again(data: Path, start_user: Start) -> None:
    first = start_user(**POSTGRES_ONLY)
    urls = first.urls()
    query(urls["database"], "CREATE TABLE kept (n int)")
    pid = record(data, "postgres")["pid"]
    first.kill()
    assert wait_until(lambda: not (data / "postgres" / "server.json").exists())

    assert start_user(**POSTGRES_ONLY).urls() == urls  # the same port and password
    assert record(data, "postgres")["pid"] != pid
    assert query(urls["database"], "SELECT count(*) FROM kept") == [(0,)]


@slow("servers in a folder of their own are started for it, 2 to 5 s")
def test_the_application_may_create_databases_but_is_no_superuser(start_user: Start) -> None:
    url = start_user(**POSTGRES_ONLY).urls()["database"]
    assert query(url, "SELECT rolcreatedb, rolsuper FROM pg_roles WHERE rolname = current_user") == [(True, False)]
    settings = "SELECT datcollate, datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
    assert query(url, f"{settings} WHERE datname = 'shaoying'") == [("C", "b", "C.UTF-8", "UTF8")]
    assert query(url, "SHOW timezone") == [("UTC",)]


@slow("servers in a folder of their own are started for it, 2 to 5 s")
def test_nobody_else_can_read_anything_that_the_servers_keep(
    data: Path, start_user: Start, under_umask: Callable[[int], int]
) -> None:
    under_umask(0)
    start_user().urls()
    secret_key()
    roots = {data, server_dir()}  # root's servers keep theirs elsewhere; their programs are everybody's
    folders = {root / name for root in roots for name in ("", *sharing.SERVERS)}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o711 if os.geteuid() == 0 else 0o700}
    inside = {path for root in roots for path in root.rglob("*") if "programs" not in path.parts}
    kept = {path: path.lstat().st_mode for path in inside - folders}
    assert {path.name for path in kept} >= {"credentials.json", "server.json", "server.log", "keeper.log", "secret_key"}
    assert [path for path, mode in kept.items() if mode & 0o077] == []
    assert [path for path, mode in kept.items() if stat.S_ISSOCK(mode)] == []


def test_own_servers_take_the_place_of_the_embedded_ones(data: Path, start_user: Start) -> None:
    user = start_user(**POSTGRES_ONLY, **VALKEY_ONLY)
    assert user.urls() == {"database": "postgresql://db.example/x", "redis": "redis://broker.example/1"}
    assert not data.exists()


@slow("servers in a folder of their own are started for it, 2 to 5 s")
def test_each_server_can_be_replaced_alone(data: Path, start_user: Start) -> None:
    urls = start_user(**VALKEY_ONLY).urls()
    assert urls["redis"].startswith("redis://:")
    assert [path.name for path in data.iterdir()] == ["valkey"]


def test_commands_that_only_read_code_start_nothing(data: Path, start_user: Start) -> None:
    assert start_user(SHAOYING_NO_SERVERS="1").urls()["redis"] == "redis://127.0.0.1:1/0"
    assert not data.exists()


@slow("servers in a folder of their own are started for it, 2 to 5 s")
def test_data_in_use_is_not_removed(data: Path, start_user: Start) -> None:
    user = start_user(**VALKEY_ONLY)
    user.urls()
    refused = command("-m", "embedded.sharing", "remove")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"The data in {data} is in use")

    (data / "notes.txt").write_text("not ours")
    user.leave()
    assert command("-m", "embedded.sharing", "remove").returncode == 0
    assert [path.name for path in data.iterdir()] == ["notes.txt"]
