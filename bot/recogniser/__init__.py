"""The built-in behaviour recogniser: what a candidate observably did in one utterance.

`clauses` cuts and analyses, `rules` judges authored patterns (`patterns/*.yaml`, word lists in
`lexicon.yaml`), `station_cues` adds what the station's own words show, `classifier`
(trained by `tools/train_recogniser.py` on `data/utterances`) and `fusion` weigh that and add what no pattern
saw, `overruling` drops echoes, `engine` makes behaviours of it.
"""

from bot.recogniser.engine import BuiltinRecogniser, flags

__all__ = ["BuiltinRecogniser", "flags"]
