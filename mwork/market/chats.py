"""What employers and the models they accepted say to each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from castings.models import Response
from chat.models import Kind, Membership, Message, Room
from mwork.market.days import Days

TALKS = {  # the employer's lines and the model's in turn, the employer's first
    "ru": [
        ["Здравствуйте! Вы нам подходите, ждём вас на съёмке.", "Здравствуйте! Спасибо, очень рада. Что взять с собой?",
         "Удобную обувь и документы. Макияж и причёска за нами.", "Хорошо, буду вовремя.",
         "Адрес и расписание пришлём за два дня."],
        ["Добрый день! Сможете приехать на примерку в четверг к 11:00?", "Добрый день! Да, в четверг удобно.",
         "Отлично, на входе назовите название студии."],
        ["Здравствуйте! Подтвердите, пожалуйста, дату.", "Подтверждаю, день свободен."],
    ],
    "kk": [
        ["Сәлеметсіз бе! Сіз бізге сай келдіңіз, түсірілімде күтеміз.",
         "Сәлеметсіз бе! Рақмет, өте қуаныштымын. Өзіммен не ала келейін?",
         "Ыңғайлы аяқкиім мен құжаттарыңызды. Макияж бен шаш үлгісі — бізден.", "Жақсы, уақытында келемін.",
         "Мекенжай мен кестені екі күн бұрын жібереміз."],
        ["Қайырлы күн! Бейсенбіде 11:00-де киім өлшеуге келе аласыз ба?", "Қайырлы күн! Иә, бейсенбі ыңғайлы."],
        ["Сәлеметсіз бе! Күнін растап жіберіңізші.", "Растаймын, ол күні боспын."],
    ],
    "en": [
        ["Hello! You are a great fit, see you on set.", "Hello! Thank you, I am very glad. What should I bring?",
         "Comfortable shoes and your documents. Make-up and hair are on us.", "Good, I will be on time.",
         "You get the address and the schedule two days ahead."],
        ["Hi! Could you come for a fitting on Thursday at 11?", "Hi! Yes, Thursday works."],
        ["Hello! Please confirm the date.", "Confirmed, the day is free."],
    ],
}  # fmt: skip


@dataclass
class Talk:
    """A room with all that is written for it."""

    room: Room
    members: list[Membership]
    messages: list[Message]


def draw(rng: Random, response: Response, employer_id: UUID, model_id: UUID, language: str, days: Days) -> Talk:
    """The room that accepting this response opened, and what the two have said there up to last midnight."""
    first, second = sorted((employer_id, model_id))
    opened = min(response.applied_at + timedelta(minutes=rng.randint(40, 1500)), days.midnight)
    room = Room(first_id=first, second_id=second, casting_id=response.casting_id, created_at=opened)
    lines = rng.choice(TALKS[language])
    said = [Message(room_id=room.id, seq=1, kind=Kind.ACCEPTED, created_at=opened)]
    for number, line in enumerate(lines[: rng.randint(1, len(lines))]):
        moment = _later(rng, said[-1].created_at, days)
        sender = model_id if number % 2 else employer_id
        said.append(Message(room_id=room.id, seq=number + 2, sender_id=sender, content=line, created_at=moment))
    room.last_seq, room.last_message_id, room.updated_at = said[-1].seq, said[-1].id, said[-1].created_at
    members = [_member(rng, room, user_id, said) for user_id in (first, second)]
    return Talk(room, members, said)


def _later(rng: Random, moment: datetime, days: Days) -> datetime:
    return min(moment + timedelta(minutes=rng.randint(1, 200)), days.midnight)


def _member(rng: Random, room: Room, user_id: UUID, said: list[Message]) -> Membership:
    """Everybody has read what she answered to, most have read all."""
    own = max((message.seq for message in said if message.sender_id == user_id), default=0)
    read = room.last_seq if rng.random() < 0.7 else own
    return Membership(room_id=room.id, user_id=user_id, last_read_seq=read, may_answer=True)
