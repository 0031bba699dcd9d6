"""What chat does when the floors below say something."""

from django.dispatch import receiver

from accounts.models import Block
from accounts.signals import user_blocked
from castings.models import Response, ResponseStatus
from castings.signals import response_decided
from chat import events, services


@receiver(response_decided, sender=Response, dispatch_uid="chat.open_room")
def open_room(response: Response, **kwargs) -> None:
    if response.status == ResponseStatus.ACCEPTED:
        services.open_for(response=response)


@receiver(user_blocked, sender=Block, dispatch_uid="chat.part")
def part(block: Block, **kwargs) -> None:
    """To each other the two are offline from now on."""
    events.presence(block.blocked_id, False, [block.blocker_id])
    events.presence(block.blocker_id, False, [block.blocked_id])
