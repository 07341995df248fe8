"""Routes about the application itself: who it is, where it connects, which commands it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .gateway import MESSAGE_CONTENT, application_flags
from .refusals import MISSING_ACCESS, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_USER, Refusal
from .routing import NOTHING, Answer, Call, route

if TYPE_CHECKING:
    from .refusals import Json


@route("GET", "/users/@me")
def me(call: Call) -> Json:
    return call.world.bot.payload() | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


@route("GET", "/users/{user_id}")
def user(call: Call, user_id: str) -> Json:
    found = call.world.users.get(user_id)
    if found is None:
        raise Refusal(UNKNOWN_USER)
    return found.payload()


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def application(call: Call) -> Json:
    flags = application_flags(MESSAGE_CONTENT if call.deployment.content_granted else 0)
    return {
        "id": call.world.bot.id,
        "name": call.world.bot.name,
        "description": "",
        "owner": call.world.owner.payload(),
        "bot": call.world.bot.payload(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "eligible_oauth2_scopes": [],
        "explicit_content_filter": 0,
        "approximate_guild_count": sum(server.has_bot for server in call.world.servers.values()),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        **dict.fromkeys(("icon", "type", "team", "interactions_endpoint_url", "role_connections_verification_url")),
    }


@route("GET", "/gateway/bot")
def gateway(call: Call) -> Json:
    return {
        "url": call.deployment.gateway_url,
        "shards": call.deployment.shards,
        "session_start_limit": {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1},
    }


@route("GET", "/guilds/{server_id}/members/{user_id}")
def member(call: Call, server_id: str, user_id: str) -> Json:
    server = call.world.servers.get(server_id)
    if server is None:
        raise Refusal(UNKNOWN_GUILD)
    if not server.has_bot:
        raise Refusal(MISSING_ACCESS)
    if user_id not in server.members:
        raise Refusal(UNKNOWN_MEMBER)
    return server.members[user_id].payload()


@route("DELETE", "/users/@me/guilds/{server_id}")
def leave(call: Call, server_id: str) -> Answer:
    server = call.world.servers.get(server_id)
    if server is None or not server.has_bot:
        raise Refusal(UNKNOWN_GUILD)
    server.remove_bot()
    return NOTHING


@route("GET", "/applications/{application_id}/commands")
def commands(call: Call, application_id: str) -> list[Json]:
    _check_own(call, application_id)
    return call.commands.all()


@route("PUT", "/applications/{application_id}/commands")
def sync(call: Call, application_id: str) -> list[Json]:
    _check_own(call, application_id)
    return call.commands.replace(call.data)


@route("GET", "/applications/{application_id}/guilds/{server_id}/commands")
def server_commands(call: Call, application_id: str, server_id: str) -> list[Json]:
    _check_own(call, application_id)
    return call.commands.all(server_id)


@route("PUT", "/applications/{application_id}/guilds/{server_id}/commands")
def sync_server(call: Call, application_id: str, server_id: str) -> list[Json]:
    _check_own(call, application_id)
    return call.commands.replace(call.data, server_id)


def _check_own(call: Call, application_id: str) -> None:
    if application_id != call.world.bot.id:
        raise Refusal(MISSING_ACCESS)
