"""The tutor: questions on the standard and the notes, answered with citations that code has checked.

`tutor.py` is the whole; `asking.py` understands the question within its thread, `finding.py` searches,
`composing.py` answers without a model, `agent.py` with one, `citing.py` lets nothing through uncited.
"""
