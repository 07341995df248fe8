"""The gateway, version 10: sessions over WebSockets. HELLO, IDENTIFY, READY, events, heartbeats, RESUME."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from .connection import Closed, Connection

if TYPE_CHECKING:
    from .refusals import Json
    from .servers import Server
    from .world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE = range(5)
RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = range(6, 12)
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
"""The intents for members, presences and message content."""

ENDS_SESSION = {1000, 1001}
"""Codes by which a client says that it will not resume."""


@dataclass(frozen=True)
class Identify:
    """How a client introduced itself, and when (`time.monotonic`)."""

    at: float
    intents: int
    shard: tuple[int, int]


@dataclass(eq=False)
class Session:
    """A client's subscription to events. It outlives its connection, and keeps all events for RESUME."""

    id: str
    intents: int
    shard: tuple[int, int]
    connection: Connection | None
    events: list[str] = field(default_factory=list)

    def has(self, server: Server | None) -> bool:
        """Whether events of a server (or of direct messages) are for this shard."""
        number, count = self.shard
        return (int(server.id) >> 22) % count == number if server else number == 0

    def dispatch(self, event: str, data: object) -> None:
        text = json.dumps({"op": DISPATCH, "t": event, "s": len(self.events) + 1, "d": data})
        self.events.append(text)
        if self.connection:
            self.connection.send_text(text)


class Gateway:
    """All sessions and connections. `identifies`, `resumes` and `heartbeats` record what clients did, with times."""

    def __init__(self, world: World, token: str, *, content_granted: bool) -> None:
        self.world = world
        self.token = token
        self.granted = MESSAGE_CONTENT if content_granted else 0
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.identifies: list[Identify] = []
        self.resumes: list[float] = []
        self.heartbeats: list[float] = []

    # What Discord does

    def publish(
        self, event: str, data: Json, *, intent: int = 0, server: Server | None = None, hidden: Json | None = None
    ) -> None:
        """Send an event to every session that it is for; see `world.Publish`."""
        if server and not (server.has_bot and (server.available or event == "GUILD_DELETE")):
            return
        for session in self.sessions.values():
            if session.has(server) and session.intents & intent == intent:
                may_read = hidden is None or session.intents & MESSAGE_CONTENT
                session.dispatch(event, data if may_read else hidden)

    def drop(self, code: int | None) -> None:
        """End all connections: with a close code, or (None) as if the network went away."""
        for connection in list(self.connections):
            if code is None:
                connection.abort()
            else:
                connection.close(code)

    def ask_to_reconnect(self) -> None:
        for connection in self.connections:
            connection.send(RECONNECT)

    # What a client does

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """The life of one connection."""
        socket = web.WebSocketResponse(timeout=1)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.add(connection)
        connection.send(HELLO, {"heartbeat_interval": int(self.world.clocks.heartbeat_interval * 1000)})
        try:
            await self._listen(connection)
        finally:
            self.connections.discard(connection)
            self._part(connection)
            await connection.stop()
        return socket

    async def _listen(self, connection: Connection) -> None:
        while True:
            try:
                message = await connection.socket.receive(timeout=2 * self.world.clocks.heartbeat_interval)
                if message.type is WSMsgType.CLOSE:
                    connection.ended_by_client = message.data
                if message.type is not WSMsgType.TEXT:
                    return
                self._hear(connection, message.data)
            except Closed as closed:
                connection.close(closed.code)
            except TimeoutError:
                connection.close(4009)

    def _hear(self, connection: Connection, text: str) -> None:
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            raise Closed(4002) from None
        if op not in HEARD:
            raise Closed(4001)
        try:
            HEARD[op](self, connection, data)
        except Closed:
            raise
        except Exception as error:
            self.world.bugs.append(error)
            raise

    def _part(self, connection: Connection) -> None:
        session = connection.session
        if session and session.connection is connection:
            session.connection = None
            if connection.ended_by_client in ENDS_SESSION:
                self.sessions.pop(session.id, None)

    def _heartbeat(self, connection: Connection, _data: object) -> None:
        self.heartbeats.append(time.monotonic())
        connection.send(ACK)

    def _identify(self, connection: Connection, data: Json) -> None:
        shard = tuple(data.get("shard") or (0, 1))
        self.identifies.append(Identify(time.monotonic(), data["intents"], shard))
        self._check_identity(connection, data, shard)
        self.sessions = {
            name: old for name, old in self.sessions.items() if old.connection is not None or old.shard != shard
        }
        session = Session(f"session-{self.world.ids.take()}", data["intents"], shard, connection)
        self.sessions[session.id] = connection.session = session
        self._ready(session)

    def _check_identity(self, connection: Connection, data: Json, shard: tuple[int, ...]) -> None:
        if connection.session:
            raise Closed(4005)
        if data["token"] != self.token:
            raise Closed(4004)
        if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
            raise Closed(4010)
        if data["intents"] & PRIVILEGED & ~self.granted:
            raise Closed(4014)

    def _ready(self, session: Session) -> None:
        """READY names the servers as unavailable; each then comes with an event of its own."""
        servers = [server for server in self.world.servers.values() if server.has_bot and session.has(server)]
        ready = {
            "v": 10,
            "user": self.world.bot.payload() | {"verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": server.id, "unavailable": True} for server in servers],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": self.world.bot.id, "flags": application_flags(self.granted)},
        }
        session.dispatch("READY", ready)
        for server in servers:
            if server.available:
                session.dispatch("GUILD_CREATE", server.payload())

    def _resume(self, connection: Connection, data: Json) -> None:
        self.resumes.append(time.monotonic())
        if data["token"] != self.token:
            raise Closed(4004)
        session = self.sessions.get(data["session_id"])
        if session is None or data["seq"] > len(session.events):
            connection.send(INVALID, data=False)
            return
        session.connection, connection.session = connection, session
        for text in session.events[data["seq"] :]:
            connection.send_text(text)
        session.dispatch("RESUMED", {})

    def _members(self, connection: Connection, data: Json) -> None:
        """Members by id or by the start of their name, as a client without the members intent may ask."""
        if connection.session is None:
            raise Closed(4003)
        server = self.world.servers[str(data["guild_id"])]
        wanted = data.get("user_ids") or []
        ids = {str(one) for one in (wanted if isinstance(wanted, list) else [wanted])}
        start = (data.get("query") or "").lower()
        found = [
            member
            for member in server.members.values()
            if (member.user.id in ids if ids else start and member.user.name.lower().startswith(start))
        ]
        chunk = {
            "guild_id": server.id,
            "members": [member.payload() for member in found],
            "not_found": sorted(ids - {member.user.id for member in found}),
            "chunk_index": 0,
            "chunk_count": 1,
            "nonce": data.get("nonce"),
        }
        connection.session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _presence(self, connection: Connection, _data: object) -> None:
        if connection.session is None:
            raise Closed(4003)


HEARD = {
    HEARTBEAT: Gateway._heartbeat,
    IDENTIFY: Gateway._identify,
    RESUME: Gateway._resume,
    MEMBERS: Gateway._members,
    PRESENCE: Gateway._presence,
    VOICE: Gateway._presence,
}


def application_flags(granted: int) -> int:
    """The flag of an application in few servers that may read message content."""
    return 1 << 19 if granted & MESSAGE_CONTENT else 0
