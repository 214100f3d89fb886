"""The base of every value."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value object that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
