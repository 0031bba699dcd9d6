"""The main story, as requests: an employer publishes a casting, a model answers it, the two agree and talk."""

from dataclasses import dataclass, field

from mwork.postman import scripts

PASSWORD = "Sunkar-9-kanat"  # noqa: S105  of people whom the story makes


@dataclass(frozen=True)
class Step:
    """A request of the story. Paths lead into the answer: `data.casting.id`.

    `who` is "employer" or "model", None for nobody. `body` None sends the document's example. `status` None is the
    operation's success. `expects` maps paths to values, `keeps` variables to paths.
    """

    title: str
    operation: str
    who: str | None = None
    body: dict | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    expects: dict[str, object] = field(default_factory=dict)
    keeps: dict[str, str] = field(default_factory=dict)
    before: str = ""


def _join(role: str, before: str = "") -> list[Step]:
    account = {"email": f"{role}-{{{{tag}}}}@example.com", "password": PASSWORD}
    tokens = {f"{role}_{name}": f"data.{name}" for name in ("access_token", "refresh_token")}
    article = "An" if role == "employer" else "A"
    return [
        Step(
            f"{article} {role} registers",
            "auth_register_create",
            body={**account, "role": role},
            expects={"data.user.role": role, "data.user.email_verified": False},
            before=before,
        ),
        Step(
            f"The {role} signs in",
            "auth_login_create",
            body=account,
            expects={"data.user.email": account["email"]},
            keeps=tokens,
        ),
    ]


ANSWER = {"message": "Здравствуйте! Свободна в эту дату.", "portfolio_links": []}
MESSAGE = {"content": "Здравствуйте! Ждём вас в четверг.", "client_id": "story-{{tag}}"}

STEPS = [
    *_join("employer", before=scripts.NEW_PEOPLE),
    Step(
        "The employer makes a profile",
        "profiles_employers_create",
        "employer",
        expects={"data.employer.active_castings": 0},
        keeps={"employer_id": "data.employer.id"},
    ),
    Step(
        "The employer drafts a casting",
        "castings_create",
        "employer",
        expects={"data.casting.status": "draft", "data.casting.creator.id": "{{employer_id}}"},
        keeps={"casting_id": "data.casting.id"},
    ),
    Step(
        "The employer publishes it",
        "castings_status_partial_update",
        "employer",
        body={"status": "active"},
        expects={"data.casting.status": "active"},
    ),
    *_join("model"),
    Step(
        "The model makes a profile",
        "profiles_models_create",
        "model",
        expects={"data.model.visibility": "public"},
        keeps={"model_id": "data.model.id"},
    ),
    Step(
        "The model finds castings",
        "castings_list",
        "model",
        query={"city": "Almaty", "category": "fashion", "creator_id": "{{employer_id}}"},
        expects={"data.castings[0].id": "{{casting_id}}", "data.castings[0].my_response": None},
    ),
    Step("The model saves the casting", "castings_save_create", "model", status=201),
    Step(
        "The model answers it",
        "castings_responses_create",
        "model",
        body=ANSWER,
        headers={"Idempotency-Key": "story-{{tag}}"},
        status=201,
        expects={"data.response.status": "pending", "data.response.casting_id": "{{casting_id}}"},
        keeps={"response_id": "data.response.id"},
    ),
    Step(
        "The same request again gives the same answer",
        "castings_responses_create",
        "model",
        body=ANSWER,
        headers={"Idempotency-Key": "story-{{tag}}"},
        status=201,
        expects={"data.response.id": "{{response_id}}"},
    ),
    Step(
        "A second answer is refused",
        "castings_responses_create",
        "model",
        body=ANSWER,
        status=409,
        expects={"error.code": "DUPLICATE_RESOURCE"},
    ),
    Step(
        "The employer reads the answers",
        "castings_responses_list",
        "employer",
        expects={"data.responses[0].id": "{{response_id}}", "data.responses[0].applicant.id": "{{model_id}}"},
    ),
    Step(
        "The employer accepts the model",
        "responses_status_partial_update",
        "employer",
        body={"status": "accepted"},
        expects={"data.response.status": "accepted"},
    ),
    Step(
        "The acceptance has opened a room",
        "chat_rooms_list",
        "model",
        expects={"data.rooms.length": 1, "data.rooms[0].casting_id": "{{casting_id}}", "data.rooms[0].last_seq": 1},
        keeps={"room_id": "data.rooms[0].id"},
    ),
    Step(
        "The employer writes",
        "chat_rooms_messages_create",
        "employer",
        body=MESSAGE,
        status=201,
        expects={"data.message.seq": 2},
        keeps={"message_id": "data.message.id"},
    ),
    Step(
        "The same message again is not written twice",
        "chat_rooms_messages_create",
        "employer",
        body=MESSAGE,
        status=200,
        expects={"data.message.id": "{{message_id}}"},
    ),
    Step(
        "The model reads what she has missed",
        "chat_rooms_messages_retrieve",
        "model",
        query={"after_seq": "1"},
        expects={"data.messages.length": 1, "data.messages[0].seq": 2, "data.has_more": False},
    ),
    Step(
        "The model writes back",
        "chat_rooms_messages_create",
        "model",
        body={"content": "Спасибо, буду!"},
        status=201,
        expects={"data.message.seq": 3},
    ),
    Step(
        "The employer has one message to read",
        "chat_unread_retrieve",
        "employer",
        expects={"data.unread_count": 1},
    ),
    Step(
        "The employer reads it",
        "chat_rooms_read_create",
        "employer",
        body={},
        expects={"data.last_read_seq": 3, "data.unread_count": 0},
    ),
    Step(
        "The shoot is done",
        "castings_status_partial_update",
        "employer",
        body={"status": "completed"},
        expects={"data.casting.status": "completed"},
    ),
    Step(
        "The model reviews the employer",
        "reviews_create",
        "model",
        expects={"data.review.rating": 5},
        keeps={"review_id": "data.review.id"},
    ),
    Step(
        "The model's plan",
        "subscriptions_current_retrieve",
        "model",
        expects={"data.subscription.plan": "FREE"},
    ),
    Step(
        "The refresh token gives a new access token",
        "auth_refresh_create",
        body={"refresh_token": "{{model_refresh_token}}"},
        expects={"data.expires_in": 900},
        keeps={"model_access_token": "data.access_token"},
    ),
    Step("The model signs out", "auth_logout_create", "model"),
    Step(
        "Her token is dead",
        "auth_me_retrieve",
        "model",
        status=401,
        expects={"error.code": "INVALID_TOKEN"},
    ),
]
