"""Questions on what somebody said, answered from that speaker's own words and never from what others say of them."""

from retrieval.reader.speech.answering import read_speech
from retrieval.reader.speech.asking import SpeechQuestion, speech_question

__all__ = ["SpeechQuestion", "read_speech", "speech_question"]
