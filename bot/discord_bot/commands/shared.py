"""What commands have in common: where they may be used, and what they say."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

Interaction = discord.Interaction[Any]  # of a ServingClient; discord.py reads this annotation at run time

CHOICES, CHOICE = 25, 100  # Discord's limits: of suggestions, and of characters in one
NO_SERVER = "This works in a server that has Byline installed."
NOT_MANAGER = "Only those who have the permission Manage Server can do this."

everywhere = app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
by_anyone = app_commands.allowed_installs(guilds=True, users=True)
in_servers = app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
by_servers = app_commands.allowed_installs(guilds=True, users=False)
