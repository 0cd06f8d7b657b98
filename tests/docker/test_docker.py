"""The container files, as far as they can be tried without an engine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from inkstone.backend.service import users
from inkstone.backend.service.actor import LOCAL

DOCKER = Path(__file__).parents[2] / "docker"
SCRIPTS = sorted(DOCKER.glob("*.sh"))


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))


def _sh(*command: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    variables = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **environment}
    line = ["sh", *(str(item) for item in command)]
    return subprocess.run(line, env=variables, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_sound(script):
    assert _sh("-n", script).returncode == 0
    assert os.access(script, os.X_OK)
    checker = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if checker:
        assert subprocess.run([checker, str(script)], capture_output=True, text=True, check=False).stdout == ""


def test_every_service_is_watched_and_restarted(compose):
    services = compose["services"]
    assert set(services) == {"studio", "postgres", "ray-head", "ray-worker"}
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
        assert "healthcheck" in service or name == "studio", name  # the image brings the studio's
        for needed, condition in service.get("depends_on", {}).items():
            assert needed in services
            assert condition == {"condition": "service_healthy"}


def test_only_the_pages_are_published_and_nothing_secret_is_written_down(compose):
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"studio": ["${INKSTONE_PUBLISH:-127.0.0.1:8501}:8501"]}
    for name, service in compose["services"].items():
        for key, value in service["environment"].items():
            if re.search(r"PASSWORD|TOKEN|SECRET", key):
                assert str(value).startswith("${") and ":?" in value, (name, key)


def test_all_nodes_share_home_database_and_token(compose):
    ours = [compose["services"][name] for name in ("studio", "ray-head", "ray-worker")]
    for service in ours:
        assert "data:/data" in service["volumes"]
        assert service["environment"]["INKSTONE_HOME"] == "/data"
        assert service["environment"]["RAY_AUTH_MODE"] == "token"
        assert service["cap_drop"] == ["ALL"]
    assert len({service["environment"]["INKSTONE_DATABASE_URL"] for service in ours}) == 1
    assert not any("INKSTONE_ADMIN_PASSWORD" in service["environment"] for service in ours[1:])


def test_every_variable_is_generated_or_has_a_default(compose, tmp_path):
    generated = tmp_path / ".env"
    assert _sh(DOCKER / "generate-secrets.sh", generated).returncode == 0
    known = set(re.findall(r"^(\w+)=", generated.read_text(), re.MULTILINE))
    text = (DOCKER / "compose.yaml").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w+):\?", text)) <= known
    assert not re.search(r"\$\{\w+\}", text)


def test_secrets_are_private_different_and_kept(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for file in (first, second):
        assert _sh(DOCKER / "generate-secrets.sh", file).returncode == 0
        assert file.stat().st_mode & 0o777 == 0o600
    secrets = [
        re.findall(r"^\w*(?:PASSWORD|TOKEN)=([0-9a-f]{24,})$", file.read_text(), re.M) for file in (first, second)
    ]
    assert len(secrets[0]) == 3
    assert not set(secrets[0]) & set(secrets[1])
    before = first.read_text()
    assert _sh(DOCKER / "generate-secrets.sh", first).returncode == 0
    assert first.read_text() == before


def test_the_first_administrator_is_added_once(inkstone_home):
    script = DOCKER / "first-admin.sh"
    assert _sh(script).returncode == 0
    assert not (inkstone_home / "inkstone.db").exists()
    for password in ("generated password", "another password"):
        done = _sh(script, INKSTONE_ADMIN_PASSWORD=password, INKSTONE_ADMIN_NAME="root")
        assert done.returncode == 0, done.stderr
    assert [(user.name, user.role) for user in users.list_(LOCAL)] == [("root", "admin")]
    assert users.authenticate("root", "generated password").role == "admin"


def test_the_entrypoint_runs_other_commands(inkstone_home):
    done = _sh(DOCKER / "entrypoint.sh", "inkstone", "--version")
    assert done.stdout.startswith("inkstone ")


def test_the_studio_does_not_start_open_to_others(inkstone_home):
    done = _sh(DOCKER / "entrypoint.sh", "studio", INKSTONE_PORT="8619", INKSTONE_LANG="en")
    assert done.returncode == 2
    assert "auth.no_users" in done.stderr


def test_the_image_is_not_run_as_root_and_takes_nothing_private():
    lines = (DOCKER / "Dockerfile").read_text("utf-8").splitlines()
    assert "USER inkstone" in lines
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY")]
    allowed = {
        line[1:] for line in (DOCKER / "Dockerfile.dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"
    }
    for sources in copied:
        assert {item for item in sources if not item.startswith("--")} <= allowed
