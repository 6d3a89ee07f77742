"""References to what is cited: in the styles of GB/T 7714, APA and Chicago, and as files for citation programs.

The package imports no Django. Titles are never translated or converted: a reference gives the title in its original
characters. A part that is not known is left out.
"""
