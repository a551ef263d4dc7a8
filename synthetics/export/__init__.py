"""Who is shown: metrics, run reports, the overview of runs, JUnit, the textfile, the log's lines."""
