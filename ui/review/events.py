"""What the page sends: checked at the door."""

from pydantic import BaseModel, ConfigDict, Field


class BatchEvent(BaseModel):
    """Something is to be done with a batch."""

    model_config = ConfigDict(frozen=True)

    batch: str = Field(max_length=64)
    show: str = Field(default="", max_length=16)
    "The filter under which it is looked at."


class ItemEvent(BatchEvent):
    """Something is to be done with one file of it."""

    item: int = Field(ge=0)


class BlindEvent(ItemEvent):
    """A whole blind mark: a band for each criterion, the red lines crossed, perhaps a global rating."""

    bands: dict[str, int]
    crossed: tuple[str, ...] = ()
    rating: int | None = None


class RateEvent(ItemEvent):
    """A global rating, 0–3."""

    rating: int


class ChangeEvent(ItemEvent):
    """A decision. `before` is what the page showed; None where nothing was decided."""

    criterion: str = Field(max_length=200)
    before: int | None
    after: int
    reason: str = Field(max_length=5000)
