"""Writes a CTranslate2 Whisper folder straight from the weights: `export.py WEIGHTS FOLDER`."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ctranslate2.specs import whisper_spec
from tok import SPECIAL, TIMESTAMPS, write

Weights = dict[str, np.ndarray]
_NEVER = -1e4
"A bias for ids that stand for nothing."


def main(weights: Path, folder: Path) -> None:
    """Write `model.bin`, `config.json`, `vocabulary.json`, `tokenizer.json`, `preprocessor_config.json`."""
    checkpoint = torch.load(weights, map_location="cpu")
    values = {name: value.float().numpy() for name, value in checkpoint["weights"].items()}
    shape = checkpoint["shape"]
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer, text_tokens = write(folder / "tokenizer.json")
    stop = text_tokens + 1  # one id after the text is left for the empty token
    spec = whisper_spec.WhisperSpec(shape["layers"], shape["heads"], shape["layers"], shape["heads"])
    _embeddings(spec, values, text_tokens)
    _encoder(spec.encoder, values)
    _decoder(spec.decoder, values)
    _vocabulary(spec, tokenizer.get_vocab(), stop)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [stop]
    spec.config.lang_ids = [stop + i for i, token in enumerate(SPECIAL) if 2 <= i < len(SPECIAL) - 6]
    spec.config.alignment_heads = [[shape["layers"] - 1, head] for head in range(shape["heads"])]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    features = {
        "feature_size": 80,
        "sampling_rate": 16000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(features), encoding="utf-8")


def _embeddings(spec: Any, values: Weights, text_tokens: int) -> None:
    """Training has no gap between text and specials; the model file has the empty token there."""
    trained = values["emb.weight"]
    size = text_tokens + 1 + len(SPECIAL) + TIMESTAMPS
    used = np.array([*range(text_tokens), *range(text_tokens + 1, size)])
    weight = np.zeros((size, trained.shape[1]), np.float32)
    bias = np.full(size, _NEVER, np.float32)
    weight[used], bias[used] = trained, 0
    spec.decoder.embeddings.weight = weight
    spec.decoder.projection.weight, spec.decoder.projection.bias = weight, bias


def _vocabulary(spec: Any, known: dict[str, int], stop: int) -> None:
    tokens = {number: token for token, number in known.items()}
    first_time = stop + len(SPECIAL)
    names = [tokens.get(i) or f"<|{(i - first_time) * 0.02:.2f}|>" for i in range(first_time + TIMESTAMPS)]
    names[stop - 1] = ""  # CTranslate2 >= 4.7 calls a model multilingual that has an empty token
    spec.register_vocabulary(names)


def _encoder(encoder: Any, values: Weights) -> None:
    _linear(encoder.conv1, values, "c1")
    _linear(encoder.conv2, values, "c2")
    encoder.position_encodings.encodings = values["pos"]
    _norm(encoder.layer_norm, values, "lne")
    for i, layer in enumerate(encoder.layer):
        _block(layer, values, f"enc.{i}")


def _decoder(decoder: Any, values: Weights) -> None:
    decoder.position_encodings.encodings = values["tpos"]
    _norm(decoder.layer_norm, values, "lnd")
    for i, layer in enumerate(decoder.layer):
        _block(layer, values, f"dec.{i}")
        _norm(layer.attention.layer_norm, values, f"dec.{i}.lnx")
        _attention(layer.attention, values, f"dec.{i}.xatt", to_itself=False)


def _block(layer: Any, values: Weights, name: str) -> None:
    _norm(layer.self_attention.layer_norm, values, f"{name}.ln1")
    _attention(layer.self_attention, values, f"{name}.att", to_itself=True)
    _norm(layer.ffn.layer_norm, values, f"{name}.ln2")
    _linear(layer.ffn.linear_0, values, f"{name}.f1")
    _linear(layer.ffn.linear_1, values, f"{name}.f2")


def _norm(spec: Any, values: Weights, name: str) -> None:
    spec.gamma, spec.beta = values[f"{name}.weight"], values[f"{name}.bias"]


def _linear(spec: Any, values: Weights, name: str) -> None:
    spec.weight, spec.bias = values[f"{name}.weight"], values[f"{name}.bias"]


def _attention(spec: Any, values: Weights, name: str, *, to_itself: bool) -> None:
    """Queries, keys and values in one matrix where they read the same thing; keys have a bias of zero."""
    weight = [values[f"{name}.{part}.weight"] for part in "qkv"]
    bias = [values[f"{name}.q.bias"], np.zeros_like(values[f"{name}.q.bias"]), values[f"{name}.v.bias"]]
    groups = [slice(0, 3)] if to_itself else [slice(0, 1), slice(1, 3)]
    for linear, group in zip(spec.linear, groups, strict=False):
        linear.weight, linear.bias = np.concatenate(weight[group]), np.concatenate(bias[group])
    _linear(spec.linear[-1], values, f"{name}.o")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
