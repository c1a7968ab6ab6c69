"""The occupation profile of the standard (sections 1.1-1.7.4), word for word, so that pages can quote it."""

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Eligibility:
    """One row of table 1.7.2: who may register for a level."""

    level: int
    """1, 2 or 3; 1 is the highest."""
    background: str
    """Schooling, title or certificate already held, as printed."""
    conditions: tuple[str, ...]
    """Any one of them is enough; at least one."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Part 一 of the standard. Texts are printed wording; the two numbers are read out of 1.7.3."""

    name: str
    """1.1 职业名称."""
    definition: str
    """1.2 职业定义."""
    levels: str
    """1.3 职业等级."""
    environment: str
    """1.4 职业环境条件."""
    abilities: str
    """1.5 职业能力特征."""
    education: str
    """1.6 基本文化程度."""
    candidates: str
    """1.7.1 适用对象."""
    eligibility: tuple[Eligibility, ...]
    """1.7.2 申报条件, in printed order."""
    examination: str
    """1.7.3 鉴定方式."""
    pass_mark: int
    """1.7.3: marks out of 100 at which a 鉴定项目 is passed."""
    valid_years: int
    """1.7.3: years for which a passed 鉴定项目 stands."""
    premises: str
    """1.7.4 鉴定场所设备."""

    @classmethod
    def read(cls, raw: dict[str, Any]) -> Self:
        """From the `profile` part of `corpus/standard.yaml`."""
        rows = tuple(
            Eligibility(row["level"], row["background"], tuple(row["conditions"]))
            for row in raw["eligibility"]
        )
        return cls(**{**raw, "eligibility": rows})

    def sections(self) -> tuple[tuple[str, str, str], ...]:
        """(number, heading, text) of every section that is running text, in printed order."""
        return (
            ("1.1", "职业名称", self.name),
            ("1.2", "职业定义", self.definition),
            ("1.3", "职业等级", self.levels),
            ("1.4", "职业环境条件", self.environment),
            ("1.5", "职业能力特征", self.abilities),
            ("1.6", "基本文化程度", self.education),
            ("1.7.1", "适用对象", self.candidates),
            ("1.7.3", "鉴定方式", self.examination),
            ("1.7.4", "鉴定场所设备", self.premises),
        )
