"""A setting such as "openai:gpt-4o-mini" to LangChain's chat model, installed on demand; what it may cost in a day."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import threading
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from retrieval.errors import BudgetSpent, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.language_models import BaseChatModel

_FACT = "chat model spending"
_A_MILLION = 1_000_000
_log = logging.getLogger("byline")


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be spent a day, None: no limit; prices in dollars for a million tokens."""

    tokens: int | None = None
    dollars: float | None = None
    input_price: float = 0.0
    output_price: float = 0.0

    def allow(self, spent: Usage) -> bool:
        in_tokens = self.tokens is None or spent.total <= self.tokens
        return in_tokens and (self.dollars is None or self.cost(spent) <= self.dollars)

    def cost(self, spent: Usage) -> float:
        return (spent.input * self.input_price + spent.output * self.output_price) / _A_MILLION


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a model read and wrote."""

    input: int = 0
    output: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.input + other.input, self.output + other.output)

    def __sub__(self, other: Usage) -> Usage:
        return Usage(self.input - other.input, self.output - other.output)


class Facts(Protocol):
    """Where the spending of the day is kept over a restart."""

    def fact(self, name: str) -> str | None: ...

    def set_fact(self, name: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Spent:
    day: str
    input: int = 0
    output: int = 0


@dataclass(slots=True)
class Budget:
    """Of one process. A request's most is set aside before it is made, so that requests at once cannot exceed it."""

    limits: Limits
    facts: Facts
    today: Callable[[], dt.date] = lambda: dt.datetime.now(dt.UTC).date()
    _aside: Usage = Usage()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set_aside(self, most: Usage) -> None:
        """Count what a request may take at most.

        Raises:
            BudgetSpent: it is more than is left today.
        """
        with self._lock:
            if not self.limits.allow(self._spent() + self._aside + most):
                raise BudgetSpent
            self._aside += most

    def settle(self, most: Usage, used: Usage) -> None:
        """What was set aside for a request is over; it took `used`."""
        with self._lock:
            self._aside -= most
            spent = self._spent() + used
            kept = replace(_Spent(self.today().isoformat()), **asdict(spent))
            try:
                self.facts.set_fact(_FACT, json.dumps(asdict(kept)))
            except Exception as error:  # noqa: BLE001  (a full disk, say: it stays counted until the process ends)
                self._aside += used
                _log.warning("The spending of the chat model could not be kept (%s)", getattr(error, "orig", error))

    @property
    def spent(self) -> Usage:
        """Today's."""
        with self._lock:
            return self._spent()

    def _spent(self) -> Usage:
        kept = _Spent(**json.loads(self.facts.fact(_FACT) or '{"day": ""}'))
        return Usage(kept.input, kept.output) if kept.day == self.today().isoformat() else Usage()


CHARACTERS_A_TOKEN = 4  # of English
LEAST_CONTEXT = 4096  # tokens, of a model of which nothing is known


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """Which model, and how it is asked.

    Attributes:
        model: PROVIDER:MODEL, as LangChain's init_chat_model has it.
        base_url: where it is reached, if not at the provider's own address.
        structured: whether it gives its sentences as fields; None: no, since no model was measured to do better so.
        timeout: seconds for all that is asked for one answer, repeated requests included.
        retries: how often a request that failed in passing is repeated.
        parallel: how many requests run at the same time.
        answer_tokens: the most that one answer may have.
        context: how many tokens it holds, prompt and answer together; None: what its provider tells, else
            `LEAST_CONTEXT`.
    """

    model: str
    base_url: str | None = None
    structured: bool | None = None
    timeout: float = 60.0
    retries: int = 2
    parallel: int = 4
    answer_tokens: int = 1000
    context: int | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def provider(self) -> str:
        return self.model.partition(":")[0]


@dataclass(frozen=True, slots=True)
class _Provider:
    """Byline's extra, LangChain's package, where its key stands, and how it calls the most tokens of an answer."""

    extra: str
    package: str
    key: str | None
    tokens: str = "max_tokens"


