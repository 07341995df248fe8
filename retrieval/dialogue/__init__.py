"""From a conversation to a standalone question, and small talk."""

from retrieval.dialogue.rewriting import standalone
from retrieval.dialogue.small_talk import reply
from retrieval.text.messages import SmallTalk, small_talk

__all__ = ["SmallTalk", "reply", "small_talk", "standalone"]
