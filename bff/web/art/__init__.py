"""Generated artwork: a title in, a small SVG out. Pure drawing; `handler` is the only part that speaks HTTP."""
