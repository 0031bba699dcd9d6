"""What Postman runs before and after a request, as JavaScript."""

import json

SOON = """// A moment that is always ahead, as castings need it.
const soon = new Date(Date.now() + 14 * 24 * 3600 * 1000);
pm.variables.set("shoot_date", soon.toISOString().slice(0, 19) + "Z");"""

SIGN_IN = """// Signs in as {{email}} when there is no token, and refreshes one that has a minute left or less.
const kept = pm.collectionVariables;

function ask(path, body, otherwise) {
    const url = pm.variables.replaceIn("{{base_url}}/api/v1/auth/") + path;
    const header = { "Content-Type": "application/json" };
    const request = { url, method: "POST", header, body: { mode: "raw", raw: JSON.stringify(body) } };
    pm.sendRequest(request, (error, answer) => {
        if (error || answer.code !== 200) return otherwise(error || answer.json().error.message);
        const { access_token, refresh_token, expires_in } = answer.json().data;
        kept.set("access_token", access_token);
        kept.set("token_expires_at", Date.now() + expires_in * 1000);
        if (refresh_token) kept.set("refresh_token", refresh_token);
    });
}

function signIn() {
    const body = { email: pm.variables.get("email"), password: pm.variables.get("password") };
    ask("login", body, (why) => console.error("Cannot sign in as " + body.email + ": " + why));
}

const isSignIn = pm.request.auth && pm.request.auth.type === "noauth";
const isFresh = pm.variables.get("access_token") && Date.now() < Number(pm.variables.get("token_expires_at")) - 60000;
if (!isSignIn && !isFresh) {
    const refresh_token = pm.variables.get("refresh_token");
    if (refresh_token) ask("refresh", { refresh_token }, signIn);
    else signIn();
}"""

FORGET = """// A token that is refused is not used again: the next request signs in anew.
if (pm.response.code === 401) {
    ["access_token", "refresh_token"].forEach((name) => pm.collectionVariables.set(name, ""));
}"""

WAIT = """// Waits as long as a limit of rates asks, and sends the request again.
if (pm.response.code === 429) {
    const seconds = pm.response.json().error.retry_after;
    console.log("waiting " + seconds + " s, as the limit of rates asks");
    setTimeout(() => {}, seconds * 1000);
    pm.execution.setNextRequest(pm.info.requestId);
}"""

NEW_PEOPLE = """// New people each time the story is told.
pm.collectionVariables.set("tag", Date.now().toString(36));"""


def status(allowed: list[int]) -> str:
    words = " or ".join(map(str, allowed))
    return f'pm.test("answers {words}", () => pm.expect(pm.response.code).to.be.oneOf({json.dumps(allowed)}));'


def equals(path: str, wanted: object) -> str:
    """A test that the answer holds this value, in which variables may stand."""
    value = json.dumps(wanted, ensure_ascii=False)
    if isinstance(wanted, str) and "{{" in wanted:
        value = f"pm.variables.replaceIn({value})"
    return f'pm.test("{path}", () => pm.expect(pm.response.json().{path}).to.eql({value}));'


def keep(variable: str, path: str) -> str:
    """Keep a value of a success for the requests that follow."""
    return f'if (pm.response.code < 300) pm.collectionVariables.set("{variable}", pm.response.json().{path});'


def unless_limited(lines: list[str]) -> str:
    """These lines, but not for an answer after which `WAIT` sends the request again."""
    return "\n".join(["if (pm.response.code !== 429) {", *(f"    {line}" for line in lines), "}"])


def event(listen: str, script: str) -> dict:
    return {"listen": listen, "script": {"type": "text/javascript", "exec": script.split("\n")}}
