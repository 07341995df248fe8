"""Whether a message asks, and what of something that somebody else wrote: a message before, a title above. Pure."""

from __future__ import annotations

from retrieval.dialogue.rewriting import standalone
from retrieval.text.lexicon import words
from retrieval.text.messages import points_back, small_talk, without_chatter
from retrieval.types import Refusal, Turn


def looks_like_question(text: str) -> bool:
    """Tells whether a message that is addressed to nobody asks something that articles could answer.

    Example:
        "what did Xi say" and "Rain tomorrow?" do; "lol ok", "hi there!" and "I was there" do not.
    """
    own = without_chatter(text).strip()
    if not own or small_talk(own) is not None:
        return False
    return own.endswith("?") or _first_word(own) in words("question_words", "auxiliaries")


def asked_about(text: str, subject: str) -> tuple[str, tuple[Turn, ...]]:
    """Returns what is asked, and the turn that it follows on: the subject, as if that had been asked before.

    A message that asks nothing by itself asks the subject.

    Example:
        ("is that true?", "Xi stays until Friday") asks "Xi stays until Friday"; ("When did he say it?", the same) is
        asked after it; ("anybody?", "What did Xi say?") asks "What did Xi say?".
    """
    own = without_chatter(text).strip()
    if not own or small_talk(own) is not None:
        return subject, ()
    turns = [Turn(subject, Refusal(subject, said)) for said in (subject, f"What about {subject.rstrip('.?! ')}?")]
    if points_back(own):
        return next(((own, (turn,)) for turn in turns if standalone(own, (turn,)) != own), (subject, ()))
    if _first_word(own) in words("question_words", "auxiliaries"):
        return own, (turns[1],)
    return (subject if subject.rstrip().endswith("?") else f"{subject} {own}"), ()


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0].lower().rstrip(",:")
