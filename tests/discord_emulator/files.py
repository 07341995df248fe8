"""Files that people attach, and that the bot uploads; the emulator serves them itself."""

from __future__ import annotations

from dataclasses import dataclass
from mimetypes import guess_type
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .refusals import Json


@dataclass(frozen=True)
class File:
    """A file that a person attaches. `size` is what Discord tells of it, if that shall differ from the truth."""

    name: str
    data: bytes
    content_type: str | None = None
    size: int | None = None

    @property
    def kind(self) -> str:
        """The content type as Discord tells it: by the name if nothing else is said, text with its charset."""
        kind = self.content_type or guess_type(self.name)[0] or "application/octet-stream"
        return f"{kind}; charset=utf-8" if kind.startswith("text/") and "charset" not in kind else kind


@dataclass(frozen=True)
class Attachment:
    """A file that Discord keeps and serves at `url`."""

    id: str
    file: File
    url: str

    def payload(self) -> Json:
        return {
            "id": self.id,
            "filename": self.file.name,
            "size": len(self.file.data) if self.file.size is None else self.file.size,
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.file.kind,
        }
