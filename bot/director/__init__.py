"""The counterpart's decisions: a pure, seeded, explainable state machine. Never a model's business.

`step.begin` and `step.step` are the whole of it from outside; `state` has the types.
"""
