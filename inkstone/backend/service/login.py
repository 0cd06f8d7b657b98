"""Slows down whoever guesses passwords: a few failures, then a wait, for a name and for an address."""

import threading
import time
from collections import deque

from inkstone.backend.service.errors import TOO_MANY_ATTEMPTS

WINDOW_SECONDS = 15 * 60
FAILURES_OF_A_NAME = 5
FAILURES_OF_AN_ADDRESS = 30
_MOST_KEYS = 10_000


class LoginLimiter:
    """Counts failed logins of the last 15 minutes, in memory, by name and address and by address alone.

    A successful login clears the count of that name from that address, so a person who mistypes is not shut out; others
    who guess the same name from elsewhere do not shut its owner out either.
    """

    def __init__(self) -> None:
        self._failures: dict[tuple[str, ...], deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, name: str, address: str) -> None:
        """Raise ``auth.too_many_attempts`` while too many have failed."""
        with self._lock:
            for key, most in self._keys(name, address):
                times = self._recent(key)
                if len(times) >= most:
                    wait = times[-most] + WINDOW_SECONDS - time.monotonic()
                    raise TOO_MANY_ATTEMPTS(seconds=max(1, round(wait)))

    def failed(self, name: str, address: str) -> None:
        """Count a failure."""
        with self._lock:
            if len(self._failures) >= _MOST_KEYS:
                self._forget_oldest()
            for key, most in self._keys(name, address):
                self._failures.setdefault(key, deque(maxlen=most)).append(time.monotonic())

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of this name from this address."""
        with self._lock:
            self._failures.pop(self._keys(name, address)[0][0], None)

    @staticmethod
    def _keys(name: str, address: str) -> list[tuple[tuple[str, ...], int]]:
        return [((name.casefold(), address), FAILURES_OF_A_NAME), ((address,), FAILURES_OF_AN_ADDRESS)]

    def _recent(self, key: tuple[str, ...]) -> deque[float]:
        times = self._failures.get(key, deque())
        while times and times[0] < time.monotonic() - WINDOW_SECONDS:
            times.popleft()
        return times

    def _forget_oldest(self) -> None:
        by_time = sorted(self._failures, key=lambda key: self._failures[key][-1] if self._failures[key] else 0.0)
        for key in by_time[: _MOST_KEYS // 10]:
            del self._failures[key]


LIMITER = LoginLimiter()
"""The one of this process: the web server has only one."""
