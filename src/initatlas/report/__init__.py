"""The report: one file that opens offline, from tables and figures alone.

What the command line calls:

    build(results, *, study, figures, tables, configuration, timings, provenance) -> str
"""
