"""Makes one PDF in a process of its own: data in, a tagged PDF out.

The compiler keeps what its last ten papers were made of, which is memory (half a gigabyte for ten small editions) and cases of one partner
beside those of another. A process that ends keeps nothing; and it has a limit of memory and time, and none of the hub's settings.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import typst

from hub.kernel.errors import Unavailable

MEMORY = 4_000_000_000  # addresses; an edition of 2,000 full lines takes 0.9 GB
SECONDS = 90
_NOT_MADE = "De PDF kon niet worden gemaakt. Neem een andere vorm, of probeer het later opnieuw."


def pressed(paper: Mapping[str, object], *, layout: Path, dated: datetime) -> bytes:
    """The paper in this layout (Typst) as a PDF (PDF/UA-1) of this moment; Unavailable when the compiler refuses or needs too much."""
    wanted = {"paper": paper, "layout": layout.read_text("utf-8"), "dated": int(dated.timestamp())}
    asked = json.dumps(wanted, ensure_ascii=False).encode()
    home = {"PYTHONPATH": str(Path(__file__).parent.parent.parent), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "hub.casuistry.press"]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, env=home, timeout=SECONDS, check=False)  # noqa: S603  our own program
    except subprocess.TimeoutExpired:
        raise Unavailable(_NOT_MADE) from None
    if done.returncode:  # what the compiler says may quote a case, so it goes no further
        raise Unavailable(_NOT_MADE)
    return done.stdout


def main() -> None:
    """The child: reads what is asked as JSON, writes the PDF."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin)
    made = typst.compile(
        asked["layout"].encode(), format="pdf", sys_inputs={"data": json.dumps(asked["paper"], ensure_ascii=False)},
        pdf_standards=["ua-1"], ignore_system_fonts=True, timestamp=datetime.fromtimestamp(asked["dated"], UTC),
    )  # fmt: skip
    assert made is not None, "one document gives one file"
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
