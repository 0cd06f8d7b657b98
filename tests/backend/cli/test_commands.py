"""Commands that start nothing."""

import io
import subprocess
import sys

import pytest

from inkstone.backend.service import users
from inkstone.backend.service.actor import LOCAL


def test_the_palette_is_listed(inkstone):
    code, found = inkstone.json("components")
    assert code == 0
    assert {"data.read_table@1", "train.text_classification@1"} <= {item["key"] for item in found}
    shown = inkstone("components", "data.split").out
    assert "dev_share" in shown and "data.split@1" in shown
    assert "text-risk-control" in inkstone("templates").out
    assert inkstone("templates", "text-risk-control", "--yaml").out.startswith("inkstone: 1")
    assert inkstone("encoders").code == 0


def test_a_template_as_yaml_is_valid(inkstone, tmp_path):
    path = tmp_path / "risk.yaml"
    path.write_text(inkstone("templates", "text-risk-control", "--yaml").out, "utf-8")
    assert inkstone.json("validate", path) == (0, {"valid": True, "problems": []})


def test_datasets_are_managed(inkstone, tmp_path):
    path = tmp_path / "mail.csv"
    path.write_text("text,label\n" + "".join(f"mail number {n} for you,{'ab'[n % 2]}\n" for n in range(30)))
    assert inkstone.json("datasets", "import", path)[1]["reference"] == "dataset:mail@1"
    assert inkstone.json("datasets", "import", path, "--name", "post")[1]["reference"] == "dataset:post@1"
    assert inkstone.json("datasets", "preview", "mail", "--limit", "2")[1]["total"] == 30
    assert inkstone.json("datasets", "roles", "mail", "text=label")[1] == {"text": "label"}
    assert inkstone("datasets", "remove", "post").code == 0
    assert [item["name"] for item in inkstone.json("datasets")[1]] == ["mail"]
    assert "mail number 3 for you" in inkstone("datasets", "preview", "mail").out


def test_users_are_managed(inkstone, monkeypatch):
    def typed(line: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(line))

    typed("correct horse\n")
    assert inkstone.json("users", "add", "ann", "--role", "admin", "--password-stdin")[1]["role"] == "admin"
    assert users.authenticate("ann", "correct horse").name == "ann"
    typed("another password\n")
    assert inkstone("users", "password", "ann", "--password-stdin").code == 0
    assert users.authenticate("ann", "another password").name == "ann"
    secret = inkstone("users", "token", "ann", "--for", "script").out.strip()
    assert users.actor_of_token(secret).name == "ann"
    (token,) = inkstone.json("users", "token", "ann", "--list")[1]
    assert inkstone("users", "token", "ann", "--remove", token["id"]).code == 0
    assert users.tokens(LOCAL, "ann") == []
    assert inkstone.json("users", "role", "ann", "viewer")[1]["role"] == "viewer"
    assert inkstone("users", "remove", "ann").code == 0
    typed("short\n")
    assert inkstone("users", "add", "bob", "--password-stdin").code == 2


@pytest.mark.parametrize("command", [["--help"], ["runs"], ["templates"], ["models"], ["datasets"]])
def test_light_commands_import_no_heavy_library(inkstone_home, command):
    script = (
        "import sys\nfrom inkstone.backend.cli.entry import run_command\n"
        f"run_command({command!r})\n"
        "heavy = {'torch', 'ray', 'streamlit', 'gradio', 'transformers', 'pandas', 'fastapi', 'datasets'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert "HEAVY []" in shown.stdout


def test_help_speaks_both_languages(inkstone_home):
    def shown(language: str) -> str:
        command = [sys.executable, "-m", "inkstone.backend.cli", "--lang", language, "--help"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    assert "运行方案模板" in shown("zh")
    assert "Run a solution template" in shown("en")
