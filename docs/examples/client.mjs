/* A client of MWork: signs in, finds castings, answers one, chats, and catches up after a break.

     node client.mjs http://127.0.0.1:8000 model@demo.mwork.kz Altyn-Kyran-7

   Browsers and Node 22 have WebSocket; Node 18 and 20 take it from ws (npm ci in this folder). Copy what you need;
   docs/chat.md says what a chat client must keep. */

const WebSocket = globalThis.WebSocket ?? (await import("ws")).default;

/** The server refused a request; `error` has its code, message and often details. */
class Refused extends Error {
  constructor(error) {
    super(`${error.code}: ${error.message}`);
    this.code = error.code;
    this.error = error;
  }
}

/** The REST API. A token that has run out is renewed on the way. */
class Client {
  constructor(url) {
    this.url = url;
    this.accessToken = this.refreshToken = "";
  }

  async signIn(email, password) {
    const data = await this.#send("POST", "/auth/login", { email, password });
    this.accessToken = data.access_token;
    this.refreshToken = data.refresh_token;
    return data.user;
  }

  async refresh() {
    this.accessToken = "";
    const data = await this.#send("POST", "/auth/refresh", { refresh_token: this.refreshToken });
    this.accessToken = data.access_token;
  }

  /** The answer's `data`. Throws Refused. */
  async call(method, path, body) {
    try {
      return await this.#send(method, path, body);
    } catch (refusal) {
      if (refusal.code !== "INVALID_TOKEN") throw refusal;
    }
    await this.refresh();
    return this.#send(method, path, body);
  }

  async #send(method, path, body) {
    const headers = {};
    if (this.accessToken) headers.Authorization = `Bearer ${this.accessToken}`;
    if (body) headers["Content-Type"] = "application/json";
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (answer.status === 429) {  // too many requests: it says how long to wait
      await new Promise((resolve) => setTimeout(resolve, answer.headers.get("Retry-After") * 1000));
      return this.#send(method, path, body);
    }
    if (answer.status === 204) return {};
    const content = await answer.json();
    if (content.status === "error") throw new Refused(content.error);
    return content.data ?? {};
  }
}

/** The socket, and what must outlive it: how far each room is known, and what was said but not acknowledged. */
class Chat {
  constructor(client) {
    this.client = client;
    this.socket = null;
    this.known = new Map();   // room → the number up to which nothing is missing
    this.outbox = new Map();  // client_id → the frame
    this.messages = [];
    this.waiting = [];        // [condition, resolve]
  }

  async open() {
    const { ticket } = (await this.client.call("POST", "/ws/ticket")).ticket;
    this.socket = new WebSocket(`${this.client.url.replace("http", "ws")}/ws?ticket=${ticket}`);
    this.socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
  }

  close() {
    this.socket.close();
    this.socket = null;
  }

  /** At once, or when the socket is open again. The client_id makes it safe to send twice. */
  say(roomId, content) {
    const client_id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    const frame = { type: "message", room_id: roomId, content, client_id };
    this.outbox.set(client_id, frame);
    if (this.socket?.readyState === WebSocket.OPEN) this.#send(frame);
  }

  /** Resolves when this is true, which is asked after each event. */
  until(condition) {
    return new Promise((resolve) => {
      this.waiting.push([condition, resolve]);
      this.#wake();
    });
  }

  #wake() {
    this.waiting = this.waiting.filter(([condition, resolve]) => !(condition() && (resolve(), true)));
  }

  #send(frame) {
    this.socket.send(JSON.stringify(frame));
  }

  async #take(event) {
    if (event.type === "ready") await this.#catchUp();
    if (event.type === "ack") this.outbox.delete(event.client_id);
    if (event.type === "ack" || event.type === "message") this.#keep(event.message);
    if (event.type === "sync") {
      event.messages.forEach((message) => this.#keep(message));
      if (event.has_more) this.#sync(event.room_id);
    }
    if (event.type === "error") {
      this.outbox.delete(event.client_id);
      console.log(`refused: ${event.code} ${event.message}`);
    }
    this.#wake();
  }

  /** Ask for what was missed, and say again what was not acknowledged. */
  async #catchUp() {
    const { rooms } = await this.client.call("GET", "/chat/rooms?limit=100");
    for (const room of rooms) if (room.last_seq > this.#last(room.id)) this.#sync(room.id);
    for (const frame of this.outbox.values()) this.#send(frame);
  }

  #last(roomId) {
    return this.known.get(roomId) ?? 0;
  }

  #sync(roomId) {
    this.#send({ type: "sync", rooms: { [roomId]: this.#last(roomId) } });
  }

  /** The next number goes on, a smaller one is known already, a greater one tells of a gap. */
  #keep(message) {
    const last = this.#last(message.room_id);
    if (message.seq === last + 1) {
      this.known.set(message.room_id, message.seq);
      this.messages.push(message);
    } else if (message.seq > last + 1) {
      this.#sync(message.room_id);
    }
  }
}

async function answerACasting(client) {
  const { castings } = await client.call("GET", "/castings?city=Almaty&sort=newest&limit=50");
  console.log(`found ${castings.length} castings`);
  for (const casting of castings.filter((each) => !each.my_response)) {
    try {
      const body = { message: "Здравствуйте! Свободна в эту дату." };
      const { response } = await client.call("POST", `/castings/${casting.id}/responses`, body);
      console.log(`answered ${casting.title}: ${response.status}`);
      return;
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      console.log(`cannot answer ${casting.title}: ${refusal.code}`);
      if (refusal.code !== "REQUIREMENTS_NOT_MET") return;
    }
  }
}

async function talk(client) {
  const [room] = (await client.call("GET", "/chat/rooms")).rooms;
  const chat = new Chat(client);
  const known = () => chat.known.get(room.id) ?? 0;
  await chat.open();
  await chat.until(() => known() >= room.last_seq);
  console.log(`read the room up to ${known()}`);
  chat.say(room.id, "Добрый день!");
  await chat.until(() => chat.outbox.size === 0);
  console.log(`acknowledged: ${known()}`);

  chat.close();  // the line breaks; meanwhile she writes on another device, and on this one
  const body = { content: "С другого телефона" };
  const elsewhere = (await client.call("POST", `/chat/rooms/${room.id}/messages`, body)).message;
  chat.say(room.id, "Из тоннеля");
  await chat.open();
  await chat.until(() => chat.outbox.size === 0 && known() > elsewhere.seq);
  for (const message of chat.messages.slice(-2)) console.log(`after the break: ${message.seq} ${message.content}`);
  chat.close();
}

const [url, email, password] = process.argv.slice(2);
const client = new Client(url);
console.log(`signed in as ${(await client.signIn(email, password)).role}`);
await answerACasting(client);
await talk(client);
client.accessToken = "a token that has run out";
console.log(`renewed the token of ${(await client.call("GET", "/auth/me")).user.email}`);
