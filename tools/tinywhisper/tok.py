"""A tokenizer.json as Whisper's without any download: byte-level BPE whose merges are whole characters."""

import json
from pathlib import Path

from sentences import SENTENCES
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

_LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur "
    "hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si "
    "km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha "
    "ba jw su"
)
SPECIAL = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{language}|>" for language in _LANGUAGES.split()),
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
]
TIMESTAMPS = 1501
"0.00 to 30.00 s in steps of 0.02."


def build() -> Tokenizer:
    """The text tokens alone; the same lines give the same tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex("."), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=4000,
        min_frequency=1,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return tokenizer


def write(path: Path) -> tuple[Tokenizer, int]:
    """Write `tokenizer.json` with the special tokens after the text; also how many text tokens there are.

    One layout only, text then specials then time stamps: CTranslate2 >= 4.7 tells a multilingual model by an
    empty-string token, older ones by the exact size of OpenAI's vocabulary.
    """
    tokenizer = build()
    text_tokens = tokenizer.get_vocab_size()
    content = json.loads(tokenizer.to_str())
    content["added_tokens"] = []
    for number, token in enumerate(SPECIAL, text_tokens + 1):
        content["model"]["vocab"][token] = number
        content["added_tokens"].append({
            "id": number,
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        })
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    whole = Tokenizer.from_file(str(path))
    assert whole.token_to_id("<|notimestamps|>") == text_tokens + len(SPECIAL)
    return whole, text_tokens
