"""What goes wrong with a chat model's server: whether it may pass, and what to say of it.

Each provider has errors of its own; what they share is a status of HTTP. Their messages are not repeated: they can hold
parts of the request.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from retrieval.errors import ChatModelFailed, RequestRefused
from retrieval.writer.providers import key_variable

if TYPE_CHECKING:
    from tenacity import RetryCallState

    from retrieval.writer.providers import ChatSettings

_PASSING = frozenset({408, 409, 425, 429})
_UNFIT = frozenset({400, 422, 501})
_SERVERS = 500
_UNUSABLE = "The chat model could not be used."
_REMEDIES = {
    401: (_UNUSABLE, "its server refused the key ({status}): set {key}"),
    403: (_UNUSABLE, "its server refused the key ({status}): set {key}"),
    404: (_UNUSABLE, "its server knows no {model!r} ({status}): check BYLINE_CHAT_MODEL"),
    429: ("The chat model has no capacity left.", "its server takes no more requests now ({status}): try again later"),
}
_OTHER = ("The chat model failed.", "its server answered {status}: `byline doctor` asks again")
_UNANSWERED = ("The chat model could not be reached.", "nothing usable came from {where}: `byline doctor` asks again")
_TOO_SLOW = ("The chat model did not answer in time.", "BYLINE_CHAT_TIMEOUT allows more than {timeout:g} seconds")
_LONGEST_PAUSE = 20.0  # seconds


def status_of(error: BaseException) -> int | None:
    """The status that the server answered with; None where it did not answer."""
    told = (getattr(error, name, None) for name in ("status_code", "code"))
    return next((status for status in told if isinstance(status, int) and status > 0), None)


def passes(error: BaseException) -> bool:
    """Whether the same request may succeed in a moment."""
    status = status_of(error)
    return status is None or status in _PASSING or status >= _SERVERS


def pause(state: RetryCallState) -> float:
    """Seconds until the next try: as the server asks, else ever longer, and not all at once."""
    from tenacity import wait_random_exponential

    error = state.outcome.exception() if state.outcome else None
    told = _retry_after(error)
    return min(told, _LONGEST_PAUSE) if told else wait_random_exponential(multiplier=0.5, max=8)(state)


def _retry_after(error: BaseException | None) -> float:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        told = float(headers.get("retry-after") or 0)
    except ValueError:  # a date
        return 0.0
    return max(0.0, told) if math.isfinite(told) else 0.0


def failed(error: BaseException, settings: ChatSettings) -> ChatModelFailed:
    """What to tell of a request that was given up."""
    status = status_of(error)
    if isinstance(error, TimeoutError):
        told, remedy = _TOO_SLOW
    elif status is None:
        told, remedy = _UNANSWERED
    else:
        told, remedy = _REMEDIES.get(status, _OTHER)
    kind = RequestRefused if status in _UNFIT else ChatModelFailed
    return kind(
        told,
        remedy.format(
            status=status,
            key=key_variable(settings) or "the right one",
            model=settings.model.partition(":")[2],
            where=settings.base_url or "its provider",
            timeout=settings.timeout,
        ),
    )
