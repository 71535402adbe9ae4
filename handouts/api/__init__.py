"""The public interface, in three parts: a clinic's leaflets, its files, and this machine.

The command line, and any other front end, uses only this package.
"""
