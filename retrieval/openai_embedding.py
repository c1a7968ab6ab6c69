"""Embeddings from any OpenAI-compatible endpoint. The only importer of `openai` in this package."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from retrieval.errors import ProviderError
from retrieval.ports import Vectors, unit

BATCH = 10
"""Texts a request: the smallest limit among the endpoints we know (Qwen's)."""


class OpenAIEmbedder:
    """Vectors from `POST {base_url}/embeddings`."""

    def __init__(
        self, base_url: str, model: str, api_key: str = "", *, timeout: float = 30, batch: int = BATCH
    ) -> None:
        """Nothing is asked yet.

        Args:
            base_url: e.g. ``https://api.example.com/v1``.
            model: the endpoint's name of the model.
            api_key: empty for local servers that want none.
            timeout: seconds a request may take.
            batch: texts a request.
        """
        where = hashlib.sha256(f"{base_url}\n{model}".encode()).hexdigest()[:16]
        self.name = f"openai-{where}"
        self.model = model
        self._base_url, self._key, self._timeout, self._batch = base_url, api_key, timeout, batch
        self._client: Any = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32[n, d], unit rows, in order.

        Raises:
            ProviderError: not reachable, refused, or an answer that does not fit the question.
        """
        import openai

        if self._client is None:
            key = self._key or "none"  # the client insists on one; local servers ignore it
            self._client = openai.OpenAI(
                base_url=self._base_url, api_key=key, timeout=self._timeout, max_retries=2
            )
        rows: list[list[float]] = []
        try:
            for start in range(0, len(texts), self._batch):
                rows += self._ask(list(texts[start : start + self._batch]))
            found = np.asarray(rows, dtype=np.float32).reshape(len(texts), -1)
        except (openai.OpenAIError, ValueError, TypeError) as error:
            raise ProviderError(
                f"向量服务 {self._base_url}（模型 {self.model}）用不了：{type(error).__name__}",
                mend="检查 KOUSHI_EMBED_BASE_URL、KOUSHI_EMBED_API_KEY 和 KOUSHI_EMBED_MODEL",
            ) from error
        return unit(found)

    def _ask(self, texts: list[str]) -> list[list[float]]:
        answer = self._client.embeddings.create(model=self.model, input=texts, encoding_format="float")
        rows = [each.embedding for each in sorted(answer.data, key=lambda each: each.index)]
        if len(rows) != len(texts):
            raise ValueError(f"{len(texts)} texts, {len(rows)} vectors")
        return rows
