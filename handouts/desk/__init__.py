"""The print desk: a few pages for the browsers of a clinic, to print leaflets without a terminal.

It stands on ``handouts.api`` as the command line does. Nothing here is kept but what patients'
copies need until they are printed, and that only in memory.
"""
