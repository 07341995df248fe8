"""From passages to an answer in prose, with any chat model; each sentence is held to what it cites."""

from retrieval.writer.tasks import Task, task_of
from retrieval.writer.writing import Writer

__all__ = ["Task", "Writer", "task_of"]
