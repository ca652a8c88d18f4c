"""The virtual clock: time is a value, so ten minutes and sixty days pass when a lesson says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..errors import BadClock

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
START_2013 = datetime(2013, 6, 3, 9, 0, tzinfo=UTC)
LAST = datetime(9000, 1, 1, tzinfo=UTC)  # Python's calendar ends in 9999, later than all that is issued then


class Clock:
    """The time at the practice providers, in UTC. It stands still until it is advanced; `start` is when it was set."""

    def __init__(self, start: datetime = START) -> None:
        self.start = self._now = start

    @property
    def now(self) -> datetime:
        """The time, with its zone (UTC)."""
        return self._now

    def advance(self, **span: float) -> datetime:
        """Let time pass: `advance(minutes=11)`, `advance(days=60)`; timedelta's words. Raises BadClock."""
        try:
            later = self._now + timedelta(**span)
        except OverflowError as error:
            raise BadClock(f"the clock does not go that far: it shows the years to {LAST.year}") from error
        except (TypeError, ValueError) as error:  # no such word, no number
            said = ", ".join(f"{word}={value!r}" for word, value in span.items())
            words = "weeks, days, hours, minutes, seconds"
            raise BadClock(f"the clock does not understand {said}", mend=f"Use some of {words}") from error
        if later <= self._now:
            raise BadClock("the clock only goes forwards, and by some time")
        if later > LAST:
            raise BadClock(f"the clock does not go beyond the year {LAST.year}")
        self._now = later
        return later

    def __repr__(self) -> str:
        return f"<Clock {self._now:%Y-%m-%d %H:%M:%S} UTC>"
