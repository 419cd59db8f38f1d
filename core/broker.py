"""Kombu's Redis transport, in which an acknowledgement that is lost costs no place.

A worker takes a message only while it holds fewer than its prefetch count. In kombu 5.7 a message
whose acknowledgement meets a broker that does not answer in time is held for good, and with one
place the worker takes nothing more although its connections stand (celery's issue 2415 is of this
kind). Here the place is free again: the message comes back when its visibility ends, and the lease
of the session it names says that there is nothing to do. `core.celery` has every `redis://`,
`rediss://` and `redis+socket://` address use it.
"""

from __future__ import annotations

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    """What a worker holds; `super` forgets a message only once the broker has."""

    def ack(self, delivery_tag: str) -> None:
        """Done with it, whatever the broker says."""
        try:
            super().ack(delivery_tag)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Not for this worker, whatever the broker says."""
        try:
            super().reject(delivery_tag, requeue)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise


class Channel(redis.Channel):
    """A channel that counts so."""

    QoS = QoS


class Transport(redis.Transport):
    """Redis, plain or with TLS or over a Unix socket."""

    Channel = Channel
