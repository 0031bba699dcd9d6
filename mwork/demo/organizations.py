"""The steps about organizations: a company that is followed, an agency that speaks for its models."""

from mwork.demo.api import expect, expect_values, soon, the_one


class Organizations:
    """A part of Story, which holds what these steps use."""

    def follow(self) -> None:
        token, path = self.tokens["model"], f"/organizations/{self.employer['id']}"
        self.api.call("POST", f"{path}/follow", token=token, status=204)
        page = self.api.call("GET", path, token=token)["organization"]
        expect_values("organization", page, {"is_following": True, "followers_count": 1, "my_role": None})
        found = self.api.call("GET", "/organizations/following", token=token)["organizations"]
        the_one("the company", found, self.employer["id"])

    def join_roster(self) -> None:
        self.join("agency")
        body = {"company_name": f"Агентство {self.tag}", "city": "Almaty"}
        agency = self.api.call("POST", "/profiles/employers", body, token=self.tokens["agency"], status=201)["employer"]
        path, wanted = f"/organizations/{agency['id']}/models", {"model_id": self.model["id"]}
        asked = self.api.call("POST", path, wanted, token=self.tokens["agency"], status=201)["representation"]
        expect("representation.status", asked["status"], "pending")
        accept = f"/organizations/representations/{asked['id']}/accept"
        agreed = self.api.call("POST", accept, token=self.tokens["model"])["representation"]
        expect("representation.status", agreed["status"], "active")
        the_one("the model", self.api.call("GET", path)["models"], self.model["id"])

    def be_answered_for(self) -> None:
        body = {
            "title": f"Реклама чая {self.tag}", "description": "Ищем модель для рекламы.", "category": "commercial",
            "city": "Almaty", "shoot_date": soon(days=21), "status": "active",
        }  # fmt: skip
        path, stranger = f"/castings/{self.publish(body)['id']}/responses", "00000000-0000-7000-8000-000000000000"
        wanted = {"model_ids": [self.model["id"], stranger], "message": "Алёна свободна в эту дату."}
        hers, unknown = self.api.call("POST", path, wanted, token=self.tokens["agency"])["results"]
        self.answered.append(hers["response"]["casting_id"])
        expect_values("the result for her", hers, {"model_id": self.model["id"], "status": "created"})
        expect_values("the result for another", unknown, {"model_id": stranger, "status": "error"})
        expect("error.code", unknown["error"]["code"], "NOT_FOUND")
