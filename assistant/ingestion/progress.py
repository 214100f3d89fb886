"""Shows how far an ingest is, in a terminal."""

from assistant.indexing.embedding import Progress


def terminal_progress() -> Progress:
    """Return a progress bar on standard error, with counts and the time left; each stage closes itself when done."""
    return _Bars()


class _Bars:
    """One rich bar for each stage; the display lives from a stage's first report to its last."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Display

        self._display = Display(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps of `stage` are behind us."""
        if stage != self._stage:
            self._begin(stage, total)
        for task in self._display.tasks:
            self._display.update(task.id, completed=done, total=total)
        if done >= total:
            self._display.stop()
            self._stage = ""

    def _begin(self, stage: str, total: int) -> None:
        for task in list(self._display.tasks):
            self._display.remove_task(task.id)
        self._display.add_task(stage, total=total)
        self._display.start()
        self._stage = stage
