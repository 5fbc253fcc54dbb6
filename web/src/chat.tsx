import type { ComponentProps, CSSProperties } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import ReactWebChat, { createDirectLine, createStore } from 'webchat';
import { callGateway } from './cluster';
import { postInOrder } from './inOrder';
import { hueOf } from './nodeColors';
import { chatStyle } from './chatStyle';
import type { Answer } from './answers';

interface BotActivity {
  id?: string;
  type: string;
  text?: string;
  replyToId?: string;
  from?: { role?: string };
  channelData?: { clientActivityID?: string; everturn?: { node: string; region: string; revision: number } };
}

interface StoreAction {
  type: string;
  payload?: { activity?: BotActivity };
}

export interface ChatEvents {
  /** Messages can be sent from now on; before that, Web Chat ignores Enter without a word. */
  onConnected: () => void;
  onAnswer: (answer: Answer) => void;
  /** The connection is over for good; only a new conversation helps. */
  onEnd: () => void;
}

// DirectLineJS: everything above Online means that it has given up.
const online = 2;

/** One conversation in Web Chat, over the gateway's Direct Line. */
export class Chat {
  readonly #root: Root;
  readonly #directLine: ReturnType<typeof createDirectLine>;
  readonly #connection: { unsubscribe(): void };

  /** Gets a token and shows the conversation; fails when the gateway does not answer. */
  static async start(element: HTMLElement, events: ChatEvents): Promise<Chat> {
    const { token } = await callGateway<{ token: string }>('/v3/directline/tokens/generate', { user: { id: newUserId() } });
    return new Chat(element, token, events);
  }

  private constructor(element: HTMLElement, token: string, events: ChatEvents) {
    const directLine = postInOrder(createDirectLine({ token, domain: `${location.origin}/v3/directline` }));
    this.#directLine = directLine;
    this.#connection = this.#directLine.connectionStatus$.subscribe(status => status > online && events.onEnd());
    this.#root = createRoot(element);
    this.#root.render(
      <ReactWebChat
        directLine={directLine}
        store={createStore({}, observe(events))}
        styleOptions={chatStyle}
        activityStatusMiddleware={showNode}
        locale="en-US"
      />
    );
  }

  end(): void {
    this.#connection.unsubscribe();
    this.#root.unmount();
    this.#directLine.end();
  }
}

// The prefix is what Direct Line asks of user ids that are bound to a token.
function newUserId(): string {
  return `dl_${Array.from(crypto.getRandomValues(new Uint8Array(9)), byte => byte.toString(36).padStart(2, '0')).join('')}`;
}

/** Web Chat's store tells of each activity that comes and goes; replies are matched to the messages they answer. */
function observe({ onConnected, onAnswer }: ChatEvents) {
  const sentAt = new Map<string, number>();

  return () => (next: (action: StoreAction) => unknown) => (action: StoreAction) => {
    const activity = action.payload?.activity;
    const clientId = activity?.channelData?.clientActivityID;

    if (action.type === 'DIRECT_LINE/POST_ACTIVITY_PENDING' && clientId) {
      sentAt.set(clientId, performance.now());
    } else if (action.type === 'DIRECT_LINE/INCOMING_ACTIVITY' && activity?.id) {
      const sent = clientId && sentAt.get(clientId);
      const everturn = activity.channelData?.everturn;
      if (sent) {
        sentAt.set(activity.id, sent);
      } else if (everturn && activity.type === 'message') {
        const asked = activity.replyToId && sentAt.get(activity.replyToId);
        onAnswer({
          id: activity.id,
          node: everturn.node,
          revision: everturn.revision,
          text: activity.text ?? '',
          milliseconds: asked ? performance.now() - asked : undefined
        });
      }
    }

    const result = next(action);
    if (action.type === 'DIRECT_LINE/CONNECT_FULFILLED') {
      onConnected();
    }

    return result;
  };
}

type StatusMiddleware = Extract<ComponentProps<typeof ReactWebChat>['activityStatusMiddleware'], Function>;

/** Puts the node and the revision under each reply, where Web Chat would show the time. */
const showNode: StatusMiddleware = () => next => args => {
  const everturn = (args.activity as BotActivity).channelData?.everturn;
  if (!everturn) {
    return next(args);
  }

  return (
    <div className="answered" data-testid="answered" style={{ '--hue': hueOf(everturn.node) } as CSSProperties}>
      <span className="dot" aria-hidden="true" />
      <span>{everturn.node}, revision {everturn.revision}</span>
      {next({ ...args, hideTimestamp: true })}
    </div>
  );
};
