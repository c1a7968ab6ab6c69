"""The built-in behaviour recogniser: what a candidate observably did in one utterance.

`clauses` cuts and analyses, `rules` judges authored patterns (`patterns/*.yaml`, word lists in
`lexicon.yaml`), `station_cues` adds what the station's own words show, `classifier`
(`tools/train_recogniser.py`) and `sequence` (`tools/train_sequence.py`) have learned from `data/utterances`,
`fusion` weighs what both say and adds what no pattern saw, `overruling` drops echoes, `engine` makes
behaviours of it.
"""

from bot.recogniser.engine import BuiltinRecogniser, flags

__all__ = ["BuiltinRecogniser", "flags"]
