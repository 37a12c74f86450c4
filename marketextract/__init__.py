"""Market news as typed, checked events: every number is one that the article states.

>>> import marketextract
>>> marketextract.__version__
'0.1.0'
"""

__version__ = "0.1.0"
