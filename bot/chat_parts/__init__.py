"""What `bot/chat.py` is made of; only `wire.py`, imported on first use, knows a vendor's library."""
