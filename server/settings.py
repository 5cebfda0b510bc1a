"""Every setting, one block a room. Read from `WARMLINE_<BLOCK>__<NAME>`; only `wiring.py` reads them.

docs/settings.md is written from this file (`make wire`), and a test compares the two.
"""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseSettings(BaseModel):
    """Where the truth is kept."""

    url: str = Field(default="", description="SQLAlchemy URL; empty means the SQLite file `warmline.db` in the home.")
    synchronous: Literal["FULL", "NORMAL"] = Field(
        default="NORMAL",
        description="SQLite only: NORMAL survives a killed process and may lose the last commits in a power cut; "
        "FULL syncs each commit to disk.",
    )
    pool_size: int = Field(default=10, ge=1, description="PostgreSQL connections a process.")
    busy_seconds: float = Field(default=5.0, gt=0, description="How long a write waits for a locked database.")


class RedisSettings(BaseModel):
    """Where signals travel between processes; losing all of it loses nothing."""

    url: str = Field(default="", description="redis:// URL; empty means the Redis that is built into the process.")


class BotSettings(BaseModel):
    """The Rasa neighbour."""

    url: str = Field(default="http://127.0.0.1:5005", description="Base address of the Rasa process.")
    token: SecretStr = Field(default=SecretStr(""), description="Bearer token that Rasa wants.")
    patience_seconds: float = Field(
        default=2.0, gt=0, description="How long a turn waits for the bot before it asks for a sign of life."
    )
    longest_seconds: float = Field(
        default=7.0, gt=0, le=12, description="How long a turn waits for a bot that gives a sign of life."
    )
    rest_seconds: float = Field(
        default=5.0, gt=0, description="After three failures in a row the bot is left alone for this long."
    )


class CompanySettings(BaseModel):
    """The company's own systems, which the bot's actions reach through us."""

    url: str = Field(default="", description="Base address; empty means that no company system is connected.")
    token: SecretStr = Field(default=SecretStr(""), description="Bearer token that it wants.")
    timeout_seconds: float = Field(default=3.0, gt=0, description="How long one call may take.")


class AccessSettings(BaseModel):
    """Who may come in."""

    session_hours: float = Field(default=12.0, gt=0, description="An agent's sign-in lasts this long.")
    visitor_days: float = Field(default=90.0, gt=0, description="A visitor token lasts this long.")
    sign_in_per_minute: int = Field(default=10, ge=1, description="Sign-in tries a minute for one address and e-mail.")
    secure_cookies: bool = Field(default=False, description="Set when the server is reached over HTTPS.")

    @property
    def session_lifetime(self) -> timedelta:
        """How long a sign-in lasts."""
        return timedelta(hours=self.session_hours)


class ServerSettings(BaseModel):
    """How the bot's actions find us."""

    url: str = Field(default="", description="Our address as the bot's actions see it.")
    token: SecretStr = Field(default=SecretStr(""), description="Token with the scope bot.act for those actions.")


class LimitSettings(BaseModel):
    """How much one visitor may send; what is refused gets a clear answer."""

    body_bytes: int = Field(default=65_536, ge=1024, description="Largest HTTP body and socket frame, in bytes.")
    burst_messages: int = Field(default=10, ge=1, description="Messages that one visitor may send at once.")
    messages_per_second: float = Field(default=1.0, gt=0, description="Messages a second after the burst.")
    sessions_per_minute: int = Field(default=60, ge=1, description="New widget sessions a minute for one address.")
    public_requests_per_minute: int = Field(
        default=600, ge=1, description="Requests a minute for one address on public routes."
    )


class RealtimeSettings(BaseModel):
    """The sockets."""

    buffer_frames: int = Field(default=256, ge=8, description="Frames that may wait for a slow client.")
    heartbeat_seconds: int = Field(default=30, ge=1, description="A client is silent at most this long.")
    hello_seconds: float = Field(default=10.0, gt=0, description="A socket must say hello within this time.")
    sweep_seconds: float = Field(default=3.0, gt=0, description="How often lost signals are looked for.")
    sockets_per_visitor: int = Field(default=20, ge=1, description="Open sockets of one visitor.")


class KnowledgeSettings(BaseModel):
    """The knowledge base and its search."""

    embedder: str = Field(
        default="minilm", description="minilm, hashing (tests), or a sentence-transformers folder or model id."
    )
    embedders: dict[str, str] = Field(
        default={},
        description="Models of other languages, as JSON: locale to folder or model id, or to `none` for words only.",
    )
    refresh_seconds: float = Field(default=1.0, gt=0, description="How often a process looks for a new release.")
    keep_releases: int = Field(
        default=50, ge=1, description="Releases whose files stay on disk; older ones come back from the database."
    )
    fallback_locales: list[str] = Field(
        default=["en"], description="Languages to read in where an article has none of the reader's, best first."
    )


class HelpSettings(BaseModel):
    """The public help centre."""

    account: str = Field(
        default="", description="Channel account whose brand and articles it shows; empty means the first web chat."
    )
    locales: list[str] = Field(
        default=[], description="Languages it offers, best first; empty means every one that has public articles."
    )
    regions: list[str] = Field(
        default=[], description="Regions that a reader may choose; empty means only the account's own."
    )
    url: str = Field(
        default="", description="Its address as the world sees it, as https://help.example.com; empty means as asked."
    )
    searches_per_minute: int = Field(default=120, ge=1, description="Searches a minute for one address.")
    feedback_per_hour: int = Field(default=30, ge=1, description="Words on articles an hour for one address.")


class Settings(BaseSettings):
    """All settings of a Warmline process."""

    model_config = SettingsConfigDict(env_prefix="WARMLINE_", env_nested_delimiter="__", extra="ignore")

    home: Path = Field(default=Path(".warmline"), description="Database, models, indexes, logs.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on.")
    web: Path = Field(default=Path("web/dist"), description="The built web apps.")
    demo: Path | None = Field(default=Path("demo"), description="The fictional company's page; empty turns it off.")
    instance: str = Field(default="server-1", description="Name of this process, unique among its like.")
    movable_clock: bool = Field(default=False, description="Development only: a route that moves the clock ahead.")
    workers_inside: bool = Field(default=True, description="Run the sweeps and timers inside the server process.")
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    bot: BotSettings = BotSettings()
    company: CompanySettings = CompanySettings()
    server: ServerSettings = ServerSettings()
    access: AccessSettings = AccessSettings()
    limits: LimitSettings = LimitSettings()
    realtime: RealtimeSettings = RealtimeSettings()
    knowledge: KnowledgeSettings = KnowledgeSettings()
    help: HelpSettings = HelpSettings()

    def database_url(self) -> str:
        """Return the SQLAlchemy URL in force, with an async driver named."""
        url = self.database.url or f"sqlite+aiosqlite:///{(self.home / 'warmline.db').absolute()}"
        if url.startswith("postgresql://"):
            return url.replace("postgresql://", "postgresql+psycopg://", 1)
        if url.startswith("sqlite://"):
            return url.replace("sqlite://", "sqlite+aiosqlite://", 1)
        return url
