"""Pages as they were served: stored, restored and compared. Composition stays out."""
