"""Sets up what is missing, then starts and supervises every process of the house on one machine.

The parts that run before any environment exists (pythons, stamps, failures, progress, commands, environments, apps,
setup) use the standard library only.
"""
