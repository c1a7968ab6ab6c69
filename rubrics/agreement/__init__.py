"""Agreement between machine and examiners: marks in, figures out, and no figure where there are too few."""
