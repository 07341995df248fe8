"""From a conversation to a standalone question, and small talk."""

from retrieval.dialogue.rewriting import standalone
from retrieval.dialogue.small_talk import news, reply
from retrieval.text.messages import SmallTalk, small_talk

__all__ = ["SmallTalk", "news", "reply", "small_talk", "standalone"]
