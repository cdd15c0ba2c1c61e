"""The command `schakel take-in` in a process of its own, which says at the end how much memory it ever held: kB, on standard error."""

import re
import sys
from pathlib import Path

from hub.cli import main

if __name__ == "__main__":
    try:
        main(["take-in", *sys.argv[1:]], prog_name="schakel")
    finally:
        # VmHWM is of this program alone; ru_maxrss would count the process that started it
        held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
        sys.stderr.write(f"{held[1] if held else ''}\n")
