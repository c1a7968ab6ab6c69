"""Whisper's architecture, small (Radford et al. 2022, section 2.2)."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


def _sinusoids(length: int, channels: int) -> Tensor:
    step = math.log(10_000) / (channels // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(channels // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class Attention(nn.Module):
    """Multi-head attention; keys have no bias, as in Whisper."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, width, bias=False)
        self.v = nn.Linear(width, width)
        self.o = nn.Linear(width, width)

    def forward(self, x: Tensor, memory: Tensor | None = None, *, causal: bool = False) -> Tensor:
        """`x` (batch, time, width) attends to `memory`, or to itself."""
        source = x if memory is None else memory
        batch, time, width = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)

        mixed = functional.scaled_dot_product_attention(
            split(self.q(x)), split(self.k(source)), split(self.v(source)), is_causal=causal
        )
        return self.o(mixed.transpose(1, 2).reshape(batch, time, width))


class Block(nn.Module):
    """A layer of the encoder, or with `cross` of the decoder."""

    def __init__(self, width: int, heads: int, *, cross: bool) -> None:
        super().__init__()
        self.cross = cross
        self.ln1 = nn.LayerNorm(width)
        self.att = Attention(width, heads)
        if cross:
            self.lnx = nn.LayerNorm(width)
            self.xatt = Attention(width, heads)
        self.ln2 = nn.LayerNorm(width)
        self.f1 = nn.Linear(width, 4 * width)
        self.f2 = nn.Linear(4 * width, width)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        """(batch, time, width) in and out."""
        x = x + self.drop(self.att(self.ln1(x), causal=self.cross))
        if self.cross:
            x = x + self.drop(self.xatt(self.lnx(x), memory))
        return x + self.drop(self.f2(functional.gelu(self.f1(self.ln2(x)))))


class Whisper(nn.Module):
    """80 mel channels in, tokens out."""

    def __init__(self, vocabulary: int, width: int = 128, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.shape = {"vocabulary": vocabulary, "width": width, "heads": heads, "layers": layers}
        self.c1 = nn.Conv1d(80, width, 3, padding=1)
        self.c2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("pos", _sinusoids(1500, width))
        self.enc = nn.ModuleList(Block(width, heads, cross=False) for _ in range(layers))
        self.lne = nn.LayerNorm(width)
        self.emb = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.emb.weight, std=width**-0.5)
        self.tpos = nn.Parameter(torch.randn(448, width) * 0.01)
        self.dec = nn.ModuleList(Block(width, heads, cross=True) for _ in range(layers))
        self.lnd = nn.LayerNorm(width)

    def encode(self, mel: Tensor) -> Tensor:
        """(batch, 80, frames) to (batch, frames / 2, width)."""
        x = functional.gelu(self.c2(functional.gelu(self.c1(mel)))).transpose(1, 2)
        x = x + self.pos[: x.shape[1]]
        for block in self.enc:
            x = block(x)
        return self.lne(x)

    def decode(self, tokens: Tensor, memory: Tensor) -> Tensor:
        """(batch, n) tokens to (batch, n, vocabulary) scores of the next."""
        x = self.emb(tokens) + self.tpos[: tokens.shape[1]]
        for block in self.dec:
            x = block(x, memory)
        return self.lnd(x) @ self.emb.weight.T
