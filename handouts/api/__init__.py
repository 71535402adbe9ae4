"""The public interface, in three parts: a clinic's leaflets, its files, this machine.

The command line and whatever serves leaflets in another way stand on it alone.
"""
