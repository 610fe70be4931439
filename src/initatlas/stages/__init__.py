"""Stages: plain values in, one table out. The only place where computing meets the tables."""
