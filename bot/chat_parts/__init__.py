"""What `bot/chat.py` is made of; `wire.py` and `posting.py`, imported on first use, speak HTTP."""
