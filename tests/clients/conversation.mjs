import { createRequire } from 'node:module';
import { WebSocket as NodeWebSocket } from 'ws';

const require = createRequire(import.meta.url);

// The client is made for browsers and looks for these two names when it is loaded and used.
globalThis.XMLHttpRequest = require('xhr2');
globalThis.WebSocket = NodeWebSocket;
const { ConnectionStatus, DirectLine } = require('botframework-directlinejs');

/** One conversation through the real DirectLineJS: sends, collects all that arrives, and can lose its socket. */
export class Conversation {
  /** Every activity in the order in which the client handed it on. */
  received = [];
  /** How many sockets have been open so far. */
  opened = 0;

  #directLine;
  #subscriptions = [];
  #sockets = [];
  #waiting = new Set();
  #failure;

  /** Starts a conversation at a gateway; `webSocket: false` polls. */
  static async start(url, { webSocket = true } = {}) {
    const userId = `dl_${crypto.randomUUID()}`;
    const response = await fetch(`${url}/v3/directline/tokens/generate`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user: { id: userId } })
    });
    if (!response.ok) {
      throw new Error(`tokens/generate answered ${response.status}: ${await response.text()}`);
    }

    const { token } = await response.json();
    const conversation = new Conversation(url, token, userId, webSocket);
    await conversation.until(() => webSocket ? conversation.opened > 0 : conversation.#online, 30_000, 'the first connection');
    return conversation;
  }

  constructor(url, token, userId, webSocket) {
    const conversation = this;
    this.userId = userId;

    class Socket extends NodeWebSocket {
      constructor(...args) {
        super(...args);
        conversation.#sockets.push(this);
        this.once('open', () => {
          conversation.opened++;
          conversation.#changed();
        });
      }
    }

    this.#directLine = new DirectLine({
      token,
      webSocket,
      domain: `${url}/v3/directline`,
      WebSocket: Socket,
      // Waits the shortest time that the client knows (3 s) before it reconnects, instead of up to 15 s.
      random: () => 0
    });

    this.#subscriptions = [
      this.#directLine.activity$.subscribe(
        activity => {
          this.received.push(activity);
          this.#changed();
        },
        error => this.#fail(new Error('The stream of activities ended with an error.', { cause: error }))
      ),
      this.#directLine.connectionStatus$.subscribe(status => {
        if (status > ConnectionStatus.Online) {
          this.#fail(new Error(`The client gave up: ${ConnectionStatus[status]}.`));
        }

        this.#changed();
      })
    ];
  }

  get #online() {
    return this.#directLine.connectionStatus$.getValue() === ConnectionStatus.Online;
  }

  /** The messages of the user as they came back. */
  get echoes() {
    return this.received.filter(activity => activity.type === 'message' && activity.from.id === this.userId);
  }

  /** The messages of the bot. */
  get replies() {
    return this.received.filter(activity => activity.type === 'message' && activity.from.id !== this.userId);
  }

  /** Posts a message and gives the id that the client got for it; "retry" means that it does not know what happened. */
  send(text) {
    return new Promise((resolve, reject) => {
      this.#directLine
        .postActivity({ type: 'message', text, from: { id: this.userId }, channelData: { clientActivityID: text } })
        .subscribe(resolve, reject);
    });
  }

  /** Cuts the open socket as a broken line would: no closing handshake, and what is on its way is lost. */
  cut() {
    const socket = this.#sockets.at(-1);
    if (socket?.readyState !== NodeWebSocket.OPEN) {
      throw new Error('There is no open socket to cut.');
    }

    socket.terminate();
  }

  /** Waits for a condition on this conversation, which is looked at whenever something has arrived. */
  until(condition, milliseconds, what) {
    return new Promise((resolve, reject) => {
      const late = () => finish(() => reject(new Error(
        `Waited ${milliseconds} ms for ${what}; ${this.echoes.length} echoes and ${this.replies.length} replies have come.`)));
      const timer = setTimeout(late, milliseconds);
      const finish = act => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        act();
      };
      const look = () => {
        if (this.#failure) {
          finish(() => reject(this.#failure));
        } else if (condition()) {
          finish(resolve);
        }
      };

      this.#waiting.add(look);
      look();
    });
  }

  end() {
    this.#subscriptions.forEach(subscription => subscription.unsubscribe());
    this.#directLine.end();
    this.#sockets.forEach(socket => socket.terminate());
  }

  #changed() {
    [...this.#waiting].forEach(look => look());
  }

  #fail(error) {
    this.#failure ??= error;
    this.#changed();
  }
}
