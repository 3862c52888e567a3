"""Settings from the environment, read once. Plain Python: the redirector and the command line use it without Django."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ECB = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"


class EnvironmentProblem(Exception):
    """A variable is wrong; the text names it and shows an example."""


class Environment(BaseSettings):
    model_config = SettingsConfigDict(case_sensitive=True, populate_by_name=True, extra="ignore")

    home: Path = Field(Path("var"), alias="LIVINGROOM_HOME", examples=["/var/lib/livingroom"])
    database_url: str = Field(
        "", alias="DATABASE_URL", examples=["postgres://user:secret@localhost:5432/livingroom"]
    )
    lake_url: str = Field("", alias="LAKE_URL", examples=["/var/lib/livingroom/lake"])
    public_url: str = Field(
        "http://127.0.0.1:8000", alias="PUBLIC_URL", examples=["https://social.example.com"]
    )
    short_url: str = Field("http://127.0.0.1:8001", alias="SHORT_URL", examples=["https://go.example.com"])
    secret_key: str = Field("", alias="SECRET_KEY", examples=["fifty random characters"])
    credential_keys: str = Field("", alias="CREDENTIAL_KEYS", examples=["newest-fernet-key,older-fernet-key"])
    clicks_durability: Literal["disk", "os", "memory"] = Field(
        "disk", alias="CLICKS_DURABILITY", examples=["disk"]
    )
    trusted_proxies: int = Field(0, ge=0, le=5, alias="TRUSTED_PROXIES", examples=["1"])
    mail_url: str = Field("", alias="MAIL_URL", examples=["smtp://user:secret@mail.example.com:587"])
    mail_from: str = Field(
        "livingroom@localhost", alias="MAIL_FROM", examples=["Livingroom <hello@example.com>"]
    )
    allow_private_networks: bool = Field(False, alias="ALLOW_PRIVATE_NETWORKS", examples=["false"])
    rates_url: str = Field(ECB, alias="RATES_URL", examples=[ECB])
    debug: bool = Field(False, alias="LIVINGROOM_DEBUG", examples=["false"])
    demo: bool = Field(False, alias="LIVINGROOM_DEMO", examples=["false"])

    @field_validator("public_url", "short_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must be an absolute address that starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgres://", "postgresql://")):
            raise ValueError("must start with sqlite:/// or postgres://")
        return value

    @property
    def is_local(self) -> bool:
        """True when people reach the pages on this very machine only."""
        host = self.public_url.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0]
        return host in {"127.0.0.1", "localhost", "[::1]"}

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home.absolute() / 'livingroom.sqlite3'}"

    @property
    def resolved_lake_url(self) -> str:
        return self.lake_url or str(self.home.absolute() / "lake")


@cache
def read_environment() -> Environment:
    """Read and check every variable. Raises EnvironmentProblem naming all that are wrong."""
    try:
        return Environment()
    except ValidationError as error:
        raise EnvironmentProblem(_explain(error)) from None


def _explain(error: ValidationError) -> str:
    examples = {field.alias: (field.examples or [""])[0] for field in Environment.model_fields.values()}
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0])
        lines.append(
            f"{name} is {problem.get('input')!r}: {problem['msg']}. Example: {name}={examples.get(name, '')}"
        )
    return "\n".join(lines)
