"""The chat model as a user meets it: `byline ask`, `doctor`, tracing, and the lines of docs/models.md, as processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests import ROOT
from tests.processes import environment
from tests.writer.chat_models_server import ChatModels, Request, Says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ASKED = "What did Blinken say?"
SAID = "Xi’s visit serves as “diplomatic cover” for Russia’s war crimes."
PROVIDERS = (
    "langchain_openai",
    "langchain_ollama",
    "openai",
    "ollama",
    "langchain",
    "langchain_core",
    "retrieval.writer",
)
INGEST = {
    "use_multipart_endpoint": False,
    "scale_up_qsize_trigger": 1000,
    "scale_up_nthreads_limit": 16,
    "scale_down_nempty_trigger": 4,
    "size_limit": 100,
    "size_limit_bytes": 20_000_000,
}
FORBID = ROOT / "tests" / "forbid_network"


def cover(request: Request) -> Says:
    """A model that cites the passage with Blinken's words."""
    passages = request.given.split("<passage ")[1:]
    number = next((n for n, passage in enumerate(passages, 1) if "serves as “diplomatic cover”" in passage), 1)
    return Says(f"{SAID[:-1]} [{number}].")


def reaching(server: ChatModels, **more: object) -> dict[str, object]:
    """The settings by which the model is reached, and others."""
    return {"chat_model": "openai:any", "chat_base_url": server.openai} | more


def run(
    data_dir: Path,
    *command: str,
    given: dict[str, object] | None = None,
    status: int = 0,
    variables: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """A process with settings of Byline (`given`) and other variables."""
    ended = subprocess.run(
        [sys.executable, *command],
        env=environment(data_dir, **(given or {})) | {"OPENAI_API_KEY": "sk-secret"} | (variables or {}),
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == status, ended.stdout + ended.stderr
    assert "sk-secret" not in ended.stdout + ended.stderr
    return ended


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, used_once: Callable[[Path], Path]) -> Path:
    return used_once(tmp_path_factory.mktemp("wired"))


def test_without_a_chat_model_nothing_of_one_is_imported(data_dir: Path) -> None:
    script = (
        "import sys; from bot.__main__ import main\n"
        "try: main(['ask', 'What did Blinken say?'])\n"
        f"except SystemExit: print([name for name in {PROVIDERS} if name in sys.modules])\n"
    )
    assert run(data_dir, "-c", script).stdout.endswith("[]\n")


def test_an_answer_by_a_model_says_so_in_json(data_dir: Path) -> None:
    with ChatModels(cover) as server:
        given = reaching(server)
        told = json.loads(run(data_dir, "-m", "bot", "ask", "--json", ASKED, given=given).stdout)
    assert (told["mode"], told["note"], told["dropped"]) == ("writer", None, 0)
    assert told["statements"][0]["text"] == SAID
    assert "diplomatic cover" in told["citations"][0]["quote"]


def test_doctor_asks_the_model_what_it_can_answer_and_what_it_cannot(data_dir: Path) -> None:
    with ChatModels(Says("Nordline raised its fares by 12 percent [1]."), Says("The articles do not say.")) as server:
        given = reaching(server)
        told = run(data_dir, "-m", "bot", "doctor", given=given).stdout
    assert re.search(
        r"ok    chat model: openai:any: what it can answer was answered with a citation that holds in [\d.]+ s, "
        r"what it cannot was refused in [\d.]+ s; cites by \[n\] markers, [\d,]+ tokens",
        told,
    )
    assert len(server.requests) == 2
    with ChatModels(Says("Nordline raised its fares by 40 percent [1].")) as server:
        told = run(data_dir, "-m", "bot", "doctor", given=reaching(server)).stdout
    assert "what it can answer was answered with nothing that holds (40 percent is not said) in" in told
    with ChatModels(Says(status=401)) as server:
        given = reaching(server)
        told = run(data_dir, "-m", "bot", "doctor", status=1, given=given).stdout
    refused = "The chat model could not be used; its server refused the key (401): set OPENAI_API_KEY."
    assert f"FAIL  chat model: {refused}" in told


def test_doctor_without_a_model_says_where_to_read(data_dir: Path) -> None:
    assert "ok    chat model: none" in run(data_dir, "-m", "bot", "doctor").stdout


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"chat_model": "anthropic:x"},
            "BYLINE_CHAT_MODEL=anthropic:x needs the package langchain-anthropic: pip install",
        ),
        ({"chat_model": "gpt-9"}, "BYLINE_CHAT_MODEL cannot be 'gpt-9': give PROVIDER:MODEL"),
        ({"chat_cost_a_day": 1}, "BYLINE_CHAT_COST_A_DAY needs BYLINE_CHAT_INPUT_PRICE and BYLINE_CHAT_OUTPUT_PRICE"),
        ({"chat_model": "ollama:x", "prompts_dir": "nowhere"}, "BYLINE_PROMPTS_DIR=nowhere cannot be used"),
    ],
)
def test_settings_that_cannot_be_used_are_told(settings: dict[str, object], told: str, data_dir: Path) -> None:
    ended = run(data_dir, "-m", "bot", "ask", ASKED, status=1, given=settings)
    assert ended.stderr.startswith(f"byline: {told}")
    assert ended.stderr.count("\n") == 1


