"""What a run tells people: results as JSON, one HTML file, comparisons of versions and detectors."""
