"""The built-in behaviour recogniser: what a candidate observably did in one utterance.

`clauses` cuts and analyses, `rules` judges authored patterns (`patterns/*.yaml`, word lists in
`lexicon.yaml`), `station_cues` adds what the station's own words show, `engine` makes behaviours of it.
"""

from bot.recogniser.engine import BuiltinRecogniser, flags

__all__ = ["BuiltinRecogniser", "flags"]
