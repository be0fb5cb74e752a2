"""Commands of batch. Only their bodies import Spark."""
