"""What can go wrong, drawn once. Every message is one sentence that names the remedy.

BylineError
├── SourceError        an input that cannot be read as an article
├── LibraryError       the stored articles or their indexes cannot be used
│   ├── FingerprintMismatch   the index was made with another model or window
│   ├── DirectoryHeld         another process owns the indexes
│   └── UnknownArticle        no such article
├── ModelError         a model cannot be found, loaded or exported
│   └── ChatModelFailed       a chat model gave no answer
│       ├── RequestRefused    its server does not take the request as it is
│       └── BudgetSpent       it may not be asked again today
├── SettingsError      a setting has an unusable value
└── Unforeseen         a mistake in the program, whose traceback is in the log
"""


class BylineError(Exception):
    """Base of all errors a user can meet; `str(error)` is fit to be shown."""


class SourceError(BylineError):
    """An input that cannot be read as an article; the message names the file and, in a .jsonl, the line."""


class LibraryError(BylineError):
    """The stored articles or their indexes cannot be used as asked."""


class FingerprintMismatch(LibraryError):
    """The index was made with another model, precision or window."""


class DirectoryHeld(LibraryError):
    """Another process owns the indexes of the data directory and did not let go in time."""


class UnknownArticle(LibraryError):
    """No article of that id in that library."""


class ModelError(BylineError):
    """A model cannot be found, loaded or exported."""


class ChatModelFailed(ModelError):
    """A chat model gave no answer. `told` says so to who asked, the message also to who runs Byline."""

    def __init__(self, told: str, remedy: str) -> None:
        super().__init__(f"{told.removesuffix('.')}; {remedy}.")
        self.told = told


class RequestRefused(ChatModelFailed):
    """The model's server does not take the request as it is; another may do."""


class BudgetSpent(ChatModelFailed):
    """What the settings allow a chat model in a day is spent."""

    def __init__(self) -> None:
        super().__init__(
            "The chat model's budget for today is spent.",
            "it is set by BYLINE_CHAT_TOKENS_A_DAY and BYLINE_CHAT_COST_A_DAY",
        )


class SettingsError(BylineError):
    """A setting has an unusable value."""


class Unforeseen(BylineError):
    """A mistake in the program stopped what was asked; `reference` finds its traceback in `log`."""

    def __init__(self, reference: str, log: str = "the log") -> None:
        super().__init__(f"Something went wrong here. Its reference in {log} is {reference}.")
        self.reference = reference


def one_line(error: BaseException) -> str:
    """Returns an error in one line: the message of a `BylineError`, else its type and its message."""
    message = " ".join(str(error).split())
    return message if isinstance(error, BylineError) else f"{type(error).__name__}: {message}"
