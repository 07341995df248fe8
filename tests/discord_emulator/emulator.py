"""The emulator as a test holds it."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Self

from aiohttp import web

from .channels import GROUP, Channel
from .commands import Commands
from .exchanges import Exchange, transcript, wait_until
from .faults import Break, Fault
from .gateway import Gateway, Identify
from .interactions import Interactions
from .loop import Loop, on_loop
from .people import Person
from .rest import PREFIX, Rest
from .routing import Call, Deployment
from .servers import Server
from .users import Member
from .world import Clocks, World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from .exchanges import Upload
    from .refusals import Json
    from .users import User

LARGEST_REQUEST = 64 * 1024 * 1024


class Discord:
    """Discord on a loopback port, from `with` to the end of its block.

    Args:
        ack_deadline: seconds in which an interaction must be acknowledged.
        token_life: seconds in which an interaction's token is good for follow-ups and edits.
        heartbeat_interval: seconds between heartbeats that clients are asked for; after twice that in silence the
            connection is closed.
        message_content_granted: whether the application may ask for the message content intent.
        shards: how many `/gateway/bot` recommends.
    """

    def __init__(
        self,
        *,
        ack_deadline: float = 3.0,
        token_life: float = 900.0,
        heartbeat_interval: float = 41.25,
        message_content_granted: bool = False,
        shards: int = 1,
    ) -> None:
        self.loop = Loop("discord emulator")
        self.world = World(self.loop, Clocks(ack_deadline, token_life, heartbeat_interval))
        self.token = _token(self.world.bot.id)
        self.commands = Commands(self.world)
        self.interactions = Interactions(self.world, self.transcript)
        self._gateway = Gateway(self.world, self.token, content_granted=message_content_granted)
        self.world.publish = self._gateway.publish
        self._rest = Rest(self.world, self.token, self._call)
        self._shards, self._granted = shards, message_content_granted
        self.owner = self.person("owner")
        self.world.owner = self.owner
        self._runner: web.AppRunner | None = None

    def _call(self, query: dict[str, str], data: object, files: list[Upload]) -> Call:
        deployment = Deployment(self.gateway_url, self._shards, self._granted)
        return Call(self.world, self.commands, self.interactions, deployment, query, data, files)

    # From start to end

    def __enter__(self) -> Self:
        port = self.loop.spawn(self._start()).result(timeout=10)
        self.world.address = f"http://127.0.0.1:{port}"
        self._gateway.url = f"ws://127.0.0.1:{port}/gateway"
        return self

    async def _start(self) -> int:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_get("/gateway", self._gateway.serve)
        app.router.add_get("/gateway/", self._gateway.serve)
        app.router.add_get("/attachments/{channel}/{id}/{name}", self._rest.serve_file)
        app.router.add_route("*", PREFIX + "/{path:.*}", self._rest.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()
        assert self._runner is not None
        self.loop.spawn(self._runner.cleanup()).result(timeout=10)
        self.loop.stop()
        if error is None and self.world.bugs:
            raise AssertionError("the emulator itself failed") from self.world.bugs[0]

    # Where it is, for the settings of a client

    @property
    def api(self) -> str:
        return self.world.address + PREFIX

    @property
    def gateway_url(self) -> str:
        return self._gateway.url

    @property
    def bot(self) -> User:
        return self.world.bot

    @property
    def application_id(self) -> int:
        return int(self.world.bot.id)

    # Who and what there is

    @on_loop
    def person(self, name: str, *, installed: bool = False, takes_direct_messages: bool = True) -> Person:
        """Somebody new. `installed`: they have the application for themselves, wherever they are."""
        made = Person(
            self.world.ids.take(),
            name,
            installed=installed,
            takes_direct_messages=takes_direct_messages,
            world=self.world,
            commands=self.commands,
            interactions=self.interactions,
        )
        self.world.add(made)
        return made

    @on_loop
    def server(
        self, name: str, *, members: Sequence[User] = (), owner: User | None = None, has_bot: bool = True
    ) -> Server:
        """A new server, that the bot joins at once if `has_bot`; its owner is the application's owner by default."""
        made = Server(self.world, self.world.ids.take_for_server(), name, owner or self.owner)
        made.add_everyone()
        made.members = {user.id: Member(user) for user in [made.owner, *members]}
        self.world.servers[made.id] = made
        if has_bot:
            made.add_bot()
        return made

    @on_loop
    def group(self, *people: Person) -> Channel:
        """A group of people, without the bot: only an application that they installed is there."""
        return self.world.make_channel(GROUP, recipients=people)

    @property
    @on_loop
    def servers(self) -> list[Server]:
        """Those that the bot is in."""
        return [server for server in self.world.servers.values() if server.has_bot]

    # What happened

    @property
    def exchanges(self) -> list[Exchange]:
        """Every REST exchange so far."""
        return list(self._rest.exchanges)

    def requests(self, method: str, pattern: str) -> list[Exchange]:
        """The exchanges of a method in whose path (`/channels/1/messages`) the pattern is found."""
        return [exchange for exchange in self.exchanges if exchange.matches(method, pattern)]

    @property
    def identifies(self) -> list[Identify]:
        return list(self._gateway.identifies)

    @property
    def resumes(self) -> list[float]:
        """When sessions were resumed, successfully or not (`time.monotonic`)."""
        return list(self._gateway.resumes)

    @property
    def heartbeats(self) -> list[float]:
        """When heartbeats came (`time.monotonic`)."""
        return list(self._gateway.heartbeats)

    @property
    @on_loop
    def connected(self) -> bool:
        """Whether each shard has a connection with a session, and so hears of what happens."""
        live = [session for session in self._gateway.sessions.values() if session.connection]
        return bool(live) and len({session.shard for session in live}) == live[0].shard[1]

    def transcript(self) -> str:
        """The last exchanges, for the message of a failed test."""
        return transcript(self.exchanges)

    def wait_until(self, holds: Callable[[], object], timeout: float = 10.0, what: str = "it") -> None:
        """Return as soon as `holds()` is true.

        Raises:
            AssertionError: it never was; the message ends with the last exchanges.
        """
        wait_until(holds, timeout, what, self.transcript)

    # What goes wrong

    def fault(  # noqa: D417  (the rest is Fault's)
        self,
        method: str,
        pattern: str,
        status: int | Break | None = None,
        *,
        retry_after: float = 1.0,
        everywhere: bool = False,
        via: bool = True,
        processed: bool = False,
        delay: float = 0.0,
        times: int = 1,
    ) -> Fault:
        """Let the next requests whose path the pattern is found in go wrong.

        Args:
            status: an HTTP status, "reset", "reset_after" or "malformed"; None only delays.
            retry_after: seconds, for 429; `everywhere` makes it the global limit, `via=False` Cloudflare's ban.
            processed: Discord does what was asked before it answers with the error status.
        """
        re.compile(pattern)
        made = Fault(method, pattern, status, retry_after, everywhere, via, processed, delay, times)
        self._rest.faults.append(made)
        return made

    @on_loop
    def drop(self, code: int | None = None) -> None:
        """Close all gateway connections with a code, or (None) lose them as if the network went away."""
        self._gateway.drop(code)

    @on_loop
    def ask_to_reconnect(self) -> None:
        """Ask all clients to connect anew and resume, as Discord does every few hours."""
        self._gateway.ask_to_reconnect()

    @on_loop
    def forget_sessions(self) -> None:
        """No session can be resumed from now on."""
        for session in self._gateway.sessions.values():
            if session.connection:
                session.connection.session = None
        self._gateway.sessions.clear()

    @on_loop
    def send_malformed_event(self, event: str = "MESSAGE_CREATE", data: Json | None = None) -> None:
        """Send all clients an event that lacks what it must have."""
        for session in self._gateway.sessions.values():
            session.dispatch(event, {"id": "1"} if data is None else data)


def _token(bot_id: str) -> str:
    """In the form of real ones, so that what hides tokens can recognise it."""
    first = base64.b64encode(bot_id.encode()).decode().rstrip("=")
    return f"{first}.Emula0.{'t0ken' * 7}"
