import { AnswersView } from './answers';
import { GatewayUnreachableError, sendFault, watchStatus, type ClusterStatus, type FaultAction } from './cluster';
import { part } from './dom';
import { NodesView } from './nodes';
import { clearNotice, showNotice } from './notices';
import type { Chat } from './chat';

const answers = new AnswersView();
const nodes = new NodesView(fault);
let chat: Chat | undefined;
let attempt = 0;

function show(status: ClusterStatus): void {
  clearNotice('gateway');
  document.body.dataset['gateway'] = 'up';
  const all = status.regions.flatMap(region => region.nodes);
  const ready = all.filter(node => node.state === 'ready').length;
  say(ready === all.length ? `All ${all.length} nodes ready` : `${ready} of ${all.length} nodes ready`);
  nodes.update(status);
}

function showLoss(error: Error): void {
  document.body.dataset['gateway'] = 'lost';
  say('No word from the gateway');
  const cure = error instanceof GatewayUnreachableError
    ? ' Is "everturn up" still running? This page goes on as soon as it answers.'
    : '';
  showNotice({ topic: 'gateway', tone: 'error', text: error.message + cure });
}

/** Changes the summary only when it says something new: it is read aloud. */
function say(text: string): void {
  const summary = part('summary');
  if (summary.textContent !== text) {
    summary.textContent = text;
  }
}

async function fault(action: FaultAction, target?: string): Promise<void> {
  try {
    show(await sendFault(action, target));
    clearNotice('fault');
  } catch (error) {
    showNotice({ topic: 'fault', tone: 'error', text: (error as Error).message });
  }
}

async function converse(): Promise<void> {
  const mine = ++attempt;
  chat?.end();
  chat = undefined;
  answers.clear();
  clearNotice('chat');
  const webchat = part('webchat');
  webchat.dataset['connected'] = 'false';

  // Web Chat is most of the page's weight, and the console need not wait for it.
  const { Chat } = await import('./chat');
  while (mine === attempt) {
    try {
      const started = await Chat.start(webchat, {
        onConnected: () => mine === attempt && connected(webchat),
        onAnswer: answer => mine === attempt && answers.add(answer),
        onEnd: () => mine === attempt && offerNewConversation()
      });
      if (mine === attempt) {
        chat = started;
        clearNotice('chat');
        return;
      }

      started.end();
    } catch (error) {
      if (!(error instanceof GatewayUnreachableError)) {
        showNotice({ topic: 'chat', tone: 'error', text: `No conversation can be started: ${(error as Error).message}` });
      }

      await new Promise(resolve => setTimeout(resolve, 1500));
    }
  }
}

function connected(webchat: HTMLElement): void {
  webchat.dataset['connected'] = 'true';

  // Whoever opens the page at a desk wants to type; on a phone the keyboard would cover the console.
  if (matchMedia('(pointer: fine)').matches && document.activeElement === document.body) {
    webchat.querySelector<HTMLElement>('[data-id="webchat-sendbox-input"]')?.focus({ preventScroll: true });
  }
}

function offerNewConversation(): void {
  showNotice({
    topic: 'chat',
    tone: 'warning',
    text: 'The connection of this conversation has ended.',
    action: { label: 'New conversation', run: converse }
  });
}

part('heal').addEventListener('click', () => void fault('heal'));
part('restart').addEventListener('click', () => void converse());
watchStatus(show, showLoss);
void converse();
