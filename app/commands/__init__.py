"""The command line, one file per group; each offers a click command called `command`."""
