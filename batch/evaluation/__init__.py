"""What a list of recommendations is worth: splits of time, metrics, baselines, slices and intervals."""
