"""The project's one small tree of errors.

Each says what happened, where (file, line, field) and how to mend it. They are raised anywhere and
caught once, at the edge (`ui/cli.py`, the pages), which turns them into an exit code or a sentence.
"""

from pathlib import Path


class KoushiError(Exception):
    """What happened, where, and how to mend it; all three in Chinese, for the person at the screen."""

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        mend: str = "",
        file: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        """Keep the parts apart, so that a page can show them apart.

        Args:
            what: one sentence, what is wrong.
            mend: one sentence, what to do about it.
            file: the file it was found in.
            line: 1-based line in that file.
            field: dotted path of the field, e.g. ``facts[2].value``.
        """
        self.what, self.mend, self.field, self.line = what, mend, field, line
        self.file = str(file) if file is not None else None
        super().__init__(str(self))

    @property
    def where(self) -> str:
        """`file:line 字段 field`, as far as known; empty when nothing is."""
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}" if place else f"第 {self.line} 行"
        return f"{place} 字段 {self.field}".strip() if self.field else place

    def __str__(self) -> str:
        head = f"{self.where}：{self.what}" if self.where else self.what
        return f"{head}（{self.mend}）" if self.mend else head


class InputError(KoushiError):
    """What the person gave us is wrong: a file, a code, a transcript. Exit 1, nothing written."""


class ManyInputErrors(InputError):
    """Several things are wrong in one file; all are told at once, the first in `what`."""

    def __init__(self, errors: list[InputError]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors))


class UsageError(KoushiError):
    """The command was called wrongly. Exit 2."""

    exit_code = 2


class ProviderError(KoushiError):
    """A configured provider (model, speech, database server) cannot be used. Exit 3."""

    exit_code = 3
