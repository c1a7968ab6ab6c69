"""Text to speech: espeak-ng on this machine, edge-tts when allowed, any OpenAI-compatible endpoint."""
