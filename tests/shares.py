"""How the tests are shared out among the workers of a run: by file, what lasts longest first, and the browser's in two shares."""

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

DEEDS, SIGHTS = "tests/browser/test_every_deed.py", "tests/browser"  # each share starts one demo and one Chromium
LONGEST = (  # minutes rather than seconds, in a few tests; xdist begins with the files that have many
    DEEDS, SIGHTS, "tests/walls/test_everybody_sees_the_model.py", "tests/walls/test_non_interference.py",
)  # fmt: skip


class Shares(LoadFileScheduling):  # type: ignore[misc]
    """Gives each worker a file at a time."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return SIGHTS if file.startswith(SIGHTS) and file != DEEDS else file

    def _assign_work_unit(self, node: WorkerController) -> None:
        for share in reversed(LONGEST):
            if share in self.workqueue:
                self.workqueue.move_to_end(share, last=False)
        super()._assign_work_unit(node)
