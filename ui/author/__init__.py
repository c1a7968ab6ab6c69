"""出题: write a station, see what is wrong with it, talk with it, play-test it, save it."""
