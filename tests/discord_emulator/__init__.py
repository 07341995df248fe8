"""Discord on a loopback port, for the real discord.py and for Byline's own process.

It speaks REST version 10 and gateway version 10, as far as a question-answering bot uses them, and refuses what
Discord refuses, with Discord's codes. Tests act as people do in Discord's app, and look at what people would see:

    with Discord() as discord:
        alice = discord.person("alice")
        channel = discord.server("Newsroom", members=[alice]).channel("news")
        ...                                         # start a client with discord.api and discord.token
        answer = alice.slash(channel, "ask", question="What did the minister say?")
        assert "minister" in answer.text

Not modelled: rate limits other than by `fault`, reactions' events, private threads, stickers, polls, voice, link
previews, tags of forums, the starter message of a thread as a message of its own.
"""

from .commands import NotOffered
from .emulator import Discord
from .exchanges import Exchange
from .files import File

__all__ = ["Discord", "Exchange", "File", "NotOffered"]
