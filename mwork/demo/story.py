"""The steps of the story."""

import re
import secrets
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import unquote

from mwork.demo.api import Api, Mismatch, expect, expect_keys, expect_values, paint, soon, the_one
from mwork.demo.organizations import Organizations

LETTERS = Path(__file__).resolve().parent.parent.parent / "var" / "emails"
LINK = re.compile(r"/verify-email\?token=(\S+)")
LETTER_SECONDS = 15  # within which a working background worker has sent a letter
PASSWORD = "Sunkar-9-kanat"  # noqa: S105  of accounts that this story makes and leaves


class Story(Organizations):
    """The steps, in order. `step` names the one it is at."""

    def __init__(self, api: Api, letters: bool):
        self.api, self.letters = api, letters
        self.number, self.step = 0, "the start"
        self.tag = secrets.token_hex(4)  # makes this run's e-mails and texts its own
        self.addresses = {role: f"{role}-{self.tag}@example.com" for role in ("employer", "model", "agency")}
        self.tokens: dict[str, str] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.answered: list[str] = []  # castings that an agency has answered for the model

    def tell(self) -> None:
        """Every step, each printed. Raises Mismatch at the first one that goes wrong."""
        for title, step in self._steps():
            self.number += 1
            self.step = f"{self.number} ({title})"
            print(paint("step", f"\n{self.number}. {title}"))
            step()

    def _steps(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("The server lives", self.health),
            ("An employer registers and signs in", lambda: self.join("employer")),
            ("The employer makes a profile", self.make_employer),
            ("The employer drafts a casting", self.draft_casting),
            ("A model registers and signs in", lambda: self.join("model")),
            ("Nobody else sees the casting until the employer publishes it", self.publish_casting),
            ("The model makes a profile", self.make_model),
            ("Anybody finds the model by filters", self.find_model),
            ("Russian search knows no case and reads ё as е", self.search_model),
            ("The model finds the casting and saves it", self.find_casting),
            ("The casting is recommended to her, and she to its owner", self.match),
            ("She saves the search, and is told of what is new", self.keep_search),
            ("The employer invites her", self.invite),
            ("The model answers it once, however often she sends it", self.apply),
            ("A casting that she does not fit is refused, with reasons", self.apply_unfit),
            ("What she may not do and what does not exist is refused", self.refusals),
            ("She reports a suspicious casting, once; what she saw is kept for the moderators", self.report),
            ("The employer sees, shortlists and accepts her", self.decide),
            ("The model reads the decision, without the private note", self.read_decision),
            ("The acceptance opened a room, where the two talk whatever their plans", self.talk),
            ("Whoever was away gets exactly what was said meanwhile", self.catch_up),
            ("The shoot is done, and the two review each other", self.review),
            ("She follows the company", self.follow),
            ("An agency asks her onto its roster, and she agrees", self.join_roster),
            (
                "The agency answers a casting for her, and is told which model it may not speak for",
                self.be_answered_for,
            ),
            ("She is on the free plan, which shows no figures", self.read_plan),
            ("She buys ten more responses, and pays in the sandbox", self.buy_responses),
            ("She takes the PRO plan, and stops its renewal", self.subscribe),
            ("Her figures show how she is doing", self.read_figures),
            ("The refresh token gives a new access token", self.refresh),
            ("She takes home all that is kept of her, and nothing of anybody else", self.export),
            *([("The letter arrives and verifies her address", self.verify)] if self.letters else []),
            ("After signing out her token is dead", self.sign_out),
        ]

    def health(self) -> None:
        expect("status", self.api.health().get("status"), "ok")

    def join(self, role: str) -> None:
        account = {"email": self.addresses[role], "password": PASSWORD}
        user = self.api.call("POST", "/auth/register", {**account, "role": role}, status=201)["user"]
        expect_values("user", user, {"email": account["email"], "role": role, "email_verified": False})
        data = self.api.call("POST", "/auth/login", account)
        expect_keys("data", data, "access_token", "refresh_token", "user")
        expect("expires_in", data["expires_in"], 900)
        expect("user.id", data["user"]["id"], user["id"])
        self.tokens[role], self.refresh_tokens[role] = data["access_token"], data["refresh_token"]

    def make_employer(self) -> None:
        body = {
            "company_name": "Студия «Тёплый свет»", "description": "Снимаем каталоги и рекламу в Алматы.",
            "website": "https://teplyi-svet.example.com", "phone": "+77010000000", "city": "Almaty",
        }  # fmt: skip
        employer = self.api.call("POST", "/profiles/employers", body, token=self.tokens["employer"], status=201)
        self.employer = employer["employer"]
        expect_values("employer", self.employer, {**body, "country": "Kazakhstan", "active_castings": 0})

    def draft_casting(self) -> None:
        body = {
            "title": f"Съёмка лукбука {self.tag}",
            "description": "Ищем девушку для съёмки осенней коллекции. Макияж, причёска и обед за нами.",
            "category": "fashion", "city": "Almaty", "address": "Абая 52", "shoot_date": soon(days=14),
            "pay_min": 60000, "pay_max": 90000,
            "requirements": {"gender": "female", "min_age": 18, "max_age": 30, "min_height": 168},
        }  # fmt: skip
        self.casting = self.publish(body)
        plain = {name: value for name, value in body.items() if name != "requirements"}
        expect_values("casting", self.casting, {**plain, "status": "draft", "responses_count": 0})
        expect_values("casting.requirements", self.casting["requirements"], body["requirements"])
        expect("casting.creator.id", self.casting["creator"]["id"], self.employer["id"])

    def publish(self, body: dict) -> dict:
        """A new casting of the employer's."""
        return self.api.call("POST", "/castings", body, token=self.tokens["employer"], status=201)["casting"]

    def publish_casting(self) -> None:
        path = f"/castings/{self.casting['id']}"
        self.api.call("GET", path, token=self.tokens["model"], status=404, code="NOT_FOUND")
        active = {"status": "active"}
        casting = self.api.call("PATCH", f"{path}/status", active, token=self.tokens["employer"])["casting"]
        expect("casting.status", casting["status"], "active")

    def make_model(self) -> None:
        body = {
            "name": "Алёна Тестова", "age": 23, "gender": "female", "city": "Almaty",
            "height": 174, "weight": 55, "bust": 85, "waist": 62, "hips": 90,
            "bio": f"Съёмка — моё любимое дело: лукбуки, реклама, ещё немного подиума. Мой код {self.tag}.",
            "categories": ["fashion", "commercial"], "experience": "intermediate",
            "languages": ["Kazakh", "Russian"],
        }  # fmt: skip
        self.model = self.api.call("POST", "/profiles/models", body, token=self.tokens["model"], status=201)["model"]
        girths = {name: body.pop(name) for name in ("bust", "waist", "hips")}
        expect_values("model", self.model, {**body, "measurements": girths, "rating": 0, "visibility": "public"})

    def find_model(self) -> None:
        query = {
            "gender": "female", "min_age": 20, "max_age": 25, "min_height": 170, "city": "almaty",
            "category": "fashion", "sort": "newest", "limit": 5,
        }  # fmt: skip
        data = self.api.call("GET", "/profiles/models", query=query)
        expect_keys("data.pagination", data["pagination"], "total", "limit", "offset", "has_more", "next_cursor")
        found = the_one("the model", data["models"], self.model["id"])
        expect_values("model", found, {"name": "Алёна Тестова", "age": 23, "height": 174, "city": "Almaty"})
        older = self.api.call("GET", "/profiles/models", query={**query, "min_age": 24})
        expect("the ages asked for", [row for row in older["models"] if row["age"] < 24], [])

    def search_model(self) -> None:
        for words in (f"СЪЁМКА {self.tag.upper()}", f"съемка еще {self.tag}", f"алена {self.tag}"):
            data = self.api.call("GET", "/profiles/models", query={"search": words})
            expect("data.pagination.total", data["pagination"]["total"], 1)
            the_one("the model", data["models"], self.model["id"])

    def find_casting(self) -> None:
        token, casting_id = self.tokens["model"], self.casting["id"]
        query = {
            "search": f"ЛУКБУКА {self.tag}", "city": "Almaty", "category": "fashion", "gender": "female",
            "min_age": 23, "pay_min": 80000,
        }  # fmt: skip
        found = self.api.call("GET", "/castings", query=query, token=token)["castings"]
        casting = the_one("the casting", found, casting_id)
        expect_values("casting", casting, {"is_saved": False, "my_response": None})
        self.api.call("POST", f"/castings/{casting_id}/save", token=token, status=201)
        self.api.call("POST", f"/castings/{casting_id}/save", token=token, status=200)
        saved = self.api.call("GET", "/castings/saved", token=token)["castings"]
        expect("casting.is_saved", the_one("the casting", saved, casting_id)["is_saved"], True)

    def match(self) -> None:
        mine = self.api.call("GET", "/castings/recommended", query={"limit": 100}, token=self.tokens["model"])
        expect_keys("data.pagination", mine["pagination"], "total", "limit", "offset", "has_more", "next_cursor")
        found = the_one("the casting", mine["castings"], self.casting["id"])
        expect("match.reasons", [*found["match"]["reasons"]], [
            "city", "category", "age", "height", "gender", "language", "pay",
        ])  # fmt: skip
        path, query = f"/castings/{self.casting['id']}/matches", {"limit": 100}
        models = self.api.call("GET", path, query=query, token=self.tokens["employer"])["models"]
        scores = [row["match"]["score"] for row in models]
        expect("the scores, best first", scores, sorted(scores, reverse=True))

    def keep_search(self) -> None:
        token, body = self.tokens["model"], {"name": "Мои кастинги", "filters": {"min_age": "x"}, "alert": "instant"}
        error = self.api.call("POST", "/searches", body, token=token, status=400, code="VALIDATION_ERROR")
        expect("the filter that is refused", list(error["details"]), ["filters.min_age"])
        body["filters"] = {"city": "Almaty", "search": self.tag, "pay_min": 50000}
        search = self.api.call("POST", "/searches", body, token=token, status=201)["search"]
        expect_values("search", search, {**body, "target": "castings"})
        the_one("the search", self.api.call("GET", "/searches", token=token)["searches"], search["id"])

    def invite(self) -> None:
        path, body = f"/castings/{self.casting['id']}/invitations", {"model_ids": [self.model["id"]]}
        for wanted in ("created", "error"):
            (row,) = self.api.call("POST", path, body, token=self.tokens["employer"])["results"]
            expect_values("the result", row, {"model_id": self.model["id"], "status": wanted})
        expect("error.code", row["error"]["code"], "DUPLICATE_RESOURCE")
        (mine,) = self.api.call("GET", "/invitations/my", token=self.tokens["model"])["invitations"]
        expect_values("invitation", mine, {"casting_id": self.casting["id"], "status": "pending"})

    def apply(self) -> None:
        path, token, key = f"/castings/{self.casting['id']}/responses", self.tokens["model"], f"demo-{self.tag}"
        message = "Здравствуйте! Свободна в эту дату, приеду со своей обувью."
        body = {"message": message, "portfolio_links": ["https://portfolio.example.com/alyona"]}
        first = self.api.call("POST", path, body, token=token, status=201, key=key)
        again = self.api.call("POST", path, body, token=token, status=201, key=key)
        expect("the answer to the same request", again, first)
        self.response = first["response"]
        expect_values("response", self.response, {**body, "casting_id": self.casting["id"], "status": "pending"})
        self.api.call("POST", path, {}, token=token, status=409, code="DUPLICATE_RESOURCE")

    def apply_unfit(self) -> None:
        body = {
            "title": f"Показ мужской коллекции {self.tag}", "description": "Ищем высоких парней на показ.",
            "category": "runway", "city": "Astana", "shoot_date": soon(days=20), "status": "active",
            "requirements": {"gender": "male", "min_height": 185},
        }  # fmt: skip
        path = f"/castings/{self.publish(body)['id']}/responses"
        error = self.api.call("POST", path, {}, token=self.tokens["model"], status=422, code="REQUIREMENTS_NOT_MET")
        expect("the unmet requirements", sorted(error["details"]), ["gender", "min_height"])

    def refusals(self) -> None:
        self.api.call("POST", "/castings", {}, token=self.tokens["model"], status=403, code="PERMISSION_DENIED")
        self.api.call("GET", "/castings/00000000-0000-7000-8000-000000000000", status=404, code="NOT_FOUND")
        self.api.call("GET", "/no/such/address", status=404, code="NOT_FOUND")

    def report(self) -> None:
        token = self.tokens["model"]
        body = {"target_type": "casting", "target_id": self.casting["id"], "reason": "other", "comment": "Где студия?"}
        made = self.api.call("POST", "/reports", body, token=token, status=201)["report"]
        expect_values("report", made, {**body, "status": "open", "outcome": ""})
        self.api.call("POST", "/reports", body, token=token, status=409, code="DUPLICATE_RESOURCE")
        own = {**body, "target_id": self.model["id"], "target_type": "model"}
        error = self.api.call("POST", "/reports", own, token=token, status=400, code="VALIDATION_ERROR")
        expect("the field", list(error["details"]), ["target_id"])
        the_one("the report", self.api.call("GET", "/reports/my", token=token)["reports"], made["id"])

    def decide(self) -> None:
        token = self.tokens["employer"]
        rows = self.api.call("GET", f"/castings/{self.casting['id']}/responses", token=token)["responses"]
        row = the_one("the response", rows, self.response["id"])
        expect_values("response.applicant", row["applicant"], {"id": self.model["id"], "age": 23, "height": 174})
        path = f"/responses/{row['id']}"
        for status in ("viewed", "shortlisted", "accepted"):
            row = self.api.call("PATCH", f"{path}/status", {"status": status}, token=token)["response"]
            expect("response.status", row["status"], status)
        pending = {"status": "pending"}
        self.api.call("PATCH", f"{path}/status", pending, token=token, status=409, code="INVALID_STATE")
        note = "Позвать на примерку в четверг."
        row = self.api.call("PATCH", path, {"note": note}, token=token)["response"]
        expect_values("response", row, {"note": note, "status": "accepted"})

    def read_decision(self) -> None:
        rows = self.api.call("GET", "/responses/my", query={"status": "accepted"}, token=self.tokens["model"])
        row = the_one("the response", rows["responses"], self.response["id"])
        expect("response.status", row["status"], "accepted")
        expect("response.casting.id", row["casting"]["id"], self.casting["id"])
        expect("the note that she may see", row.get("note"), None)

    def talk(self) -> None:
        rooms = self.api.call("GET", "/chat/rooms", token=self.tokens["model"])["rooms"]
        expect("the number of her rooms", len(rooms), 1)
        self.room = rooms[0]
        expect_values("room", self.room, {"casting_id": self.casting["id"], "last_seq": 1, "unread_count": 1})
        names = sorted(person["name"] for person in self.room["participants"])
        expect("the names in the room", names, sorted([self.employer["company_name"], self.model["name"]]))
        body = {"content": "Здравствуйте! Ждём вас на примерке в четверг.", "client_id": f"demo-{self.tag}"}
        first = self.say("employer", body, status=201)
        expect_values("message", first, {**body, "seq": 2})
        expect("the answer to the same message", self.say("employer", body, status=200), first)
        other = {**body, "content": "Что-то другое"}
        self.say("employer", other, status=409, code="DUPLICATE_RESOURCE")
        self.say("model", {"content": "Спасибо, буду!"}, status=201)

    def say(self, role: str, body: dict, **options) -> dict:
        """The message, or the refusal."""
        path = f"/chat/rooms/{self.room['id']}/messages"
        answer = self.api.call("POST", path, body, token=self.tokens[role], **options)
        return answer.get("message", answer) if "code" not in options else answer

    def catch_up(self) -> None:
        path, token = f"/chat/rooms/{self.room['id']}", self.tokens["model"]
        missed = self.api.call("GET", f"{path}/messages", query={"after_seq": 1}, token=token)
        expect("the numbers of what was missed", [message["seq"] for message in missed["messages"]], [2, 3])
        expect("has_more", missed["has_more"], False)
        unread = self.api.call("GET", "/chat/unread", token=self.tokens["employer"])
        expect("what the employer has not read", unread, {"unread_count": 1, "rooms": {self.room["id"]: 1}})
        read = self.api.call("POST", f"{path}/read", {}, token=self.tokens["employer"])
        expect_values("the employer's place", read, {"last_read_seq": 3, "unread_count": 0})

    def review(self) -> None:
        employer, model, done = self.tokens["employer"], self.tokens["model"], {"status": "completed"}
        self.api.call("PATCH", f"/castings/{self.casting['id']}/status", done, token=employer)
        for token, target, profile, rating in (
            (model, "employer", self.employer, 5),
            (employer, "model", self.model, 4),
        ):
            body = {
                "target_type": target, "target_id": profile["id"], "casting_id": self.casting["id"], "rating": rating,
                "comment": "Всё по расписанию, спасибо!",
            }  # fmt: skip
            made = self.api.call("POST", "/reviews", body, token=token, status=201)["review"]
            expect_values("review", made, {"rating": rating, "comment": body["comment"], "reply": None})
            self.api.call("POST", "/reviews", body, token=token, status=409, code="DUPLICATE_RESOURCE")
        reply = {"reply": "И вам спасибо, до новых встреч!"}
        self.api.call("POST", f"/reviews/{made['id']}/reply", reply, token=model, status=201)
        rows = self.api.call("GET", "/reviews", query={"target_type": "model", "target_id": self.model["id"]})[
            "reviews"
        ]
        expect_values("review", the_one("the review", rows, made["id"]), reply)
        rated = self.api.call("GET", f"/profiles/models/{self.model['id']}")["model"]
        expect_values("model", rated, {"rating": 4, "reviews_count": 1})

    def read_figures(self) -> None:
        if self.subscription()["plan"] == "FREE":
            print(paint("quiet", "  the plan was not paid: there are none"))
            return
        figures = self.api.call("GET", "/analytics/model", query={"period": 7}, token=self.tokens["model"])["analytics"]
        expect_values("analytics", figures, {"level": "basic", "period": 7, "acceptance_rate": 0.5})
        expect_values("analytics.responses", figures["responses"], {"total": 2, "accepted": 1})

    def read_plan(self) -> None:
        user = self.api.call("GET", "/auth/me", token=self.tokens["model"])["user"]
        expect_values("user", user, {"email": self.addresses["model"], "role": "model"})
        expect("user.subscription", user["subscription"], {"plan": "FREE", "expires_at": None})
        refusal = {"status": 403, "code": "SUBSCRIPTION_LIMIT"}
        error = self.api.call("GET", "/analytics/model", token=self.tokens["model"], **refusal)
        expect("what the plan lacks", error["details"]["feature"], ["analytics"])

    def buy_responses(self) -> None:
        started = self.order({"product": "responses", "package": 10})
        expect("amount", started["amount"], 990)
        if self.pay(started):
            expect("usage.responses_bought", self.subscription()["usage"]["responses_bought"], 10)

    def subscribe(self) -> None:
        started = self.order({"product": "subscription", "plan_name": "PRO", "billing_period": "monthly"})
        expect("amount", started["amount"], 5000)
        if self.pay(started):
            expect_values("subscription", self.subscription(), {"plan": "PRO", "status": "active", "auto_renew": True})
            stopped = self.api.call("POST", "/subscriptions/cancel", token=self.tokens["model"])["subscription"]
            expect_values("subscription", stopped, {"plan": "PRO", "status": "active", "auto_renew": False})

    def order(self, body: dict) -> dict:
        return self.api.call("POST", "/payments/robokassa/init", body, token=self.tokens["model"])

    def pay(self, started: dict) -> bool:
        """Pay on the sandbox page; False where a real provider stands behind the order, who wants real money."""
        if "/sandbox/robokassa/" not in started["payment_url"]:
            print(paint("quiet", "  a real provider: the order stays unpaid"))
            return False
        self.api.press(started["payment_url"], "pay")
        path = f"/payments/{started['payment_id']}"
        expect("payment.status", self.api.call("GET", path, token=self.tokens["model"])["payment"]["status"], "paid")
        return True

    def subscription(self) -> dict:
        return self.api.call("GET", "/subscriptions/current", token=self.tokens["model"])["subscription"]

    def refresh(self) -> None:
        data = self.api.call("POST", "/auth/refresh", {"refresh_token": self.refresh_tokens["model"]})
        expect("expires_in", data["expires_in"], 900)
        self.tokens["model"] = data["access_token"]
        self.api.call("GET", "/auth/me", token=data["access_token"])

    def export(self) -> None:
        kept = self.api.call("GET", "/auth/me/export", token=self.tokens["model"])["export"]
        expect_values("export.account", kept["account"], {"email": self.addresses["model"], "role": "model"})
        expect(
            "export.responses", [row["casting_id"] for row in kept["responses"]], [self.casting["id"], *self.answered]
        )
        expect("the partner's words in export.messages", "Ждём вас" in str(kept["messages"]), False)

    def verify(self) -> None:
        token = letter_token(self.addresses["model"])
        user = self.api.call("POST", "/auth/verify/confirm", {"token": token})["user"]
        expect_values("user", user, {"email": self.addresses["model"], "email_verified": True})

    def sign_out(self) -> None:
        token = self.tokens["model"]
        self.api.call("POST", "/auth/logout", token=token)
        self.api.call("GET", "/auth/me", token=token, status=401, code="INVALID_TOKEN")


def letter_token(address: str) -> str:
    """The token in the verifying letter to this address. Mismatch when none has come in LETTER_SECONDS."""
    deadline = time.monotonic() + LETTER_SECONDS
    while time.monotonic() < deadline:
        for file in LETTERS.glob("*"):
            content = file.read_bytes()
            letter = message_from_bytes(content, policy=policy.default)
            whole = content.endswith(b"-" * 79 + b"\n")  # what the mail backend writes last
            if whole and letter["To"] == address and (link := LINK.search(letter.get_body(("plain",)).get_content())):
                print(f"  the letter is {file.name}")
                return unquote(link[1])
        time.sleep(0.2)
    raise Mismatch(f"no letter to {address} is in {LETTERS} after {LETTER_SECONDS} s: does the worker run?")
