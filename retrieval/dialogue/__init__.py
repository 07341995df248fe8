"""From a conversation to a standalone question, and small talk."""

from retrieval.dialogue.follow_up import standalone
from retrieval.dialogue.small_talk import SmallTalk, reply, small_talk

__all__ = ["SmallTalk", "reply", "small_talk", "standalone"]
