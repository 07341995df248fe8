"""Every setting, from the environment or a .env file in the working directory. .env.example explains them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from retrieval.errors import SettingsError
from retrieval.serving.parts import EMBEDDING_MODEL, HITS, READER_MODEL

MEMORY = 20  # turns of a conversation that count for a follow-up


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="BYLINE_", env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data_dir: Path = Field(default_factory=lambda: user_data_path("byline"))
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("byline"))
    library: str = "public"
    embedding_model: str = EMBEDDING_MODEL
    embedding_base_url: str | None = None
    embedding_window: Annotated[int, Field(ge=32, le=32_768)] | None = None
    reader_model: str = READER_MODEL
    threads: Annotated[int, Field(ge=1, le=64)] | None = None
    hits: Annotated[int, Field(ge=1, le=100)] = HITS
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    max_file_bytes: Annotated[int, Field(ge=1)] = 10_000_000
    memory: Annotated[int, Field(ge=0, le=1000)] = MEMORY
    keep_unanswered: bool = True
    offline: bool = True
    tracing: bool = False
    database_url: SecretStr | None = None
    chroma_url: str | None = None
    chroma_header: SecretStr | None = None
    chroma_tenant: str = "default_tenant"
    chroma_database: str = "default_database"
    prompts_dir: Path | None = None
    chat_model: str | None = None
    chat_base_url: str | None = None
    chat_structured: bool | None = None
    chat_timeout: Annotated[float, Field(gt=0, le=3600)] = 60.0
    chat_retries: Annotated[int, Field(ge=0, le=10)] = 2
    chat_parallel: Annotated[int, Field(ge=1, le=1000)] = 4
    chat_answer_tokens: Annotated[int, Field(ge=50)] = 1000
    chat_context: Annotated[int, Field(ge=1024)] | None = None
    chat_tokens_a_day: Annotated[int, Field(ge=0)] | None = None
    chat_cost_a_day: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    chat_input_price: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    chat_output_price: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    fetch_contact: str | None = None
    fetch_allow: Annotated[tuple[str, ...], NoDecode] = ()
    discord_token: SecretStr | None = None
    discord_message_content: bool = False
    discord_parallel: Annotated[int, Field(ge=1, le=64)] = 2
    discord_queue: Annotated[int, Field(ge=1)] = 500
    discord_questions_a_minute: Annotated[int, Field(ge=1)] = 20
    discord_keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    discord_upload_bytes: Annotated[int, Field(ge=1)] = 10_000_000
    discord_server_articles: Annotated[int, Field(ge=0)] = 10_000
    log_format: Literal["text", "json"] = "text"
    metrics_port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    discord_api: str | None = None
    discord_gateway: str | None = None

    @field_validator("fetch_allow", mode="before")
    @classmethod
    def split_hosts(cls, value: object) -> object:
        """Returns the hosts of a list that is parted by commas or blanks."""
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("embedding_base_url", "chat_base_url", "chroma_url")
    @classmethod
    def keep_keys_out(cls, url: str | None, field: ValidationInfo) -> str | None:
        """Refuses an address with a name or password in it, since addresses are shown."""
        if url and "@" in url.partition("://")[2].partition("/")[0]:
            name = f"BYLINE_{field.field_name}".upper()
            raise ValueError(f"{name} may hold no name and password, since addresses are shown; see .env.example.")
        return url

    @field_validator("data_dir", "cache_dir", "prompts_dir")
    @classmethod
    def expand_home(cls, path: Path | None) -> Path | None:
        """Returns a folder with the home directory written out."""
        try:
            return path and path.expanduser()
        except RuntimeError as error:  # of "~somebody"
            raise ValueError(
                f"{path} begins with the folder of a user who is not there; give the whole path."
            ) from error

    @model_validator(mode="after")
    def know_prices(self) -> Self:
        """Refuses a limit of what may be spent without the prices that it takes to count."""
        if self.chat_cost_a_day is not None and None in (self.chat_input_price, self.chat_output_price):
            raise ValueError(
                "BYLINE_CHAT_COST_A_DAY needs BYLINE_CHAT_INPUT_PRICE and BYLINE_CHAT_OUTPUT_PRICE; see .env.example."
            )
        return self


def load_settings(**given: object) -> Settings:
    """Returns the settings, with those given on the command line in front.

    Raises:
        SettingsError: a value cannot be used; the message names the variable.
    """
    if (dotenv := Path(".env")).exists() and not (dotenv.is_file() or dotenv.is_dir()):
        raise SettingsError(".env here is a pipe or a device, which might never end; write the settings into a file.")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]  # checked by pydantic
    except UnicodeDecodeError as error:
        raise SettingsError(".env here is not written in UTF-8; save it so.") from error
    except OSError as error:
        raise SettingsError(f".env here cannot be read ({error.strerror}); let it be read, or remove it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "value_error":  # of a validator here, which tells it whole
            raise SettingsError(str(first["ctx"]["error"])) from error
        name = f"BYLINE_{first['loc'][0]}".upper()
        raise SettingsError(
            f"{name} cannot be {first['input']!r}: {first['msg'].lower()}; see .env.example."
        ) from error
