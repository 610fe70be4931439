"""What each subcommand does: plain files in, files out. One file each, listed in cli.py."""
