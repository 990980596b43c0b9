"""Tells relying parties that sessions have ended, until they know it or a day is over."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

from idp.domain.audit import Event, LogoutDelivered, LogoutGivenUp
from idp.domain.clock import Clock
from idp.domain.deliveries import LogoutDelivery, next_try
from idp.domain.errors import Unavailable
from idp.domain.ids import ClientId
from idp.domain.outbound import Outbound
from idp.domain.work import Records
from idp.protocol.logout.back_channel import LogoutTokens

# Sent side by side, so that a slow relying party holds up few others.
BATCH = 16
# Longer than any try lasts, since the setting of its time ends at half a minute: who claimed a
# notice and vanished leaves it to others after this.
LEASE = timedelta(minutes=1)
# A portal that does not answer is left alone for so long, whatever is due to it: the others go on.
LEFT_ALONE = timedelta(minutes=1)
MOST_PUT_OFF = 1000
# Section 2.8 asks for 200; some frameworks make 204 of an empty answer.
CONFIRMED = frozenset({200, 204})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverLogouts:
    """Sends the notices that are due."""

    records: Records
    outbound: Outbound
    tokens: LogoutTokens
    clock: Clock

    def run_once(self) -> int:
        """Try one batch; return how many tries there were."""
        with self.records.read() as work:
            due = work.deliveries.due(self.clock.now(), limit=BATCH)
        if not due:
            return 0
        with ThreadPoolExecutor(len(due)) as senders:
            return sum(senders.map(self._try, due))

    def _try(self, seen: LogoutDelivery) -> bool:
        with self.records.begin() as work:
            delivery = work.deliveries.claim(seen, until=self.clock.now() + LEASE)
        if delivery is None:
            return False
        try:
            settled = self._outcome(delivery)
        except Exception:
            # What is wrong with one notice, or with us, must not keep it claimed for ever.
            self._settle(self._failed(delivery, status=None))
            raise
        self._settle(settled)
        return True

    def _settle(self, settled: LogoutDelivery) -> None:
        with self.records.begin() as work:
            if work.deliveries.settle(settled) and (event := _event(settled)):
                work.audit.append(event)

    def _leave_alone(self, client_id: ClientId) -> None:
        now = self.clock.now()
        with self.records.begin() as work:
            work.deliveries.put_off(client_id, now, until=now + LEFT_ALONE, limit=MOST_PUT_OFF)

    def _failed(self, delivery: LogoutDelivery, *, status: int | None) -> LogoutDelivery:
        now, tried = self.clock.now(), replace(delivery, last_status=status)
        due = next_try(tried, now)
        return replace(tried, due_at=due, given_up_at=None if due else now)

    def _outcome(self, delivery: LogoutDelivery) -> LogoutDelivery:
        with self.records.read() as work:
            client = work.clients.get(delivery.client_id)
        if client is None:
            return replace(delivery, due_at=None, given_up_at=self.clock.now())
        token = self.tokens.of_delivery(delivery, client)
        try:
            status = self.outbound.post(delivery.uri, {"logout_token": token}).status
        except Unavailable:
            status = None
            self._leave_alone(delivery.client_id)
        if status in CONFIRMED:
            return replace(delivery, last_status=status, due_at=None, delivered_at=self.clock.now())
        return self._failed(delivery, status=status)


def _event(delivery: LogoutDelivery) -> Event | None:
    if delivery.delivered_at:
        return LogoutDelivered(
            at=delivery.delivered_at,
            client_id=delivery.client_id,
            delivery_id=delivery.id,
            attempts=delivery.attempts,
        )
    if delivery.given_up_at:
        return LogoutGivenUp(
            at=delivery.given_up_at,
            client_id=delivery.client_id,
            delivery_id=delivery.id,
            attempts=delivery.attempts,
            status=delivery.last_status,
        )
    return None
