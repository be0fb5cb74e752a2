"""How this process hears of visibility changes, and how the service announces its own."""
