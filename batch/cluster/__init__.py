"""Java, the Spark session and spark-submit."""
