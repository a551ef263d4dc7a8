"""The command line: ``python runner.py --help`` tells the commands."""

from synthetics.cli import main

if __name__ == "__main__":
    main()
