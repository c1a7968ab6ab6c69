"""What `bot/chat.py` is made of; nothing here imports a vendor's library."""
