"""What recommends: arrays and kernels without Spark, so that executors and tests import the same code."""
