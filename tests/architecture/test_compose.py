"""``docker-compose.yml`` against the code that it starts. No engine is needed: the file is read, not run."""

import ast
import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery import Celery
from celery.app.utils import find_app
from django.core.management import get_commands
from django.urls import resolve

from tests.architecture import source

COMPOSE = source.ROOT / "docker-compose.yml"
OURS = ("migrate", "web", "worker", "beat")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(:[?-])?([^}]*)\}")


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return loaded


def settings_read() -> set[str]:
    """Every variable that the settings ask the environment for."""
    readers = {"text", "flag", "number", "words", "address"}
    path = Path("parindex/settings.py")
    return {
        node.args[0].value
        for node in source.nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in readers
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def words_of(service: dict[str, Any]) -> list[str]:
    command = service["command"]
    return shlex.split(command) if isinstance(command, str) else command


def dockerfile(stack: dict[str, Any]) -> str:
    text: str = stack["services"]["migrate"]["build"]["dockerfile_inline"]
    return text


def test_services_are_the_seven(stack: dict[str, Any]) -> None:
    assert set(stack["services"]) == {"db", "redis", "clamav", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_that_the_settings_read(stack: dict[str, Any], name: str) -> None:
    given = set(stack["services"][name]["environment"])

    assert given - settings_read() == set()


def test_what_production_cannot_do_without_is_given(stack: dict[str, Any]) -> None:
    given = stack["services"]["web"]["environment"]

    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "PARINDEX_DATA"} <= set(given)
    assert "DEBUG" not in given


def test_variables_without_a_default_explain_themselves() -> None:
    unexplained = [
        name
        for name, kind, message in VARIABLE.findall(COMPOSE.read_text(encoding="utf-8"))
        if kind != ":-" and not (kind == ":?" and name in message and ".env" in message)
    ]

    assert unexplained == []


def test_every_variable_is_in_the_readme() -> None:
    readme = (source.ROOT / "README.md").read_text(encoding="utf-8")
    asked = {name for name, _, _ in VARIABLE.findall(COMPOSE.read_text(encoding="utf-8"))}

    assert {name for name in asked if f"`{name}`" not in readme} == set()


def test_password_of_the_database_is_the_one_in_its_address(stack: dict[str, Any]) -> None:
    db = stack["services"]["db"]["environment"]
    address = stack["services"]["web"]["environment"]["DATABASE_URL"]

    assert address == f"postgres://{db['POSTGRES_USER']}:{db['POSTGRES_PASSWORD']}@db:5432/{db['POSTGRES_DB']}"


def test_migration_runs_commands_that_exist_in_an_order_that_works(stack: dict[str, Any]) -> None:
    script = stack["services"]["migrate"]["command"][-1]
    commands = [shlex.split(line) for line in script.splitlines()]

    assert [words[:2] for words in commands] == [["python", "manage.py"]] * len(commands)
    assert [words[2] for words in commands] == ["check", "migrate", "build_static", "collectstatic"]
    assert {words[2] for words in commands} <= set(get_commands())
    assert commands[0][3:] == ["--deploy", "--fail-level", "WARNING"]


def test_web_starts_an_application_that_is_there(stack: dict[str, Any]) -> None:
    program, target, *_ = words_of(stack["services"]["web"])
    module, name = target.split(":")

    assert program == "gunicorn"
    assert callable(getattr(import_module(module), name))


@pytest.mark.parametrize(("name", "role"), [("worker", "worker"), ("beat", "beat")])
def test_worker_and_clock_start_the_celery_application(stack: dict[str, Any], name: str, role: str) -> None:
    program, flag, app, started, *_ = words_of(stack["services"][name])

    assert (program, flag, started) == ("celery", "-A", role)
    assert isinstance(find_app(app), Celery)


def test_health_is_asked_at_an_address_that_answers(stack: dict[str, Any]) -> None:
    web = stack["services"]["web"]
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/[\w/]+)", web["healthcheck"]["test"][-1])
    assert asked is not None
    port, path = asked.groups()

    assert resolve(path).url_name == "ready"
    assert f"--bind=0.0.0.0:{port}" in words_of(web)
    assert web["ports"][0].endswith(f":{port}")


def test_health_script_is_python(stack: dict[str, Any]) -> None:
    compile(stack["services"]["web"]["healthcheck"]["test"][-1], "healthcheck", "exec")


@pytest.mark.parametrize("name", ["db", "redis", "web"])
def test_services_that_others_wait_for_have_a_health_check(stack: dict[str, Any], name: str) -> None:
    assert set(stack["services"][name]["healthcheck"]) >= {"test", "interval", "timeout", "retries"}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_migration_is_through(stack: dict[str, Any], name: str) -> None:
    assert stack["services"][name]["depends_on"] == {
        "db": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }


def test_migration_ends_and_is_not_started_again(stack: dict[str, Any]) -> None:
    assert stack["services"]["migrate"]["restart"] == "no"


def test_volumes_are_declared_and_used(stack: dict[str, Any]) -> None:
    used = {mount.split(":")[0] for service in stack["services"].values() for mount in service.get("volumes", [])}

    assert used == set(stack["volumes"]) == {"db", "files", "signatures", "static"}


def test_files_lie_where_the_settings_put_them(stack: dict[str, Any]) -> None:
    web = stack["services"]["web"]
    mounts = dict(mount.split(":") for mount in web["volumes"])

    assert mounts["files"] == f"{web['environment']['PARINDEX_DATA']}/files"
    assert mounts["static"] == web["environment"]["STATIC_ROOT"]


def test_image_holds_the_whole_house(stack: dict[str, Any]) -> None:
    copied = set(re.findall(r"^COPY (\S+)", dockerfile(stack), re.MULTILINE))

    assert copied == {"pyproject.toml", "manage.py", *source.HOUSE, "templates", "static", "locale"}
    assert all((source.ROOT / name).exists() for name in copied)


def test_image_is_built_once_and_runs_as_nobody_special(stack: dict[str, Any]) -> None:
    built = [name for name, service in stack["services"].items() if "build" in service]

    assert built == ["migrate"]
    assert {stack["services"][name]["image"] for name in OURS} == {"parindex:local"}
    assert dockerfile(stack).rstrip().splitlines()[-1] == "USER parindex"


def test_image_has_the_python_that_the_project_asks_for(stack: dict[str, Any]) -> None:
    base = re.search(r"^FROM python:(\d+)\.(\d+)-slim", dockerfile(stack), re.MULTILINE)
    assert base is not None

    assert (int(base[1]), int(base[2])) >= (3, 11)
    assert "$" not in dockerfile(stack).replace("$$", "")


def test_no_file_of_secrets_is_committed() -> None:
    assert ".env" in (source.ROOT / ".gitignore").read_text(encoding="utf-8").split()
