"""The subcommands of the command line, one module each, and the files and progress that they share."""
