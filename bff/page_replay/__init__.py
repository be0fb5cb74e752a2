"""Pages composed as at an earlier time, and where on them is what the profiles played next."""
