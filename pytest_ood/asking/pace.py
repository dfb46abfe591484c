"""How fast a provider lets a model be asked: the gap between the starts of calls, learnt from what it refuses.

Limiting the calls in flight would not help: a provider that allows five calls a second refuses the sixth, however few
are under way. Nothing here reads a clock. Every method is told the time, so that a test can let hours pass in no time.
"""

import math
import random

# Each refusal of one more probe makes the next pause so much longer.
_LONGER = 1.5
# A pace that was refused is left by at least this factor, and approached again up to a margin.
_SLOWER, _MARGIN = 1.1, 1.01
# Of the way to the gap that was refused, how much is left after a step; the same if a refusal costs many calls.
_LEFT, _LEFT_IF_DEAR = 0.88, 0.65
# A smaller gap is tried once it would have saved all calls so far, and so many more, what a refusal may cost.
_AHEAD = 20
# After so many calls at a pace just below the one that was refused, that one is forgotten by a factor; the next time
# after fewer.
_STEADY, _FEWEST_STEADY, _FORGET = 25, 5, 0.85
# A wait that the provider asks for tells little about its limit: as a first guess, as many calls as passed at once may
# pass again in this share of it.
_SHARE = 0.25
# More calls than this are not needed to use up what a provider had saved for a burst.
_MOST_SAVED = 10


class Pace:
    """The pace of one model.

    A call that is not refused counts as let through, whatever becomes of it: refusals come at once, answers later.

    Attributes:
        gap: seconds between the starts of two calls; 0.0 as long as nothing was refused.
        refusals: how many calls were refused.
    """

    def __init__(self, first_pause: float, longest_pause: float) -> None:
        """Begin without a limit.

        Args:
            first_pause: seconds without calls after the first refusal, if the provider asks for none.
            longest_pause: the longest such pause, in seconds.
        """
        self.gap = 0.0
        self.refusals = 0
        self._first_pause, self._longest_pause = first_pause, longest_pause
        self._pause = first_pause
        # Times: of the first and the last call, of the last change of the gap and of the last refusal that changed it,
        # when the provider had no room, and until when nothing may be asked.
        self._began: float | None = None
        self._last = self._changed = self._slowed = self._empty = self._hold = -math.inf
        # Calls let through: in all, since the last refusal, at the present gap, and at once in the beginning.
        self._passed = self._passed_since = self._steady = 0
        self._burst = 1
        # So many at the present gap are enough to forget that a smaller one was refused.
        self._enough = float(_STEADY)
        # The largest gap that was refused, and the last one that was left for a smaller one.
        self._refused_gap = self._passed_gap = 0.0
        # Whether the gap is still unknown: nothing has been let through since the first refusal.
        self._seeks = False
        # Seconds: what the provider asked to wait, how long a refusal stops everything, and how long one takes.
        self._asked: float | None = None
        self._stop = self._refused_in = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until the next call may start."""
        gap = self.gap
        if self.refusals and self._passed_since <= 1:
            # If the first call after a refusal is refused as well, that is heard before the next one.
            gap = max(gap, 2 * self._refused_in)
        return max(self._hold, self._last + gap, now) - now

    def start(self, now: float) -> None:
        """Note that a call starts."""
        if self._began is None:
            self._began = now
        if self.refusals:
            if self._seeks and not self._passed_since:
                self._guess(now, self._began)
            elif self._passed_since:
                self._seeks = False
                self._speed_up(now)
        self._passed += 1
        self._passed_since += 1
        self._last = now

    def _guess(self, now: float, began: float) -> None:
        """Take the gap from how long the provider had no room for one more call."""
        if self._asked is not None:
            self.gap = self._asked * _SHARE / self._burst
        else:
            # A provider that counts by the minute makes room for many at once: then all calls so far tell more.
            self.gap = min(now - self._empty, (now - began) / max(self._passed, 1))

    def _speed_up(self, now: float) -> None:
        """Take a step towards the gap that was refused, if the calls at the present one have shown enough."""
        if now - self._changed < 2 * self._refused_in:
            return  # a refusal of a call at the present gap would not have been heard yet
        self._changed = now
        self._steady += 1
        nearest = self._refused_gap * _MARGIN
        is_dear = self._refused_gap and self._stop > self.gap
        smaller = nearest + (self.gap - nearest) * (_LEFT_IF_DEAR if is_dear else _LEFT)
        saved = min(self._burst, _MOST_SAVED) if self._asked is not None else 1
        # Probably as many calls follow as there were.
        pays = self.gap > 1.01 * nearest and (self._passed + _AHEAD) * (self.gap - smaller) >= self._stop
        if pays and self._steady >= saved:
            self._steady = 0
            self._passed_gap, self.gap = self.gap, smaller
        elif self.gap and self._steady > self._enough * (1 + self._stop / self.gap):
            # The limit may have been raised: then the next step comes sooner.
            self._steady, self._enough = 0, max(self._enough / 2, _FEWEST_STEADY)
            self._refused_gap *= _FORGET

    def refuse(self, started: float, now: float, after: float | None = None) -> None:
        """Note that the provider refused a call.

        Args:
            started: when the call started.
            now: the time.
            after: the seconds that the provider asked to wait; None if it did not.
        """
        self.refusals += 1
        self._passed -= 1
        self._asked = after
        if after is not None:
            # Other processes heard the same, and must not all come back at once.
            self._hold = max(self._hold, now + after * random.uniform(1.0, 1.03))
        if self._seeks or self.refusals == 1:
            self._burst = max(self._passed, 1)
        if started <= self._slowed:
            return  # the call started at a gap that has been left since
        self._refused_in += ((now - started) - self._refused_in) * (0.3 if self._refused_in else 1.0)
        self._passed_since -= 1
        if self.refusals == 1:
            self._seeks, self._empty = True, now
        elif self._passed_since > 0:
            self._slow_down(now)
        else:
            self._pause *= _LONGER
            if self._seeks:
                self._refused_gap, self.gap = self.gap, 0.0
        if after is None:
            self._pause = min(self._pause, self._longest_pause)
            self._hold = max(self._hold, now + self._pause * random.uniform(0.9, 1.1))
        self._stop = self._hold - now
        self._passed_since = self._steady = 0
        self._enough = float(_STEADY)
        self._slowed = self._changed = now

    def _slow_down(self, now: float) -> None:
        """Leave a gap that was refused for what the provider let through between two refusals."""
        measured = (now - self._empty) / (self._passed_since + 1)
        if self._stop > self.gap:
            # While nothing was asked, the provider may have saved up for more calls, or not.
            least = (now - self._slowed - self._stop) / self._passed_since
            measured = math.sqrt(max(least, 0.0) * measured)
            if self._passed_gap > self.gap:
                measured = min(measured, self._passed_gap)
        self._seeks = False
        self._refused_gap = self.gap
        self.gap = max(self.gap * _SLOWER, measured)
        self._pause = max(self._first_pause, self.gap / 4)
        self._empty = now
