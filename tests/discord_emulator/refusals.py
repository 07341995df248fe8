"""How Discord says no: an HTTP status, its own error code, and for a bad form the fields at fault."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
Reason = tuple[int, int, str]
"""HTTP status, Discord's error code, message."""

UNAUTHORIZED: Reason = (401, 0, "401: Unauthorized")
NO_ROUTE: Reason = (404, 0, "404: Not Found")
UNKNOWN_CHANNEL: Reason = (404, 10003, "Unknown Channel")
UNKNOWN_GUILD: Reason = (404, 10004, "Unknown Guild")
UNKNOWN_MEMBER: Reason = (404, 10007, "Unknown Member")
UNKNOWN_MESSAGE: Reason = (404, 10008, "Unknown Message")
UNKNOWN_USER: Reason = (404, 10013, "Unknown User")
UNKNOWN_WEBHOOK: Reason = (404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION: Reason = (404, 10062, "Unknown interaction")
TOO_LARGE: Reason = (413, 40005, "Request entity too large")
ACKNOWLEDGED: Reason = (400, 40060, "Interaction has already been acknowledged.")
TOO_MANY_FOLLOW_UPS: Reason = (400, 40094, "Interaction has reached its limit of follow-up messages")
MISSING_ACCESS: Reason = (403, 50001, "Missing Access")
DIRECT_CHANNEL: Reason = (403, 50003, "Cannot execute action on a DM channel")
NOT_THE_AUTHOR: Reason = (403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE: Reason = (400, 50006, "Cannot send an empty message")
NO_DIRECT_MESSAGES: Reason = (403, 50007, "Cannot send messages to this user")
NOT_A_TEXT_CHANNEL: Reason = (400, 50008, "Cannot send messages in a non-text channel")
MISSING_PERMISSIONS: Reason = (403, 50013, "Missing Permissions")
INVALID_WEBHOOK_TOKEN: Reason = (401, 50027, "Invalid Webhook Token")
INVALID_FORM: Reason = (400, 50035, "Invalid Form Body")
NOT_JSON: Reason = (400, 50109, "The request body contains invalid JSON.")
ARCHIVED: Reason = (400, 50083, "Thread is archived")
REPLY_NEEDS_HISTORY: Reason = (400, 160002, "Cannot reply without permission to read message history")
HAS_THREAD: Reason = (400, 160004, "A thread has already been created for this message")
LOCKED: Reason = (400, 160005, "Thread is locked")


class Refusal(Exception):
    """A request that Discord does not fulfil."""

    def __init__(self, reason: Reason, errors: Json | None = None) -> None:
        self.status, self.code, self.message = reason
        self.errors = errors
        super().__init__(f"{self.status} (error code: {self.code}): {self.message}")

    def body(self) -> Json:
        body: Json = {"message": self.message, "code": self.code}
        return {**body, "errors": self.errors} if self.errors else body


def invalid(where: str, code: str, message: str) -> Refusal:
    """50035 for the field at a dotted path, such as `embeds.0.title`."""
    errors: Json = {"_errors": [{"code": code, "message": message}]}
    for name in reversed(where.split(".")):
        errors = {name: errors}
    return Refusal(INVALID_FORM, errors)


def check_length(where: str, text: str | None, most: int, least: int = 0) -> None:
    """Refuse a text that is too long or too short; None is an absent field."""
    if text is None:
        return
    if len(text) > most:
        raise invalid(where, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    if len(text) < least:
        raise invalid(where, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def check_count(where: str, count: int, most: int, least: int = 0) -> None:
    """Refuse a list with too many or too few elements."""
    if not least <= count <= most:
        raise invalid(where, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