_PROVIDERS = {
    "openai": _Provider("openai", "langchain-openai", "OPENAI_API_KEY"),
    "anthropic": _Provider("anthropic", "langchain-anthropic", "ANTHROPIC_API_KEY"),
    "google_genai": _Provider("google", "langchain-google-genai", "GOOGLE_API_KEY", "max_output_tokens"),
    "ollama": _Provider("ollama", "langchain-ollama", None, "num_predict"),
}
_LENIENCE = 2  # of the clients' own limits, so that the deadline of the answer comes first, and is what is told
_NO_KEY = "none"  # what a server of one's own is given that asks for no key


def open_model(given: ChatSettings) -> BaseChatModel:
    """The model; nothing is sent yet.

    Raises:
        SettingsError: its provider is unknown, its package is not installed, or its key is not set.
    """
    from langchain.chat_models import init_chat_model

    if ":" not in given.model:
        raise _unknown(given)
    try:
        model: BaseChatModel = init_chat_model(given.model, **_options(given))
    except ImportError:
        raise SettingsError(_missing(given)) from None
    except ValueError as error:
        if "provider" not in str(error):
            raise _unusable(given, error) from None
        raise _unknown(given) from None
    except Exception as error:  # noqa: BLE001  (each provider has its own; its words could hold a key)
        raise _unusable(given, error) from None
    # No sampling, where the profile tells that this may be asked of the model.
    allowed = given.provider in _PROVIDERS and bool((model.profile or {}).get("temperature"))
    return model.model_copy(update={"temperature": 0}) if allowed else model


def key_variable(given: ChatSettings) -> str | None:
    known = _PROVIDERS.get(given.provider)
    return known.key if known else f"{given.provider.upper()}_API_KEY"


def _options(given: ChatSettings) -> dict[str, Any]:
    known = _PROVIDERS.get(given.provider)
    options: dict[str, Any] = {known.tokens if known else "max_tokens": given.answer_tokens}
    if given.base_url:
        options["base_url"] = given.base_url
    if given.provider == "ollama":
        # No sampling, as far as it is known to be allowed: the same question gets the same answer. The server would cut
        # what is longer than its own context, and say nothing of it.
        options |= {"temperature": 0, "num_ctx": given.context or LEAST_CONTEXT}
        return options | {"client_kwargs": {"timeout": given.timeout * _LENIENCE}}
    if given.provider == "openai" and given.base_url:
        options |= {"temperature": 0} | ({} if os.environ.get("OPENAI_API_KEY") else {"api_key": _NO_KEY})
    if given.provider == "openai":
        options |= {
            "stream_chunk_timeout": None
        }  # it would fire, and the prompt be sent again, under a longer deadline
    return options | {"timeout": given.timeout * _LENIENCE, "max_retries": 0}


def _unknown(given: ChatSettings) -> SettingsError:
    return SettingsError(
        f"BYLINE_CHAT_MODEL cannot be {given.model!r}: give PROVIDER:MODEL, such as openai:gpt-4o-mini,"
        " ollama:llama3.2 or another that docs/models.md names."
    )


def _missing(given: ChatSettings) -> str:
    known = _PROVIDERS.get(given.provider)
    package = known.package if known else f"langchain-{given.provider.replace('_', '-')}"
    command = f'pip install "byline[{known.extra}]"' if known else f"pip install {package}"
    return f"BYLINE_CHAT_MODEL={given.model} needs the package {package}: {command}."


def _unusable(given: ChatSettings, error: Exception) -> SettingsError:
    key = key_variable(given)
    remedy = f"set {key} in the environment" if key and not os.environ.get(key) else "see docs/models.md"
    return SettingsError(f"BYLINE_CHAT_MODEL={given.model} cannot be used ({type(error).__name__}): {remedy}.")
