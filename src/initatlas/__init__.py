"""The atlas of neural-network initialization: which start does a deep network need, and why?"""

__version__ = "0.1.0"
