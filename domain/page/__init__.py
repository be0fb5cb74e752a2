"""The home page as a value: composition, invariants and fallbacks. Scores and stores stay out."""
