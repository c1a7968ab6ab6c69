"""What the page sends: checked at the door."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.errors import InputError


class BatchEvent(BaseModel):
    """Something is to be done with a batch."""

    model_config = ConfigDict(frozen=True)

    batch: str = Field(max_length=64)
    show: str = Field(default="", max_length=16)
    "The filter under which it is looked at."


class ItemEvent(BatchEvent):
    """Something is to be done with one file of it."""

    item: int = Field(ge=0)


class ChangeEvent(ItemEvent):
    """A decision. `before` is what the page showed; None where nothing was decided."""

    criterion: str = Field(max_length=200)
    before: int | None
    after: int
    reason: str = Field(max_length=5000)


E = TypeVar("E", bound=BaseModel)


def read(data: Mapping[str, Any], kind: type[E]) -> E:
    """The event as it should be.

    Raises:
        InputError: it is not.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise InputError("页面发来的内容读不懂", mend="刷新页面再试；改过的都还在") from error
