"""Interactions: from the event to the acknowledgement, the answer, and the life of the token."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .commands import TO_SERVER, TO_USER, context_of, ephemeral_only, installs
from .exchanges import wait_until
from .permissions import INSTALLED_BY_USER
from .refusals import (
    ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    TOO_MANY_FOLLOW_UPS,
    UNKNOWN_INTERACTION,
    UNKNOWN_WEBHOOK,
    Refusal,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from .channels import Channel
    from .messages import Message
    from .refusals import Json
    from .users import User
    from .world import World

    Wait = Literal["answered", "acknowledged", "nothing"]

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
"""The types of interactions."""

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
"""The types of responses."""

ALLOWED = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}
FOLLOW_UPS_OF_USER_INSTALL = 5
UPLOAD_LIMIT = 10 * 1024 * 1024


@dataclass(frozen=True)
class Modal:
    """A form that a person sees after an interaction."""

    custom_id: str
    title: str
    components: list[Json]
    opened_by: Interaction


@dataclass(eq=False)
class Interaction:
    """What a person did with a command, a button or a form, and what became of it.

    `response` is the type of the bot's response, `acknowledged_after` the seconds it took, `original` the message that
    `@original` names (a new one, or for an update the one with the button), `choices` those of autocomplete.
    """

    world: World
    id: str
    token: str
    kind: int
    person: User
    channel: Channel
    data: Json
    owners: dict[str, str]
    message: Message | None
    told: Callable[[], str]
    opened_by: Interaction | None = None
    begun: float = field(default_factory=time.monotonic)
    response: int | None = None
    acknowledged_after: float | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list)
    versions: int = 0

    # For tests

    @property
    def acknowledged(self) -> bool:
        return self.response is not None

    @property
    def answered(self) -> bool:
        """Whether the person sees what came of it, and not only that something will."""
        if self.response == DEFERRED:
            return self.original is not None and (self.original.deleted or not self.original.loading)
        if self.response == DEFERRED_UPDATE:
            assert self.message is not None
            changed = self.message.deleted or len(self.message.versions) > self.versions
            return changed or bool(self.followups)
        return self.acknowledged

    @property
    def failed(self) -> bool:
        """Whether the person sees "The application did not respond"."""
        return not self.acknowledged and time.monotonic() - self.begun > self.world.clocks.ack_deadline

    @property
    def messages(self) -> list[Message]:
        """All that the bot wrote by its token, as far as it is still there."""
        first = [] if self.original is None else [self.original]
        return [message for message in [*first, *self.followups] if not message.deleted]

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages)

    def wait(self, until: Wait, timeout: float = 10.0) -> Interaction:
        """This, once it is acknowledged or answered.

        Raises:
            AssertionError: it failed, or was not answered within `timeout` seconds.
        """
        if until != "nothing":
            wait_until(lambda: self.failed or getattr(self, until), timeout, f"{self} to be {until}", self.told)
            assert not self.failed, f'{self}: "The application did not respond".\n{self.told()}'
        return self

    def __str__(self) -> str:
        return f"interaction {self.data.get('name') or self.data.get('custom_id')} of {self.person}"

    # For routes

    def acknowledge(self, response: int) -> None:
        """Take the first response.

        Raises:
            Refusal: 10062 if it comes too late, 40060 if it is not the first.
        """
        after = time.monotonic() - self.begun
        if self.acknowledged:
            raise Refusal(ACKNOWLEDGED)
        if after > self.world.clocks.ack_deadline:
            raise Refusal(UNKNOWN_INTERACTION)
        self.response, self.acknowledged_after = response, after

    def check_token(self) -> None:
        """Refuse follow-ups and edits before the acknowledgement (10015) and after the token's end (50027)."""
        if not self.acknowledged:
            raise Refusal(UNKNOWN_WEBHOOK)
        if time.monotonic() - self.begun > self.world.clocks.token_life:
            raise Refusal(INVALID_WEBHOOK_TOKEN)

    def check_follow_ups(self) -> None:
        if set(self.owners) == {str(TO_USER)} and len(self.followups) >= FOLLOW_UPS_OF_USER_INSTALL:
            raise Refusal(TOO_MANY_FOLLOW_UPS)

    @property
    def only_for_person(self) -> bool:
        return ephemeral_only(self.world, self.person, self.channel)

    def metadata(self) -> Json:
        """What a message tells of the interaction that it answers."""
        told: Json = {
            "id": self.id,
            "type": self.kind,
            "user": self.person.payload(),
            "authorizing_integration_owners": self.owners,
        }
        if self.kind == COMPONENT and self.message:
            told["interacted_message_id"] = self.message.id
        if self.kind == MODAL_SUBMIT and self.opened_by:
            told["triggering_interaction_metadata"] = self.opened_by.metadata()
        return told

    def payload(self) -> Json:
        """INTERACTION_CREATE."""
        server = self.channel.server
        told: Json = {
            "id": self.id,
            "application_id": self.world.bot.id,
            "type": self.kind,
            "token": self.token,
            "version": 1,
            "data": self.data,
            "channel": self.channel.seen_by(self.person),
            "channel_id": self.channel.id,
            "app_permissions": str(self.channel.permissions(self.world.bot) or INSTALLED_BY_USER),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": self.owners,
            "context": context_of(self.world, self.channel),
            "attachment_size_limit": UPLOAD_LIMIT,
        }
        if self.message:
            told["message"] = self.message.payload()
        if server is None:
            return told | {"user": self.person.payload()}
        member = server.members[self.person.id].payload(permissions=self.channel.permissions(self.person))
        return told | {"guild_id": server.id, "guild": server.partial(), "guild_locale": "en-US", "member": member}


def _token(secret: str) -> str:
    """In the form of real ones."""
    return base64.urlsafe_b64encode(f"interaction:{secret}:{secret[::-1] * 4}".encode()).decode().rstrip("=")


class Interactions:
    """All interactions, by their token."""

    def __init__(self, world: World, told: Callable[[], str]) -> None:
        self.world = world
        self.told = told
        self.by_token: dict[str, Interaction] = {}

    def begin(  # noqa: D417  (the rest is Interaction's)
        self,
        kind: int,
        person: User,
        channel: Channel,
        data: Json,
        *,
        message: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Interaction:
        """Tell the bot of it.

        Args:
            opened_by: for a submitted form, the interaction that it was the response to.
        """
        ids = self.world.ids
        made = Interaction(
            self.world,
            ids.take(),
            _token(ids.take()),
            kind,
            person,
            channel,
            data,
            self._owners(person, channel, message),
            message,
            self.told,
            opened_by,
            original=message,
            versions=len(message.versions) if message else 0,
        )
        self.by_token[made.token] = made
        there = channel.server if channel.server and channel.server.has_bot else None
        self.world.publish("INTERACTION_CREATE", made.payload(), server=there)
        return made

    def _owners(self, person: User, channel: Channel, message: Message | None) -> dict[str, str]:
        """Who installed the application: the server (0; "0" in a direct message with the bot), the person (1)."""
        if message and message.metadata:
            return dict(message.metadata["authorizing_integration_owners"])
        found = installs(self.world, person, channel)
        server = channel.server.id if channel.server else "0"
        owners = {TO_SERVER: server, TO_USER: person.id}
        return {str(one): owners[one] for one in sorted(found)}

    def live(self, token: str) -> Interaction:
        """By a token that may still be used.

        Raises:
            Refusal: 10015 or 50027.
        """
        found = self.by_token.get(token)
        if found is None:
            raise Refusal(UNKNOWN_WEBHOOK)
        found.check_token()
        return found