def test_a_prompt_of_the_users_is_what_the_model_is_told(data_dir: Path) -> None:
    folder = data_dir / "prompts"
    folder.mkdir()
    shipped = (ROOT / "prompts" / "answer.md").read_text()
    (folder / "answer.md").write_text(f"Be kind.\n\n{shipped}")
    with ChatModels(cover) as server:
        given = reaching(server, prompts_dir=folder)
        run(data_dir, "-m", "bot", "ask", ASKED, given=given)
    assert server.requests[0].told.startswith("Be kind.")


def in_fields(request: Request) -> Says:
    """The same from a model that gives its sentences as fields."""
    said, number = cover(request).text[:-2].rsplit(" [", 1)
    return Says(json.dumps({"sentences": [{"text": f"{said}.", "passages": [int(number)]}]}))


def test_the_lines_of_the_documentation_run(tmp_path: Path) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "models.md").read_text(), re.DOTALL)
    variables = {}
    if shared := os.environ.get("BYLINE_CACHE_DIR"):
        (tmp_path / "byline").symlink_to(shared)
        variables["XDG_CACHE_HOME"] = str(tmp_path)
    with ChatModels(in_fields) as server:
        variables["OLLAMA_HOST"] = server.ollama
        assert run(tmp_path, "-c", script, variables=variables).stdout == f"{SAID} [1]\n"


@contextmanager
def langsmith() -> Iterator[tuple[str, list[str]]]:
    """A server in the place of LangSmith's; the paths that were posted to."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._answer(json.dumps({"version": "0.1", "batch_ingest_config": INGEST}).encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            paths.append(self.path)
            self._answer(b"{}")

        def do_PATCH(self) -> None:
            self.do_POST()

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", paths
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("tracing", [True, False])
def test_langsmith_is_told_where_byline_is_set_to_and_not_by_its_own_variables_alone(
    tracing: bool, data_dir: Path, tmp_path: Path
) -> None:
    log = tmp_path / "forbidden.log"
    with ChatModels(cover) as server, langsmith() as (address, paths):
        variables = {
            "LANGSMITH_TRACING": "true",
            "LANGCHAIN_TRACING_V2": "true",
            "LANGSMITH_API_KEY": "key",
            "LANGSMITH_ENDPOINT": address,
            "PYTHONPATH": os.pathsep.join([str(FORBID), str(ROOT)]),
            "FORBIDDEN_LOG": str(log),
        }
        given = reaching(server, tracing=tracing)
        run(data_dir, "-m", "bot", "ask", ASKED, given=given, variables=variables)
    assert bool(paths) is tracing
    assert not log.exists(), log.read_text()
